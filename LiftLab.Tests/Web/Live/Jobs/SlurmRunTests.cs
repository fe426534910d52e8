using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Runs.Work;
using LiftLab.Tests.Engine.Launching.Slurm;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Web.Live;
using LiftLab.Web.Live.Jobs;

namespace LiftLab.Tests.Web.Live.Jobs;

/// <summary>Runs of the dashboard on a real Slurm of two nodes.</summary>
[Trait(Speed.Trait, Speed.Slow)]
[Collection(nameof(SlurmLab))]
public sealed class SlurmRunTests
{
    static LabJob? JobOf(LabServer lab, RunFolder run) => lab.Get<LabJobs>().Of(run.Id);

    static string Number(LabServer lab, RunFolder run) => JobOf(lab, run)!.Number!;

    static IReadOnlyList<RunEnded> Ends(RunFolder run) => [.. RunTail.All(run).Select(e => e.Body).OfType<RunEnded>()];

    [SlurmFact]
    public async Task A_grid_of_eight_fits_runs_on_two_nodes()
    {
        var slurm = await SlurmLab.OpenAsync();
        using var lab = SlurmServer.Start(slurm);
        var runs = new List<RunFolder>();
        for (var i = 0; i < 8; i++)
            runs.Add(await lab.QueueAsync(StepLearner.Spec(20, 10), [new("majority")], SlurmServer.Launcher));
        foreach (var run in runs)
        {
            await lab.UntilAsync(run, RunState.Succeeded);
            SlurmServer.AssertWhole(run, 20);
            Assert.Equal(1, run.LastAttempt);
        }
        var nodes = (await slurm.RunAsync("squeue", "-h", "-t", "all", "-o", "%Z %N"))
            .Split('\n')
            .Where(l => l.Contains(lab.Folder, StringComparison.Ordinal));
        Assert.Equal(["n1", "n2"], nodes.Select(l => l.Split(' ')[1]).Distinct().Order(StringComparer.Ordinal));
        var script = JobScript.Read(runs[0].Path)!;
        Assert.Contains($"run {runs[0].Path}", script, StringComparison.Ordinal);
        Assert.Contains("--mem=200M", script, StringComparison.Ordinal);
    }

    [SlurmFact]
    public async Task A_full_cluster_holds_up_no_local_run_and_a_full_machine_no_run_of_the_cluster()
    {
        using var lab = SlurmServer.Start(await SlurmLab.OpenAsync(), ("Places", "1"));
        var there = await lab.QueueAsync(StepLearner.Spec(10_000, 20), launcher: SlurmServer.Launcher);
        var thereToo = await lab.QueueAsync(StepLearner.Spec(5, 1), launcher: SlurmServer.Launcher);
        var here = await lab.QueueAsync(StepLearner.Spec(5, 1));
        await lab.UntilAsync(here, RunState.Succeeded);
        Assert.Equal(RunState.Queued, (await lab.RowAsync(thereToo)).State);
        await Eventually.TrueAsync(() => LabServer.Steps(there).Count > 0);
        await Eventually.TrueAsync(async () =>
            lab.Get<LabRuns>().WaitsFor(await lab.RowAsync(thereToo)) == "First in queue; “A test” is running."
        );

        var hereLong = await lab.QueueAsync(StepLearner.Spec(10_000, 20));
        await lab.UntilAsync(hereLong, RunState.Running);
        await lab.Get<LabRuns>().StopAndSaveAsync(there.Id);
        await lab.UntilAsync(thereToo, RunState.Succeeded);
        Assert.Equal(
            (SlurmServer.Launcher, LocalLauncher.LauncherName),
            ((await lab.RowAsync(thereToo)).Launcher, (await lab.RowAsync(hereLong)).Launcher)
        );
        await lab.Get<LabRuns>().CancelAsync(hereLong.Id);
        await lab.UntilAsync(hereLong, RunState.Cancelled);
    }

