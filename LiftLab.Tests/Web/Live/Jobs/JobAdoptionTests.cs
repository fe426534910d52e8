using LiftLab.Engine.Launching;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Runs.Work;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Web.Live;
using LiftLab.Web.Live.Jobs;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Queue;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LiftLab.Tests.Web.Live.Jobs;

/// <summary>What happens to a run whose job the dashboard lost sight of.</summary>
public sealed class JobAdoptionTests
{
    /// <summary>A run as a dashboard left it that ended after it had stored the intent to submit.</summary>
    static (RunFolder Folder, RunRow Row) Intended(LabServer lab, int steps, string launcher, int heldAt = 0)
    {
        var spec = new RunSpec(
            RunId.New(DateTimeOffset.UnixEpoch),
            "A test",
            DateTimeOffset.UnixEpoch,
            "table.csv",
            TestRuns.Schema,
            0,
            0,
            StepLearner.Held(steps, heldAt),
            []
        );
        var folder = RunFolder.Create(lab.Get<LabFolder>().Runs, spec, file => File.WriteAllText(file, TestRuns.TwoClasses));
        var row = RunRow.Of(spec, RunStory.Read(folder, learner: null), null);
        row.Resume(1);
        row.Launch(DateTime.UnixEpoch, launcher, 0);
        return (folder, row);
    }

    [Fact]
    public async Task A_job_whose_handle_was_lost_in_a_crash_is_found_and_not_submitted_twice()
    {
        using var lab = new LabServer();
        lab.Start();
        var (folder, row) = Intended(lab, 200, LocalLauncher.LauncherName, heldAt: 100);
        var job = await new LocalLauncher(TestWorker.Assembly).SubmitAsync(JobSpec.Of(folder, 0), CancellationToken.None);
        await lab.Get<RunTable>().AddAsync(row, CancellationToken.None); // running, without a handle
        lab.Get<WorkSignal>().Wake();
        await Eventually.TrueAsync(async () => (await lab.RowAsync(folder)).Handle == job.Handle);
        StepLearner.Release(folder);
        await lab.UntilAsync(folder, RunState.Succeeded);
        Assert.Equal(1, folder.LastAttempt);
        Assert.Equal(Enumerable.Range(1, 200), LabServer.Steps(folder));
    }

    [Fact]
    public async Task An_intent_without_a_job_is_submitted_again()
    {
        using var lab = new LabServer();
        lab.Start();
        var (folder, row) = Intended(lab, 3, LocalLauncher.LauncherName);
        await lab.Get<RunTable>().AddAsync(row, CancellationToken.None);
        lab.Get<WorkSignal>().Wake();
        await lab.UntilAsync(folder, RunState.Succeeded);
        Assert.Equal("worker-gone", RunTail.All(folder).Select(e => e.Body).OfType<RunEnded>().First().Code);
        Assert.Equal(2, folder.LastAttempt); // the first says that its worker is gone
        Assert.Equal(1, (await lab.RowAsync(folder)).AttemptsBefore);
    }

