using System.Globalization;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Launching.Slurm;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Tests.Engine.Launching.Commands;
using LiftLab.Tests.Engine.Launching.Slurm;
using LiftLab.Tests.Engine.Runs;

namespace LiftLab.Tests.Engine.Launching;

/// <summary>What every launcher promises. A new launcher is one line in <see cref="All"/>.</summary>
[Trait(Speed.Trait, Speed.Slow)]
[Collection(nameof(SlurmLab))]
public sealed class LauncherContractTests : IDisposable
{
    /// <summary>A launcher whose jobs run the test worker.</summary>
    /// <param name="Reused">The handle of a job that is over, as it reads once the system has given its number to another, living
    /// job.</param>
    sealed record Entry(string Name, Func<ILauncher> Create, Func<Job, Job, Job> Reused);

    static readonly Entry[] All =
    [
        new(LocalLauncher.LauncherName, () => new LocalLauncher(TestWorker.Assembly), ReusedProcessId),
        .. OperatingSystem.IsLinux() ? [new(JobScriptExample.Name, JobScriptExample.Launcher, ReusedJobFolder)] : (Entry[])[],
        .. SlurmLab.Missing is null
            ? [new("cluster", () => SlurmLab.OpenAsync().GetAwaiter().GetResult().Launcher(), ReusedJobNumber)]
            : (Entry[])[],
    ];

    /// <summary>A job's folder has a random part in its name.</summary>
    static Job ReusedJobFolder(Job over, Job living) => over with { Handle = over.Handle[..^1] + (over.Handle[^1] == 'x' ? 'y' : 'x') };

    static Job ReusedJobNumber(Job over, Job living) =>
        over with
        {
            Handle = (SlurmHandle.Parse(over.Handle)[0] with { Id = SlurmHandle.Parse(living.Handle)[0].Id }).ToString(),
        };

    static Job ReusedProcessId(Job over, Job living)
    {
        var (old, now) = (LocalProcess.Parse(over.Handle)!.Value, LocalProcess.Parse(living.Handle)!.Value);
        return over with { Handle = (old with { Id = now.Id }).Handle };
    }

    public static TheoryData<string> Names => [.. All.Select(e => e.Name)];

    static readonly LearnerSpec Short = StepLearner.Spec(1, 1),
        Long = StepLearner.Spec(10_000, 20);

    readonly TestRuns runs = new();
    readonly List<(ILauncher, Job)> submitted = [];

    public void Dispose()
    {
        foreach (var (launcher, job) in submitted)
            launcher.CancelAsync(job, CancellationToken.None).Wait();
        Eventually
            .TrueAsync(async () => (await Task.WhenAll(submitted.Select(s => StatusAsync(s.Item1, s.Item2)))).All(s => s.IsOver))
            .Wait();
        runs.Dispose();
    }

    static ILauncher Create(string name) => All.Single(e => e.Name == name).Create();

    async Task<Job> SubmitAsync(ILauncher launcher, JobSpec spec)
    {
        var job = await launcher.SubmitAsync(spec, CancellationToken.None);
        submitted.Add((launcher, job));
        Assert.Equal(launcher.Name, job.Launcher);
        return job;
    }

    JobSpec Spec(LearnerSpec learner, string id = "run-1") => JobSpec.Of(runs.Create(id, learner), 0);

    static async Task<JobStatus> StatusAsync(ILauncher launcher, Job job) => (await launcher.LookAsync([job], CancellationToken.None))[job];

    static Task UntilAsync(ILauncher launcher, Job job, Func<JobStatus, bool> holds) =>
        Eventually.TrueAsync(async () => holds(await StatusAsync(launcher, job)));

