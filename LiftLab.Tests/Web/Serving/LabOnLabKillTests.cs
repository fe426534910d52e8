using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Learning;
using LiftLab.Engine.OpenAi;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;
using LiftLab.Web.Live.Serving;

namespace LiftLab.Tests.Web.Serving;

/// <summary>
/// Two labs, one of which fine-tunes on the other; both are killed at random points. There is one job and one curve, and the answers are
/// those of a run at home. Kills 4 times; LIFTLAB_KILLS sets another number.
/// </summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class LabOnLabKillTests : IDisposable
{
    const int Epochs = 50,
        Rows = 16,
        Seed = 5;

    readonly string home = Directory.CreateTempSubdirectory("liftlab-a-").FullName,
        away = Directory.CreateTempSubdirectory("liftlab-b-").FullName;
    readonly int port = FreePort();
    readonly Random random = new(42);
    LabProcess? homeLab,
        awayLab;

    static int Kills => int.Parse(Environment.GetEnvironmentVariable("LIFTLAB_KILLS") ?? "4", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Killed_on_either_side_there_is_one_job_one_curve_and_the_same_answers()
    {
        var expected = await AtHomeAsync();
        awayLab = await StartAwayAsync();
        homeLab = await StartHomeAsync();
        var jobs = 0;
        for (var kills = 0; kills < Kills; )
        {
            var run = await QueueAsync();
            jobs++;
            var seen = 0;
            while (kills < Kills && await HasReachedAsync(run, seen + random.Next(1, 60)))
            {
                kills += await KillAsync(run, kills % 4) ? 1 : 0;
                seen = RunTail.All(run).Count;
            }
            await OverAsync(run);
            await CheckAsync(run, jobs, expected);
        }
        foreach (var folder in (string[])[home, away])
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            if (Path.GetFileName(file) != "lab.lock") // held by the lab
                Assert.False(
                    (await File.ReadAllBytesAsync(file)).AsSpan().IndexOf(Encoding.UTF8.GetBytes(ServedLab.Key)) >= 0,
                    $"{file} has the key"
                );
        Assert.DoesNotContain(ServedLab.Key, homeLab.Output + awayLab.Output, StringComparison.Ordinal);
    }

    /// <summary>False if the run ended before.</summary>
    static async Task<bool> HasReachedAsync(RunFolder run, int events)
    {
        await Eventually.TrueAsync(() => RunTail.All(run).Count >= events || IsOver(run), 300);
        return !IsOver(run);
    }

    static bool IsOver(RunFolder run) =>
        RunStory.Read(run, OpenAiSettings.LearnerName).Ended is { State: RunState.Succeeded or RunState.Failed };

    async Task OverAsync(RunFolder run)
    {
        try
        {
            await Eventually.TrueAsync(() => IsOver(run), 600);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException(homeLab!.Output + awayLab!.Output, e);
        }
        var ended = RunStory.Read(run, OpenAiSettings.LearnerName).Ended!;
        Assert.True(ended.State == RunState.Succeeded, $"{ended.Code} {ended.What}");
    }

    /// <returns>Whether something was killed: a worker may have ended by itself just before.</returns>
    async Task<bool> KillAsync(RunFolder run, int victim)
    {
        switch (victim)
        {
            case 0:
                await Eventually.TrueAsync(() => Working() is not null || IsOver(run), 300);
                return Working() is { } job && Kill(job);
            case 1:
                await awayLab!.KillAsync();
                awayLab.Dispose();
                awayLab = await StartAwayAsync();
                return true;
            case 2:
                return Kill(run);
            default:
                await homeLab!.KillAsync();
                homeLab.Dispose();
                homeLab = await StartHomeAsync();
                return true;
        }
    }

    /// <summary>The job whose worker trains; null for none.</summary>
    RunFolder? Working() => Jobs().FirstOrDefault(j => RunStory.Read(j, LiftSettings.LearnerName) is { Ended: null, Steps.Count: > 0 });

    static bool Kill(RunFolder run)
    {
        if (RunTail.All(run).Select(e => e.Body).OfType<AttemptStarted>().LastOrDefault() is not { ProcessId: var id })
            return false;
        try
        {
            using var worker = Process.GetProcessById(id);
            if (worker.HasExited)
                return false;
            worker.Kill();
            return true;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return false; // it has ended by itself
        }
    }

    /// <summary>The runs of the lab that serves.</summary>
    RunFolder[] Jobs() =>
        [
            .. Directory
                .EnumerateDirectories(Path.Combine(away, "runs"))
                .Where(p => !Path.GetFileName(p).StartsWith('.'))
                .Order(StringComparer.Ordinal)
                .Select(RunFolder.Open),
        ];

    async Task CheckAsync(RunFolder run, int jobs, double[] expected)
    {
        Assert.Equal(jobs, Jobs().Length);
        var job = Jobs()[^1];
        int[] curve = [.. LabServer.Steps(run)];
        Assert.Equal(Enumerable.Range(1, curve.Length), curve);

        using var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}/v1/") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ServedLab.Key);
        var told = JsonNode.Parse(await http.GetStringAsync($"fine_tuning/jobs/ftjob-{job.Id}/events?limit=10000"))!["data"]!.AsArray();
        int[] steps = [.. told.Where(e => (string?)e!["type"] == "metrics").Select(e => (int)e!["data"]!["step"]!).Reverse()];
        Assert.Equal(curve, steps);
        Assert.Equal(told.Count, told.Select(e => (string?)e!["id"]).Distinct(StringComparer.Ordinal).Count());

        var answers = run.ReadOutcome(OpenAiSettings.LearnerName)!.Answers.Select(a => ((Prediction.Answered)a.ToPrediction()).Value);
        Assert.Equal(expected, answers);
    }

    async Task<RunFolder> QueueAsync()
    {
        using var http = new HttpClient { BaseAddress = await homeLab!.ListeningAsync() };
        var added = await http.PostAsync("/api/datasets/samples/iris", null);
        var dataset = JsonNode.Parse(await added.Content.ReadAsStringAsync())!["dataset"]!["id"]!;
        var settings = new OpenAiSettings(
            new("otherlab", "liftlab", $"http://127.0.0.1:{port}/v1"),
            "lift-mini",
            PromptPresets.Named("lift-mini", TaskKind.Classification)
        )
        {
            Epochs = Epochs,
            BatchSize = Rows,
        };
        var queued = await http.PostAsJsonAsync(
            "/api/runs",
            new JsonObject
            {
                ["datasetId"] = (string)dataset!,
                ["name"] = "Iris elsewhere",
                ["learner"] = new JsonObject { ["name"] = OpenAiSettings.LearnerName, ["settings"] = settings.ToJson() },
                ["baselines"] = new JsonArray(),
                ["seed"] = Seed,
            }
        );
        var text = await queued.Content.ReadAsStringAsync();
        Assert.True(queued.IsSuccessStatusCode, text);
        return RunFolder.Open(Path.Combine(home, "runs", (string)JsonNode.Parse(text)!["id"]!));
    }

    static async Task<double[]> AtHomeAsync()
    {
        var (table, schema) = await BundledTables.Get("iris").ReadAsync();
        var task = new LearningTask(table, schema, SplitMaker.Make(table, schema, 0));
        var own = new LiftSettings(
            "lift-mini",
            PromptPresets.Named("lift-mini", task.Kind),
            new JobRecipe(Epochs, Rows, null).For("lift-mini")
        );
        using var model = await new LiftLearner(own, new(""), TimeProvider.System).FitAsync(task, Seed);
        return [.. (await model.PredictAsync(table, task.Split.Test)).Select(a => ((Prediction.Answered)a).Value)];
    }

    async Task<LabProcess> StartAwayAsync()
    {
        var lab = new LabProcess(
            away,
            ("Urls", $"http://127.0.0.1:{port}"),
            ("LiftLab__Engine", ""),
            ("LIFTLAB_SERVER_KEY", ServedLab.Key),
            ("LiftLab__MaxAttempts", "1000")
        );
        await lab.ListeningAsync();
        return lab;
    }

    async Task<LabProcess> StartHomeAsync()
    {
        var lab = new LabProcess(
            home,
            ("LiftLab__Engine", ""),
            (ProviderKey.Variable("KEY", "otherlab"), ServedLab.Key),
            ("LiftLab__MaxAttempts", "1000")
        );
        await lab.ListeningAsync();
        return lab;
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        homeLab?.Dispose();
        awayLab?.Dispose();
        foreach (var folder in (string[])[home, away])
        {
            foreach (
                var run in Directory.Exists(Path.Combine(folder, "runs")) ? Directory.GetDirectories(Path.Combine(folder, "runs")) : []
            )
                File.WriteAllText(Path.Combine(run, "cancel"), "");
            Directory.Delete(folder, recursive: true);
        }
    }
}