    [SlurmFact]
    public async Task Node_card_place_in_the_queue_and_Slurm_s_reason_are_shown()
    {
        var slurm = await SlurmLab.OpenAsync();
        using var lab = SlurmServer.Start(slurm, ("Gpus", "2"), ("MemoryMb", "100"));
        var all = new List<RunFolder>();
        for (var i = 0; i < 3; i++)
            all.Add(await lab.QueueAsync(StepLearner.Spec(10_000, 20), launcher: SlurmServer.Launcher));
        await Eventually.TrueAsync(() => all.Count(r => JobOf(lab, r) is { Status: { Node: not null, Gpus: "0-1" } }) == 2);
        var third = all.Single(r => JobOf(lab, r)!.Status!.Node is null);
        await Eventually.TrueAsync(() => JobOf(lab, third) is { Status: { State: JobState.Waiting, Position: 1 } });
        Assert.StartsWith("PENDING (", JobOf(lab, third)!.Status!.Words, StringComparison.Ordinal);
        var row = await lab.RowAsync(third);
        Assert.StartsWith(
            "In the queue of cluster, number 1: PENDING",
            lab.Get<LabQueue>().Standing(third.Id, row.State),
            StringComparison.Ordinal
        );

        await slurm.RunAsync("scontrol", "hold", Number(lab, third));
        await Eventually.TrueAsync(() => JobOf(lab, third) is { Status.State: JobState.Held });
        Assert.StartsWith("PENDING (JobHeld", JobOf(lab, third)!.Status!.Words, StringComparison.Ordinal);
        foreach (var run in all)
            await lab.Get<LabRuns>().CancelAsync(run.Id);
        foreach (var run in all)
            await lab.UntilAsync(run, RunState.Cancelled);
        await Eventually.TrueAsync(async () =>
            !(await slurm.RunAsync("squeue", "-h", "-o", "%Z")).Contains(lab.Folder, StringComparison.Ordinal)
        );
    }

    [SlurmFact]
    public async Task A_cancelled_run_leaves_no_process_and_what_an_administrator_cancels_is_not_started_again()
    {
        var slurm = await SlurmLab.OpenAsync();
        using var lab = SlurmServer.Start(slurm);
        var (mine, deaf, hears) = (
            await lab.QueueAsync(StepLearner.Spec(10_000, 20), launcher: SlurmServer.Launcher),
            await lab.QueueAsync(StepLearner.Spec(10_000, 20, flag: "deaf", at: 9), launcher: SlurmServer.Launcher),
            await lab.QueueAsync(StepLearner.Spec(10_000, 20), launcher: SlurmServer.Launcher)
        );
        await Eventually.TrueAsync(() =>
            LabServer.Steps(mine).Count > 2 && LabServer.Steps(deaf).Count == 8 && LabServer.Steps(hears).Count > 2
        );
        var workers = new[] { LabServer.WorkerOf(mine), LabServer.WorkerOf(deaf), LabServer.WorkerOf(hears) };
        await lab.Get<LabRuns>().CancelAsync(mine.Id);
        await lab.UntilAsync(mine, RunState.Cancelled);
        foreach (var theirs in new[] { deaf, hears })
        {
            await slurm.RunAsync("scancel", Number(lab, theirs));
            await lab.UntilAsync(theirs, RunState.Cancelled);
            Assert.Equal("cancelled-at-launcher", (await lab.RowAsync(theirs)).Code);
        }
        await Eventually.TrueAsync(() => !workers.Any(SlurmLab.Lives));
    }

    [SlurmFact]
    public async Task A_run_that_reaches_its_time_limit_goes_on_in_another_job_with_one_curve()
    {
        using var lab = SlurmServer.Start(await SlurmLab.OpenAsync(), ("Minutes", "1"));
        const int steps = 1200;
        var run = await lab.QueueAsync(StepLearner.Spec(steps, 50), launcher: SlurmServer.Launcher);
        await lab.UntilAsync(run, RunState.Succeeded);
        // Slurm looks at its clock now and then: the warning can come too late, after the end of the limit
        Assert.Contains(Ends(run)[0].Code, new[] { Interruption.TimeLimit, Interruption.Stopped });
        Assert.True(run.LastAttempt >= 2);
        SlurmServer.AssertWhole(run, steps);
        Assert.Equal(1, (await lab.RowAsync(run)).Tries); // what came further does not count against the run
    }

    [SlurmFact]
    public async Task A_warned_run_saves_and_goes_on_as_often_as_it_comes_further()
    {
        var slurm = await SlurmLab.OpenAsync();
        using var lab = new LabServer { Settings = { ["LiftLab:MaxAttempts"] = "2" } };
        foreach (var (name, value) in SlurmServer.Settings(slurm))
            lab.Settings[name] = value;
        lab.Start();
        var run = await lab.QueueAsync(StepLearner.Held(120, at: 100, milliseconds: 20), launcher: SlurmServer.Launcher);
        for (var warned = 1; warned <= 3; warned++)
        {
            await Eventually.TrueAsync(() => run.LastAttempt == warned && LabServer.Steps(run).Count >= warned * 20);
            await Eventually.TrueAsync(() => JobOf(lab, run) is { Status.State: JobState.Running });
            await slurm.RunAsync("scancel", "--batch", warned == 2 ? "--signal=TERM" : "--signal=USR1", Number(lab, run));
            await Eventually.TrueAsync(() => Ends(run).Count == warned);
        }
        StepLearner.Release(run);
        await lab.UntilAsync(run, RunState.Succeeded);
        Assert.Equal([Interruption.TimeLimit, Interruption.Stopped, Interruption.TimeLimit, null], Ends(run).Select(e => e.Code));
        SlurmServer.AssertWhole(run, 120);
    }

