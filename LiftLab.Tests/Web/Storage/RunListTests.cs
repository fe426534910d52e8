using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Web.Storage.Postgres;
using LiftLab.Web.Live;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Database;
using LiftLab.Web.Storage.Tables;
using Xunit.Abstractions;

namespace LiftLab.Tests.Web.Storage;

/// <summary>The list of runs with its search, its order and its pages, on both databases.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class RunListTests(ITestOutputHelper output)
{
    const int Page = 50;

    static readonly string[] Tables = ["Iris", "ÜBERGANG", "100% wool_blend", "Łódź"];

    static RunRow Row(int i)
    {
        var row = new RunRow
        {
            Id = $"run-{i:00000}",
            Name = FormattableString.Invariant($"{(i % 3 == 0 ? "Größe" : "depth")} {i % 17} seed {i}"),
            DatasetName = Tables[i % Tables.Length],
            Task = TaskKind.Classification,
            Target = "y",
            Learner = i % 5 == 0 ? "gbm" : "lift",
            // several in one second: the order must not depend on it
            CreatedUtc = new DateTime(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(i / 7),
        };
        row.End(new(i % 4 == 0 ? RunState.Failed : RunState.Cancelled), DateTime.UnixEpoch.AddMinutes(i % 11));
        return row;
    }

    /// <summary>A lab with runs in its index. Their folders are not needed for lists.</summary>
    static async Task<LabServer> LabAsync(string? connection, int count)
    {
        var lab = new LabServer();
        if (connection is not null)
            lab.Settings["LiftLab:Database"] = connection;
        lab.Start();
        await lab.Get<LabDatabase>()
            .UseAsync(
                async db =>
                {
                    db.Runs.AddRange(Enumerable.Range(0, count).Select(Row));
                    await db.SaveChangesAsync();
                },
                CancellationToken.None
            );
        return lab;
    }

    [Fact]
    public async Task Search_and_pages_on_SQLite()
    {
        using var lab = await LabAsync(null, 300);
        await DemandAsync(lab);
    }

    [PostgresFact]
    public async Task Search_and_pages_on_PostgreSQL()
    {
        using var lab = await LabAsync(await (await PostgresServer.OpenAsync()).MakeAsync(), 300);
        await DemandAsync(lab);
    }

    static async Task DemandAsync(LabServer lab)
    {
        var runs = lab.Get<LabRuns>();
        var all = Enumerable.Range(0, 300).Select(Row).ToArray();

        // whatever the order, the pages together are each run once
        foreach (var order in Enum.GetValues<RunOrder>())
        foreach (var descending in (bool[])[false, true])
        {
            var met = new List<RunRow>();
            for (var at = 0; at < 300; at += 70)
                met.AddRange((await runs.ListAsync(new(at, 70, Order: order, Descending: descending))).Items);
            Assert.Equal(all.Select(r => r.Id), met.Select(r => r.Id).Order(StringComparer.Ordinal));
            if (order == RunOrder.Created)
                Assert.Equal(descending ? all.Reverse().Select(r => r.Id) : all.Select(r => r.Id), met.Select(r => r.Id));
            if (order == RunOrder.Name)
                Assert.Equal(
                    descending
                        ? met.OrderByDescending(r => r.Name, StringComparer.Ordinal)
                        : met.OrderBy(r => r.Name, StringComparer.Ordinal),
                    met
                );
        }

        // upper and lower case of all letters, and no sign with a meaning of its own
        foreach (
            var part in (string[])
                [
                    "größe",
                    "GRÖSSE",
                    "Größe 3",
                    "iris",
                    "übergang",
                    "łÓDŹ",
                    "%",
                    "_",
                    "wool_",
                    "100%",
                    "woolxblend",
                    "'",
                    "gbm",
                    "GBM",
                    "\\",
                    "no",
                ]
        )
        {
            var wanted = all.Where(r =>
                    new[] { r.Name, r.DatasetName, r.Learner }.Any(t => t.Contains(part, StringComparison.OrdinalIgnoreCase))
                )
                .Select(r => r.Id);
            var found = await runs.ListAsync(new(0, 300, part));
            Assert.Equal([part, .. wanted], [part, .. found.Items.Select(r => r.Id).Order(StringComparer.Ordinal)]);
            Assert.Equal(found.Items.Count, found.Total);
        }
        Assert.Equal(0, (await runs.ListAsync(new(Search: "\0"))).Total);
        Assert.Equal(75, (await runs.ListAsync(new(State: RunState.Failed))).Total);
        Assert.Equal(0, (await lab.Get<Datasets>().ListAsync(search: "a\0%_")).Total);
    }

    /// <summary>On demand: 10,000 runs, what a page of the list asks for, measured over HTTP.</summary>
    [LongListFact]
    public async Task Ten_thousand_runs_are_listed_in_time_on_SQLite()
    {
        using var lab = await LabAsync(null, 10_000);
        await MeasureAsync(lab, "SQLite");
    }

    /// <inheritdoc cref="Ten_thousand_runs_are_listed_in_time_on_SQLite"/>
    [LongListFact(needsPostgres: true)]
    public async Task Ten_thousand_runs_are_listed_in_time_on_PostgreSQL()
    {
        using var lab = await LabAsync(await (await PostgresServer.OpenAsync()).MakeAsync(), 10_000);
        await MeasureAsync(lab, "PostgreSQL");
    }

    async Task MeasureAsync(LabServer lab, string engine)
    {
        using var http = new HttpClient { BaseAddress = lab.Address };
        foreach (
            var (what, address) in ((string, string)[])
                [
                    ("first page", ""),
                    ("page 150", "&skip=7450"),
                    ("search, many found", "&search=depth"),
                    ("search, few found", "&search=16%20seed%2099"),
                    ("search, none found", "&search=nothing-of-this-name"),
                    ("one state", "&state=Failed"),
                ]
        )
        {
            var times = new List<double>();
            for (var i = 0; i < 25; i++)
            {
                var watch = Stopwatch.StartNew();
                var page = await http.GetFromJsonAsync<JsonElement>("/api/runs?take=50" + address);
                if (i >= 5) // the first ones compile
                    times.Add(watch.Elapsed.TotalMilliseconds);
                Assert.InRange(page.GetProperty("items").GetArrayLength(), what.Contains("none", StringComparison.Ordinal) ? 0 : 1, Page);
            }
            times.Sort();
            var median = times[times.Count / 2];
            output.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{engine}, {what}: median {median:0} ms, slowest {times[^1]:0} ms")
            );
        }
    }
}

/// <summary>A measurement on demand.</summary>
sealed class LongListFactAttribute : FactAttribute
{
    public LongListFactAttribute(bool needsPostgres = false) =>
        Skip =
            Environment.GetEnvironmentVariable("LIFTLAB_LONG_LIST") is null ? "set LIFTLAB_LONG_LIST"
            : needsPostgres ? PostgresServer.Missing
            : null;
}