    static bool Runs(JobStatus status) => status.State == JobState.Running;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_job_that_ended_is_seen_so_with_its_exit_code_each_time_it_is_looked_at(string name)
    {
        var launcher = Create(name);
        var done = await SubmitAsync(launcher, Spec(Short));
        var failed = await SubmitAsync(launcher, Spec(StepLearner.Spec(3, 1, flag: "failAt", at: 2), "run-2"));
        await UntilAsync(launcher, done, s => s.IsOver);
        await UntilAsync(launcher, failed, s => s.IsOver);
        for (var look = 0; look < 2; look++)
        {
            var seen = await launcher.LookAsync([done, failed], CancellationToken.None);
            Assert.Equal((JobState.Ended, 0), (seen[done].State, seen[done].ExitCode));
            Assert.Equal((JobState.Ended, 4), (seen[failed].State, seen[failed].ExitCode));
        }
        Assert.Equal(RunState.Succeeded, RunStory.Read(RunFolder.Open(Path.Combine(runs.Root, "run-1")), learner: null).Ended?.State);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Many_jobs_are_looked_at_together(string name)
    {
        var launcher = Create(name);
        Job[] jobs = [await SubmitAsync(launcher, Spec(Long)), await SubmitAsync(launcher, Spec(Short, "run-2"))];
        await UntilAsync(launcher, jobs[1], s => s.IsOver);
        await UntilAsync(launcher, jobs[0], Runs);
        Job[] all = [.. jobs, new(name, "names nothing")];
        var seen = await launcher.LookAsync(all, CancellationToken.None);
        Assert.Equal([JobState.Running, JobState.Ended, JobState.Gone], all.Select(j => seen[j].State));
        Assert.Empty(await launcher.LookAsync([], CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_cancelled_job_is_over_and_cancelling_what_is_over_or_nothing_does_nothing(string name)
    {
        var launcher = Create(name);
        var (job, other) = (await SubmitAsync(launcher, Spec(Long)), await SubmitAsync(launcher, Spec(Long, "run-2")));
        await UntilAsync(launcher, job, Runs);
        await launcher.CancelAsync(job, CancellationToken.None);
        await UntilAsync(launcher, job, s => s.IsOver);
        await launcher.CancelAsync(job, CancellationToken.None);
        await launcher.CancelAsync(new(name, "names nothing"), CancellationToken.None);
        await launcher.CancelAsync(new(name, ""), CancellationToken.None);
        await UntilAsync(launcher, other, Runs);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_job_whose_handle_was_lost_is_found_by_a_launcher_that_did_not_submit_it(string name)
    {
        var spec = Spec(Long);
        var first = Create(name);
        var job = await SubmitAsync(first, spec);
        var second = Create(name); // as after a restart
        await Eventually.TrueAsync(async () => await second.FindAsync(spec, CancellationToken.None) == job);
        await UntilAsync(second, job, Runs);

        // the next submission of the run, and a job of this name of another lab, are other jobs
        Assert.Null(await second.FindAsync(JobSpec.Of(RunFolder.Open(spec.Folder), 1), CancellationToken.None));
        using var otherLab = new TestRuns();
        Assert.Null(await second.FindAsync(JobSpec.Of(otherLab.Create("run-1", Long), 0), CancellationToken.None));

        await second.CancelAsync(job, CancellationToken.None);
        await UntilAsync(second, job, s => s.IsOver);
        Assert.Null(await second.FindAsync(spec, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_number_that_the_system_used_again_is_not_taken_for_the_job(string name)
    {
        var entry = All.Single(e => e.Name == name);
        var launcher = entry.Create();
        var over = await SubmitAsync(launcher, Spec(Short));
        await UntilAsync(launcher, over, s => s.IsOver);
        var living = await SubmitAsync(launcher, Spec(Long, "run-2"));
        await UntilAsync(launcher, living, Runs);

        var reused = entry.Reused(over, living);
        Assert.NotEqual(living, reused);
        Assert.Equal(JobState.Gone, (await StatusAsync(launcher, reused)).State);
        await launcher.CancelAsync(reused, CancellationToken.None);
        Assert.Equal(JobState.Running, (await StatusAsync(launcher, living)).State);
    }

    [Fact]
    public async Task An_engine_that_is_not_there_is_named()
    {
        var launcher = new LocalLauncher("/no/such/engine.dll");
        var failed = await Assert.ThrowsAsync<LaunchFailedException>(() => launcher.SubmitAsync(Spec(Short), CancellationToken.None));
        Assert.Contains("/no/such/engine.dll", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_launcher_that_cannot_be_asked_leaves_its_jobs_out_and_the_others_are_asked()
    {
        var launchers = new Launchers([Create(LocalLauncher.LauncherName)]);
        var (here, elsewhere) = (new Job(LocalLauncher.LauncherName, "names nothing"), new Job("cluster", "17"));
        var faults = new List<string>();
        var seen = await launchers.LookAsync([elsewhere, here], e => faults.Add(e.Message), CancellationToken.None);
        Assert.Equal([here], seen.Keys);
        Assert.Contains("'cluster'", Assert.Single(faults), StringComparison.Ordinal);
        Assert.Contains("local", faults[0], StringComparison.Ordinal); // the valid names
    }

    [Fact]
    public void A_process_handle_reads_back_and_other_text_is_none()
    {
        var process = new LocalProcess(17, "boot:4711");
        Assert.Equal(process, LocalProcess.Parse(process.Handle));
        Assert.All(["", "17", "@x", "a@b", "-1@b", "1.0@b"], text => Assert.Null(LocalProcess.Parse(text)));
        Assert.True(LocalProcess.Living(Environment.ProcessId)!.Value.Lives);
        Assert.Equal(
            Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
            LocalProcess.Living(Environment.ProcessId)!.Value.Handle.Split('@')[0]
        );
    }
}
