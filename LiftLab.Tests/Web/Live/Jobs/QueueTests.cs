using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Web.Live;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Queue;

namespace LiftLab.Tests.Web.Live.Jobs;

/// <summary>Pausing, finishing, discarding and reordering through the dashboard.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class QueueTests
{
    [Fact]
    public async Task A_paused_run_frees_its_place_and_goes_on_when_it_is_resumed()
    {
        using var lab = new LabServer();
        lab.Start();
        var runs = lab.Get<LabRuns>();
        var first = await lab.QueueAsync(StepLearner.Held(60, at: 30));
        var second = await lab.QueueAsync(StepLearner.Spec(3, 1));
        await Eventually.TrueAsync(() => LabServer.Steps(first).Count >= 7);
        await runs.PauseAsync(first.Id);
        await lab.UntilAsync(first, RunState.Paused);
        await lab.UntilAsync(second, RunState.Succeeded);
        Assert.Equal(RunState.Paused, RunStory.Read(first, learner: null).Ended?.State); // the folder says so too
        StepLearner.Release(first);
        await runs.ResumeAsync(first.Id);
        await lab.UntilAsync(first, RunState.Succeeded);
        Assert.Equal(Enumerable.Range(1, 60), LabServer.Steps(first));
    }

    [Fact]
    public async Task A_paused_run_can_be_finished_with_what_it_learned_and_then_trained_to_its_end()
    {
        using var lab = new LabServer();
        lab.Start();
        var runs = lab.Get<LabRuns>();
        var run = await lab.QueueAsync(StepLearner.Held(60, at: 30));
        await Eventually.TrueAsync(() => LabServer.Steps(run).Count >= 7);
        await runs.PauseAsync(run.Id);
        await lab.UntilAsync(run, RunState.Paused);
        await runs.StopAndSaveAsync(run.Id);
        await lab.UntilAsync(run, RunState.Succeeded);
        var row = await lab.RowAsync(run);
        Assert.Equal((RunRow.StoppedEarly, true), (row.Code, row.Score is not null));
        Assert.InRange(LabServer.Steps(run).Count, 5, 59);

        await runs.ResumeAsync(run.Id);
        Assert.Null((await lab.RowAsync(run)).Score); // of fewer steps
        StepLearner.Release(run);
        await lab.UntilAsync(run, RunState.Succeeded);
        Assert.Equal(Enumerable.Range(1, 60), LabServer.Steps(run));
        Assert.Null((await lab.RowAsync(run)).Code);
        await Assert.ThrowsAsync<InvalidOperationException>(() => runs.ResumeAsync(run.Id)); // done to the planned end
        await Assert.ThrowsAsync<InvalidOperationException>(() => runs.StopAndSaveAsync(run.Id));
    }

    [Fact]
    public async Task Waiting_runs_are_reordered_paused_and_discarded()
    {
        using var lab = new LabServer();
        lab.Start();
        var runs = lab.Get<LabRuns>();
        var busy = await lab.QueueAsync(StepLearner.Spec(100_000, 20));
        var (a, b, c) = (
            await lab.QueueAsync(StepLearner.Spec(3, 1)),
            await lab.QueueAsync(StepLearner.Spec(3, 1)),
            await lab.QueueAsync(StepLearner.Spec(3, 1))
        );
        await lab.UntilAsync(busy, RunState.Running);
        async Task<string> OrderAsync() =>
            string.Concat(
                (await runs.QueueAsync()).Select(r =>
                    r.Id == busy.Id ? "*"
                    : r.Id == a.Id ? "a"
                    : r.Id == b.Id ? "b"
                    : "c"
                )
            );
        Assert.Equal("*abc", await OrderAsync());
        await runs.MoveAsync(c.Id, QueueMove.Up);
        Assert.Equal("*acb", await OrderAsync());
        await runs.MoveAsync(a.Id, QueueMove.Last);
        Assert.Equal("*cba", await OrderAsync());
        await runs.MoveAsync(a.Id, QueueMove.First);
        await runs.MoveAsync(a.Id, QueueMove.Up); // it is first already
        await runs.MoveAsync(c.Id, QueueMove.Down);
        Assert.Equal("*abc", await OrderAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() => runs.MoveAsync(busy.Id, QueueMove.Up));
        await Eventually.TrueAsync(async () =>
            runs.WaitsFor(await lab.RowAsync(b))!.StartsWith("Second in queue", StringComparison.Ordinal)
        );
        await Eventually.TrueAsync(async () => runs.Standing(await lab.RowAsync(busy)).StartsWith("Running", StringComparison.Ordinal));

        await runs.PauseAsync(a.Id);
        Assert.Equal(RunState.Paused, (await lab.RowAsync(a)).State);
        Assert.Equal("*bc", await OrderAsync());
        await runs.DiscardAsync(b.Id);
        await runs.DiscardAsync(busy.Id);
        Assert.False(Directory.Exists(b.Path) || Directory.Exists(busy.Path));
        await Assert.ThrowsAsync<KeyNotFoundException>(() => runs.GetAsync(busy.Id));
        await lab.UntilAsync(c, RunState.Succeeded);
        await runs.ResumeAsync(a.Id);
        await lab.UntilAsync(a, RunState.Succeeded);
    }

    [Fact]
    public async Task An_interrupted_run_keeps_its_place_while_it_waits_to_start_again()
    {
        using var lab = new LabServer();
        lab.Settings["LiftLab:MaxAttempts"] = "3";
        lab.Start();
        var bad = await lab.QueueAsync(StepLearner.Spec(10, 1, flag: "abortAt", at: 3));
        var next = await lab.QueueAsync(StepLearner.Spec(3, 1));
        await lab.UntilAsync(bad, RunState.Failed);
        await lab.UntilAsync(next, RunState.Succeeded);
        var lastOfBad = RunTail.All(bad)[^1].At;
        Assert.True(RunTail.All(next)[0].At >= lastOfBad);
    }
}
