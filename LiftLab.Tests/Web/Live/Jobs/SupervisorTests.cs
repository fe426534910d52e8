using System.Diagnostics;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Web.Live;

namespace LiftLab.Tests.Web.Live.Jobs;

[Trait(Speed.Trait, Speed.Slow)]
public sealed class SupervisorTests
{
    static void AssertDense(RunFolder run)
    {
        var events = RunTail.All(run);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Sequence));
    }

    [Fact]
    public async Task A_queued_run_is_done_by_a_worker_process_and_its_scores_are_listed()
    {
        using var lab = new LabServer();
        lab.Start();
        var run = await lab.QueueAsync(new("knn"), [new("majority")]);
        await lab.UntilAsync(run, RunState.Succeeded);
        var row = await lab.RowAsync(run);
        Assert.Equal((1, 1.0, "accuracy", "Majority class"), (row.Attempt, row.Score, row.Metric, row.BestBaseline));
        Assert.NotEqual(Environment.ProcessId, LabServer.WorkerOf(run));
    }

    [Fact]
    public async Task A_killed_worker_is_started_again_and_the_loss_curve_goes_on()
    {
        using var lab = new LabServer();
        lab.Start();
        var run = await lab.QueueAsync(StepLearner.Held(40, at: 20));
        await Eventually.TrueAsync(() => LabServer.Steps(run).Count >= 12);
        Process.GetProcessById(LabServer.WorkerOf(run)).Kill();
        StepLearner.Release(run);
        await lab.UntilAsync(run, RunState.Succeeded);

        var events = RunTail.All(run);
        var first = Assert.Single(events.Where(e => e.Attempt == 1).Select(e => e.Body).OfType<RunEnded>());
        Assert.Equal((RunState.Interrupted, "worker-killed"), (first.State, first.Code));
        Assert.True(events.Select(e => e.Body).OfType<AttemptStarted>().Last().ResumedFromStep >= 10);
        Assert.Equal(Enumerable.Range(1, 40), LabServer.Steps(run));
        Assert.All(events.Select(e => e.Body).OfType<TrainingStep>(), s => Assert.Equal(StepLearner.Loss(s.Step), s.Loss));
        AssertDense(run);
        Assert.Equal(2, (await lab.RowAsync(run)).Attempt);
    }

    [Fact]
    public async Task A_fine_tune_whose_worker_is_killed_comes_to_its_scores_with_one_loss_curve()
    {
        using var lab = new LabServer();
        lab.Settings["LiftLab:Engine"] = ""; // the real one
        lab.Start();
        var run = await lab.QueueAsync(
            new(
                "lift",
                new()
                {
                    ["recipe"] = new System.Text.Json.Nodes.JsonObject
                    {
                        ["preset"] = "quick",
                        ["epochs"] = 6,
                        ["minimumSteps"] = 0,
                    },
                }
            )
        );
        await Eventually.TrueAsync(() => LabServer.Steps(run).Count >= 8);
        Process.GetProcessById(LabServer.WorkerOf(run)).Kill();
        await lab.UntilAsync(run, RunState.Succeeded);
        Assert.Equal(2, run.LastAttempt);
        var steps = LabServer.Steps(run);
        Assert.Equal(Enumerable.Range(1, steps.Count), steps);
        AssertDense(run);
        Assert.Equal(24, (await lab.Get<LabRuns>().OutcomeAsync(run.Id, "lift"))!.Answers.Count);
    }

    [Fact]
    public async Task A_run_cancelled_in_the_middle_of_a_step_is_over_before_the_step()
    {
        using var lab = new LabServer();
        lab.Start();
        var run = await lab.QueueAsync(StepLearner.Spec(100, 5, flag: "deaf", at: 4));
        await Eventually.TrueAsync(() => LabServer.Steps(run).Count == 3);
        var worker = LabServer.WorkerOf(run);
        var watch = Stopwatch.StartNew();
        await lab.Get<LabRuns>().CancelAsync(run.Id);
        await Eventually.TrueAsync(() => RunStory.Read(run, learner: null).Ended is not null);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 30); // two on a quiet machine; the step takes sixty
        await lab.UntilAsync(run, RunState.Cancelled);
        await Eventually.TrueAsync(() => !Path.Exists($"/proc/{worker}/exe"));
    }

    [Fact]
    public async Task A_waiting_run_is_cancelled_without_a_worker_and_can_be_resumed()
    {
        using var lab = new LabServer();
        lab.Start();
        var first = await lab.QueueAsync(StepLearner.Spec(1000, 20));
        var second = await lab.QueueAsync(StepLearner.Spec(3, 1));
        await lab.UntilAsync(first, RunState.Running);
        var runs = lab.Get<LabRuns>();
        await Eventually.TrueAsync(async () => runs.WaitsFor(await lab.RowAsync(second)) == "First in queue; “A test” is running.");
        Assert.Null(runs.WaitsFor(await lab.RowAsync(first)));
        await runs.CancelAsync(second.Id);
        await lab.UntilAsync(second, RunState.Cancelled);
        Assert.Equal(RunState.Cancelled, RunStory.Read(second, learner: null).Ended?.State); // the folder says so too

        await lab.Get<LabRuns>().ResumeAsync(second.Id);
        Assert.Equal(RunState.Queued, (await lab.RowAsync(second)).State);
        await lab.Get<LabRuns>().StopAndSaveAsync(first.Id);
        await lab.UntilAsync(first, RunState.Succeeded);
        await lab.UntilAsync(second, RunState.Succeeded);
        Assert.True((await lab.Get<LabRuns>().ReportAsync(first.Id))!.StoppedEarly);
    }

    [Fact]
    public async Task A_run_whose_worker_always_crashes_is_given_up_and_holds_up_no_other()
    {
        using var lab = new LabServer();
        lab.Settings["LiftLab:MaxAttempts"] = "2";
        lab.Start();
        var bad = await lab.QueueAsync(StepLearner.Spec(10, 1, flag: "abortAt", at: 3));
        var good = await lab.QueueAsync(StepLearner.Spec(3, 1));
        await lab.UntilAsync(bad, RunState.Failed);
        await lab.UntilAsync(good, RunState.Succeeded);
        var row = await lab.RowAsync(bad);
        Assert.Equal((2, "gave-up"), (row.Attempt, row.Code));
        Assert.All(RunTail.All(bad).Select(e => e.Body).OfType<RunEnded>(), e => Assert.Equal("worker-crashed", e.Code));
    }

    [Fact]
    public async Task A_worker_that_cannot_start_fails_its_run_with_the_reason()
    {
        using var lab = new LabServer();
        var nothing = Path.Combine(lab.Folder, "nothing");
        await File.WriteAllTextAsync(nothing, "no program");
        lab.Settings["LiftLab:Engine"] = nothing;
        lab.Settings["LiftLab:MaxAttempts"] = "1";
        lab.Start();
        var run = await lab.QueueAsync(StepLearner.Spec(3, 1));
        await lab.UntilAsync(run, RunState.Failed);
        Assert.Contains("before its first event", (await lab.RowAsync(run)).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_running_run_cannot_be_deleted_and_a_deleted_one_leaves_nothing()
    {
        using var lab = new LabServer();
        lab.Start();
        var runs = lab.Get<LabRuns>();
        var run = await lab.QueueAsync(StepLearner.Spec(1000, 20));
        await lab.UntilAsync(run, RunState.Running);
        await Assert.ThrowsAsync<InvalidOperationException>(() => runs.DeleteAsync(run.Id));
        await Assert.ThrowsAsync<InvalidOperationException>(() => runs.ResumeAsync(run.Id));
        await runs.CancelAsync(run.Id);
        await lab.UntilAsync(run, RunState.Cancelled);
        await runs.DeleteAsync(run.Id);
        Assert.False(Directory.Exists(run.Path));
        await Assert.ThrowsAsync<KeyNotFoundException>(() => runs.GetAsync(run.Id));
    }

    [Fact]
    public async Task Runs_can_be_told_to_end_with_the_dashboard_and_go_on_with_it()
    {
        var folder = Directory.CreateTempSubdirectory("liftlab-lab-").FullName;
        RunFolder run;
        using (var lab = new LabServer(folder))
        {
            lab.Settings["LiftLab:StopRunsOnShutdown"] = "true";
            lab.Start();
            run = await lab.QueueAsync(StepLearner.Held(40, at: 20));
            await Eventually.TrueAsync(() => LabServer.Steps(run).Count >= 7);
        }
        StepLearner.Release(run);
        Assert.Equal("dashboard-stopped", RunStory.Read(run, learner: null).Ended?.Code);
        using (var lab = new LabServer(folder))
        {
            lab.Start();
            await lab.UntilAsync(run, RunState.Succeeded);
            Assert.Equal(Enumerable.Range(1, 40), LabServer.Steps(run));
            AssertDense(run);
        }
        Directory.Delete(folder, recursive: true);
    }
}
