using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Runs.Work;

namespace LiftLab.Tests.Engine.Runs;

/// <summary>Pausing, finishing early, and going on.</summary>
public sealed class PauseTests : IDisposable
{
    readonly TestRuns runs = new();

    public void Dispose() => runs.Dispose();

    static Worker WorkerOf(RunFolder run) => new(run, TestWorker.Find, _ => "cpu", TimeProvider.System);

    static IReadOnlyList<int> Steps(RunFolder run) => [.. RunStory.Read(run, StepLearner.LearnerName).Steps.Select(s => s.Step)];

    [Fact]
    public async Task A_paused_run_ends_as_paused_and_goes_on_from_its_checkpoint()
    {
        var run = runs.Create(learner: StepLearner.Held(30, at: 20), baselines: [new("majority")]);
        var work = WorkerOf(run).RunAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => Steps(run).Count >= 7);
        await File.WriteAllTextAsync(run.PauseFile, "");
        Assert.Equal(RunState.Paused, (await work)?.State);
        Assert.False(File.Exists(run.ReportFile));

        File.Delete(run.PauseFile);
        StepLearner.Release(run);
        Assert.Equal(RunState.Succeeded, (await WorkerOf(run).RunAsync(CancellationToken.None))?.State);
        Assert.Equal(Enumerable.Range(1, 30), Steps(run));
    }

    [Fact]
    public async Task Cancelling_ends_a_pause_that_takes_long()
    {
        var run = runs.Create(learner: StepLearner.Spec(10, 1, flag: "deaf", at: 3));
        var work = WorkerOf(run).RunAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => Steps(run).Count == 2);
        await File.WriteAllTextAsync(run.PauseFile, "");
        await File.WriteAllTextAsync(run.CancelFile, "");
        Assert.Equal(RunState.Cancelled, (await work)?.State);
    }

    [Fact]
    public async Task A_run_that_was_finished_early_trains_on_to_its_planned_end()
    {
        var run = runs.Create(learner: StepLearner.Held(30, at: 20), baselines: [new("majority")]);
        var work = WorkerOf(run).RunAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => Steps(run).Count >= 7);
        await File.WriteAllTextAsync(run.StopFile, "");
        await work;
        Assert.True(run.ReadReport()!.StoppedEarly);
        var before = File.GetLastWriteTimeUtc(run.ResultFile("majority"));

        await Continuation.PrepareAsync(run, TestWorker.Find, 0, CancellationToken.None);
        Assert.Null(run.ReadReport());
        StepLearner.Release(run);
        Assert.Equal(RunState.Succeeded, (await WorkerOf(run).RunAsync(CancellationToken.None))?.State);
        Assert.Equal(Enumerable.Range(1, 30), Steps(run));
        Assert.False(run.ReadReport()!.StoppedEarly);
        Assert.Equal(before, File.GetLastWriteTimeUtc(run.ResultFile("majority"))); // baselines stay
        var results = RunStory.Read(run, StepLearner.LearnerName).Results.Select(r => r.Learner).Order();
        Assert.Equal(["majority", "steps"], results);
    }

    [Fact]
    public async Task A_finished_run_learns_more_epochs_where_its_learner_can()
    {
        var run = runs.Create(learner: StepLearner.Spec(10, 1));
        await WorkerOf(run).RunAsync(CancellationToken.None);
        await Continuation.PrepareAsync(run, TestWorker.Find, 2, CancellationToken.None);
        Assert.Equal(RunState.Succeeded, (await WorkerOf(run).RunAsync(CancellationToken.None))?.State);
        Assert.Equal(Enumerable.Range(1, 30), Steps(run)); // ten steps an epoch

        var other = runs.Create("other", new("knn"));
        await WorkerOf(other).RunAsync(CancellationToken.None);
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Continuation.PrepareAsync(other, TestWorker.Find, 2, CancellationToken.None)
        );
        Assert.NotNull(other.ReadReport()); // nothing was removed
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            Continuation.PrepareAsync(run, TestWorker.Find, -1, CancellationToken.None)
        );
        new KeptFiles(run).Delete(DateTimeOffset.UnixEpoch);
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Continuation.PrepareAsync(run, TestWorker.Find, 1, CancellationToken.None)
        );
    }
}