    [SlurmFact]
    public async Task A_run_whose_node_is_lost_goes_on_from_its_checkpoint()
    {
        var slurm = await SlurmLab.OpenAsync();
        using var lab = new LabServer { Settings = { ["LiftLab:HeartbeatTimeoutSeconds"] = "10" } };
        foreach (var (name, value) in SlurmServer.Settings(slurm))
            lab.Settings[name] = value;
        lab.Start();
        var run = await lab.QueueAsync(StepLearner.Held(100, at: 50), launcher: SlurmServer.Launcher);
        await Eventually.TrueAsync(() => LabServer.Steps(run).Count >= 12 && JobOf(lab, run) is { Status.Node: not null });
        var node = JobOf(lab, run)!.Status!.Node == "n1" ? 1 : 2;
        await slurm.KillNodeAsync(node);
        SlurmLab.Kill(LabServer.WorkerOf(run));
        StepLearner.Release(run);
        try
        {
            await lab.UntilAsync(run, RunState.Succeeded);
        }
        finally
        {
            await slurm.StartNodeAsync(node);
            await slurm.UntilIdleAsync();
        }
        Assert.True(run.LastAttempt >= 2);
        SlurmServer.AssertWhole(run, 100);
    }

    [SlurmFact]
    public async Task A_killed_controller_loses_no_run_and_holds_up_no_local_one()
    {
        var slurm = await SlurmLab.OpenAsync();
        using var lab = SlurmServer.Start(slurm);
        const int steps = 1200; // longer than a call to the dead controller takes: the run must not end before its silence is seen
        var run = await lab.QueueAsync(StepLearner.Spec(steps, 30), launcher: SlurmServer.Launcher);
        await Eventually.TrueAsync(() => LabServer.Steps(run).Count >= 5);
        await slurm.KillControllerAsync();
        try
        {
            await Eventually.TrueAsync(() => JobOf(lab, run) is { Silence: not null });
            Assert.Equal(RunState.Running, (await lab.RowAsync(run)).State);
            var here = await lab.QueueAsync(StepLearner.Spec(3, 1));
            await lab.UntilAsync(here, RunState.Succeeded);
        }
        finally
        {
            await slurm.StartControllerAsync();
            await slurm.UntilIdleAsync();
        }
        await lab.UntilAsync(run, RunState.Succeeded);
        SlurmServer.AssertWhole(run, steps);
    }

    [SlurmFact]
    public async Task A_job_is_not_submitted_twice_and_its_older_submission_is_withdrawn()
    {
        var slurm = await SlurmLab.OpenAsync();
        using var runs = new TestRuns();
        var run = runs.Create(learner: StepLearner.Spec(10_000, 20));
        var (first, second) = (slurm.Launcher(), slurm.Launcher());
        var job = await first.SubmitAsync(JobSpec.Of(run, 0), CancellationToken.None);
        // as after a crash before the handle was stored
        Assert.Equal(job, await second.SubmitAsync(JobSpec.Of(run, 0), CancellationToken.None));

        var next = await second.SubmitAsync(JobSpec.Of(run, 1), CancellationToken.None);
        Assert.NotEqual(job, next);
        await Eventually.TrueAsync(async () =>
            await second.LookAsync([next], CancellationToken.None) is var _
            && (await first.LookAsync([job], CancellationToken.None))[job].IsOver
        );
        await second.CancelAsync(next, CancellationToken.None);
        await Eventually.TrueAsync(async () => (await second.LookAsync([next], CancellationToken.None))[next].IsOver);
    }

    [SlurmFact]
    public async Task A_submission_that_Slurm_refuses_fails_with_Slurm_s_words()
    {
        using var lab = SlurmServer.Start(await SlurmLab.OpenAsync(), ("Partition", "nowhere"));
        var run = await lab.QueueAsync(StepLearner.Spec(3, 1), launcher: SlurmServer.Launcher);
        await lab.UntilAsync(run, RunState.Failed);
        var row = await lab.RowAsync(run);
        Assert.Equal("launch-failed", row.Code);
        Assert.Contains("invalid partition", row.What, StringComparison.OrdinalIgnoreCase);

        // to this machine instead
        await lab.Get<LabJobs>().SendAsync(run.Id, LocalLauncher.LauncherName);
        await lab.Get<LabRuns>().ResumeAsync(run.Id);
        await lab.UntilAsync(run, RunState.Succeeded);
        await Assert.ThrowsAsync<ArgumentException>(() => lab.Get<LabJobs>().SendAsync(run.Id, "moon"));
    }
}
