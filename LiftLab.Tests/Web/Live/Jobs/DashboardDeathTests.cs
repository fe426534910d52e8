using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Tests.Engine.Runs;

namespace LiftLab.Tests.Web.Live.Jobs;

/// <summary>The dashboard is killed as a real process; its workers are real processes too.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class DashboardDeathTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-lab-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>A run folder in a lab whose dashboard has not started yet; it will be found there.</summary>
    RunFolder Create(LearnerSpec learner) =>
        RunFolder.Create(
            Directory.CreateDirectory(Path.Combine(folder, "runs")).FullName,
            new("run-1", "A test", DateTimeOffset.UnixEpoch, "table.csv", TestRuns.Schema, 0, 0, learner, []),
            file => File.WriteAllText(file, TestRuns.TwoClasses)
        );

    static async Task ResumeAsync(Uri lab, RunFolder run)
    {
        using var http = new HttpClient { BaseAddress = lab };
        (await http.PostAsync($"/api/runs/{run.Id}/resume", null)).EnsureSuccessStatusCode();
    }

    static async Task<RunState> StateAsync(Uri lab, RunFolder run)
    {
        using var http = new HttpClient { BaseAddress = lab };
        var row = await http.GetFromJsonAsync<JsonElement>($"/api/runs/{run.Id}");
        return Enum.Parse<RunState>(row.GetProperty("state").GetString()!, ignoreCase: true);
    }

    [Fact]
    public async Task A_killed_dashboard_loses_no_event_and_takes_its_run_up_again()
    {
        var run = Create(StepLearner.Held(250, at: 200, milliseconds: 15));
        using (var first = new LabProcess(folder))
        {
            await ResumeAsync(await first.ListeningAsync(), run);
            await Eventually.TrueAsync(() => LabServer.Steps(run).Count >= 5);
            await first.KillAsync();
        }
        var steps = LabServer.Steps(run).Count;
        using var second = new LabProcess(folder);
        var address = await second.ListeningAsync();
        await Eventually.TrueAsync(async () => await StateAsync(address, run) == RunState.Running);
        StepLearner.Release(run);
        await Eventually.TrueAsync(async () => await StateAsync(address, run) == RunState.Succeeded);

        var events = RunTail.All(run);
        Assert.Equal(Enumerable.Range(1, 250), LabServer.Steps(run));
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Sequence));
        Assert.Equal(1, run.LastAttempt); // the same worker all the time
        Assert.InRange(steps, 5, 249);
    }

    [Fact]
    public async Task A_worker_that_died_while_the_dashboard_was_away_is_started_again()
    {
        var run = Create(StepLearner.Held(100, at: 50));
        using (var first = new LabProcess(folder))
        {
            await ResumeAsync(await first.ListeningAsync(), run);
            await Eventually.TrueAsync(() => LabServer.Steps(run).Count >= 7);
            await first.KillAsync();
        }
        Process.GetProcessById(LabServer.WorkerOf(run)).Kill();
        StepLearner.Release(run);
        using var second = new LabProcess(folder);
        var address = await second.ListeningAsync();
        await Eventually.TrueAsync(async () => await StateAsync(address, run) == RunState.Succeeded);
        var events = RunTail.All(run);
        Assert.Equal(Enumerable.Range(1, 100), LabServer.Steps(run));
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Sequence));
        Assert.Equal("worker-gone", events.Select(e => e.Body).OfType<RunEnded>().First().Code);
    }

    [Fact]
    public async Task A_second_dashboard_on_the_same_lab_is_refused()
    {
        using var first = new LabServer(folder);
        first.Start();
        using var second = new LabProcess(folder);
        await StartFaultTests.DemandWordsAsync(second, "Another dashboard has the lab");
    }
}
