using System.IO.Compression;
using System.Text;
using LiftLab.Engine.Runs;
using LiftLab.Tests.Engine.OpenAi;
using LiftLab.Web.Live;
using LiftLab.Web.Live.Predictions;
using LiftLab.Web.Parts;
using LiftLab.Web.Storage.Providers;
using Microsoft.Extensions.Logging;

namespace LiftLab.Tests.Web.Providers;

/// <summary>A key is planted in a lab and used for all that a lab does with it; then everything is searched.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class PlantedKeyTests
{
    /// <summary>Everything that the dashboard logs, down to the finest level.</summary>
    sealed class Everything : ILoggerProvider, ILogger
    {
        readonly StringBuilder text = new();

        public string Text
        {
            get
            {
                lock (text)
                    return text.ToString();
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            lock (text)
                text.Append(formatter(state, exception)).Append(exception).Append('\n');
        }

        public void Dispose() { }
    }

    /// <summary>The key as it is, as base64 of any alignment's middle, as hexadecimal digits, and in an address.</summary>
    static readonly string[] Forms =
    [
        ProviderLab.Key,
        ProviderLab.Key[..16],
        Convert.ToBase64String(Encoding.UTF8.GetBytes(ProviderLab.Key))[..24],
        Convert.ToHexStringLower(Encoding.UTF8.GetBytes(ProviderLab.Key)),
        Uri.EscapeDataString(ProviderLab.Key),
    ];

    static void AssertNoKey(string where, string text)
    {
        foreach (var form in Forms)
            Assert.False(text.Contains(form, StringComparison.OrdinalIgnoreCase), $"the key is in {where}");
    }

    static void AssertNoKeyIn(string where, byte[] bytes)
    {
        AssertNoKey(where, Encoding.Latin1.GetString(bytes));
        AssertNoKey(where, Encoding.Unicode.GetString(bytes));
        if (bytes is [(byte)'P', (byte)'K', ..])
        {
            using var archive = new ZipArchive(new MemoryStream(bytes));
            foreach (var entry in archive.Entries)
            {
                using var reader = new StreamReader(entry.Open(), Encoding.Latin1);
                AssertNoKey($"{where}, {entry.FullName}", reader.ReadToEnd());
            }
        }
    }

    [Fact]
    public async Task It_is_found_nowhere()
    {
        var log = new Everything();
        var lab = new LabServer { Settings = { ["LiftLab:Engine"] = "", ["Logging:LogLevel:Default"] = "Trace" } };
        lab.Start();
        lab.Get<ILoggerFactory>().AddProvider(log);
        await using var at = await ProviderLab.StartAsync(lab);
        var runs = lab.Get<LabRuns>();

        // settings: the key is set, tested, refused, and a provider is changed
        await at.Providers.TestAsync(ProviderLab.Name, null, default);
        await at.Providers.ScoringAsync(ProviderLab.Name, "tiny", default);
        at.Providers.Shelf.Save(at.Provider, ProviderLab.Key, ProviderLab.Name);

        // a run that succeeds, its predictions and their workbook
        var good = await at.RunAsync();
        await lab.UntilAsync(good, RunState.Succeeded);
        var predictions = lab.Get<LabPredictions>();
        var table = new MemoryStream(await File.ReadAllBytesAsync(Path.Combine(good.Path, "table.csv")));
        var job = await predictions.StartAsync(good.Id, table, new("new.csv", null, Workbook: true) { AsksFirst = true }, default);
        await predictions.ConfirmAsync(job, predictions.Asks(job.Price!) ?? "", default);
        await job.Over;
        Assert.Null(job.Failure);

        // a service that repeats the key wherever it can: in texts, headers and its own fields
        at.Service.Instead = async (http, path) =>
        {
            http.Response.Headers["x-request-id"] = $"req {ProviderLab.Key}";
            if (path != "fine_tuning/jobs" || http.Request.Method != "POST")
                return false;
            await TestProvider.RefuseAsync(http, 400, $"Authorization: Bearer {ProviderLab.Key} may not do this", "no");
            return true;
        };
        var refused = await at.RunAsync();
        await lab.UntilAsync(refused, RunState.Failed);
        at.Service.Instead = async (http, _) =>
        {
            http.Response.Headers.Location = $"https://elsewhere.invalid/?key={ProviderLab.Key}";
            http.Response.StatusCode = 302;
            await Task.CompletedTask;
            return true;
        };
        var moved = await at.RunAsync();
        await lab.UntilAsync(moved, RunState.Failed);
        await at.Providers.TestAsync(ProviderLab.Name, null, default);
        at.Service.Instead = (_, _) => Task.FromResult(false);
        at.Service.Accepts = "sk-another";
        await at.Providers.TestAsync(ProviderLab.Name, null, default);
        var wrong = await at.RunAsync();
        await lab.UntilAsync(wrong, RunState.Failed);

        foreach (var run in (RunFolder[])[good, refused, moved, wrong])
        {
            var row = await runs.GetAsync(run.Id);
            AssertNoKey("a run's entry", $"{row.What} {row.WhatToDo} {row.Code}");
            AssertNoKey(
                "diagnostics",
                new Fault(row.Code ?? "", row.What ?? "", null, row.WhatToDo ?? "").Diagnostics("http://x/", default, null)
            );
        }

        using var http = new HttpClient { BaseAddress = lab.Address };
        string[] pages =
        [
            "/providers",
            "/models",
            "/code",
            "/runs",
            "/",
            "/new?like=" + good.Id,
            "/openapi/v1.json",
            "/api/runs",
            .. from run in (RunFolder[])[good, refused] from path in (string[])["", "/results", "/predict"] select $"/runs/{run.Id}{path}",
            .. from path in (string[])["/spec", "/events", "/report", "/predictions", "/results/openai", "/kept", ""]
            select $"/api/runs/{good.Id}{path}",
            $"/api/runs/{refused.Id}/events",
        ];
        foreach (var page in pages)
        {
            var answer = await http.GetAsync(page);
            AssertNoKeyIn(page, await answer.Content.ReadAsByteArrayAsync());
            AssertNoKey($"headers of {page}", $"{answer.Headers} {answer.Content.Headers} {answer.RequestMessage!.RequestUri}");
        }
        AssertNoKey("the log", log.Text);
        Assert.NotEmpty(log.Text);

        // the whole lab on the disk, database included, while it is open
        var files = 0;
        foreach (var file in Directory.EnumerateFiles(lab.Folder, "*", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(file) == "lab.lock")
                continue;
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes);
            AssertNoKeyIn(Path.GetRelativePath(lab.Folder, file), bytes);
            files++;
        }
        Assert.True(files > 30, $"{files} files were searched");
        Assert.Equal(ProviderLab.Key, lab.Get<ProviderShelf>().KeyOf(at.Provider)); // it is there, and still usable
    }
}