    [Fact]
    public async Task While_the_launcher_cannot_be_asked_the_run_stays_as_it_is()
    {
        using var lab = new LabServer { HasSupervisor = false };
        lab.Start();
        var launcher = new ScriptedLauncher();
        var queue = new RunJobs(
            lab.Get<JobServices>() with
            {
                Launchers = new([launcher]),
                Signal = new(),
                Options = Options.Create(new LabOptions()),
            },
            lab.Get<RunTable>(),
            lab.Get<StudyQueue>(),
            NullLogger<RunJobs>.Instance
        );
        var (folder, row) = Intended(lab, 3, launcher.Name);
        await lab.Get<RunTable>().AddAsync(row, CancellationToken.None);
        var none = new Dictionary<Job, JobStatus>();
        launcher.Fault = new LauncherUnreachableException("no answer");
        await queue.StepAsync(none, CancellationToken.None);
        Assert.Empty(queue.Jobs);
        launcher.Fault = null;
        launcher.Known[JobSpec.Of(folder, 0).Name] = new(launcher.Name, "#1");
        await queue.StepAsync(none, CancellationToken.None); // found
        var job = Assert.Single(queue.Jobs);
        await queue.StepAsync(none, CancellationToken.None); // not asked about: unreachable again
        Assert.Equal((RunState.Running, "#1"), ((await lab.RowAsync(folder)).State, (await lab.RowAsync(folder)).Handle));

        await queue.StepAsync(new Dictionary<Job, JobStatus> { [job] = new(JobState.Ended, 137) }, CancellationToken.None);
        Assert.Equal("worker-killed", RunStory.Read(folder, learner: null).Ended?.Code);
        Assert.Equal(RunState.Queued, (await lab.RowAsync(folder)).State);
        Assert.Empty(launcher.Submitted);
    }

    static RunJobs Queue(LabServer lab, ScriptedLauncher launcher) =>
        new(
            lab.Get<JobServices>() with
            {
                Launchers = new([new LocalLauncher(TestWorker.Assembly), launcher]),
                Signal = new(),
                Options = Options.Create(new LabOptions()),
            },
            lab.Get<RunTable>(),
            lab.Get<StudyQueue>(),
            NullLogger<RunJobs>.Instance
        );

    [Fact]
    public async Task A_run_that_an_older_copy_of_its_job_has_done_is_not_done_again()
    {
        using var lab = new LabServer { HasSupervisor = false };
        lab.Start();
        var launcher = new ScriptedLauncher();
        var queue = Queue(lab, launcher);
        var (folder, row) = Intended(lab, 3, launcher.Name);
        await new Worker(folder, TestWorker.Find, _ => "cpu", TimeProvider.System).RunAsync(CancellationToken.None);
        row.End(new(RunState.Failed), DateTime.UnixEpoch);
        row.Resume(1);
        row.Launch(DateTime.UnixEpoch, launcher.Name, folder.LastAttempt); // the job that comes after it claims no attempt
        launcher.Known[JobSpec.Of(folder, 1).Name] = new(launcher.Name, "#2");
        await lab.Get<RunTable>().AddAsync(row, CancellationToken.None);
        await queue.StepAsync(new Dictionary<Job, JobStatus>(), CancellationToken.None);
        await queue.StepAsync(
            new Dictionary<Job, JobStatus> { [Assert.Single(queue.Jobs)] = new(JobState.Ended, 0) },
            CancellationToken.None
        );
        Assert.Equal((RunState.Succeeded, 1), ((await lab.RowAsync(folder)).State, folder.LastAttempt));
    }

    [Fact]
    public async Task A_worker_of_which_a_launcher_lost_sight_is_stopped_by_a_new_attempt()
    {
        using var lab = new LabServer { HasSupervisor = false };
        lab.Start();
        var launcher = new ScriptedLauncher();
        var queue = Queue(lab, launcher);
        var (folder, row) = Intended(lab, 3, launcher.Name);
        launcher.Known[JobSpec.Of(folder, 0).Name] = new(launcher.Name, "#1");
        await lab.Get<RunTable>().AddAsync(row, CancellationToken.None);
        using var living = AttemptLog.Claim(folder, TimeProvider.System);
        living.Write("run", new PhaseEntered("load"));
        await queue.StepAsync(new Dictionary<Job, JobStatus>(), CancellationToken.None);
        await queue.StepAsync(new Dictionary<Job, JobStatus> { [Assert.Single(queue.Jobs)] = new(JobState.Gone) }, CancellationToken.None);
        Assert.Equal((RunState.Queued, 2), ((await lab.RowAsync(folder)).State, folder.LastAttempt));
        Assert.Throws<SupersededException>(() => living.Write("run", new RunEnded(RunState.Succeeded)));
    }
}
