using LiftLab.Engine.Experiments;
using LiftLab.Engine.Experiments.Work;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Tests.Engine.Experiments;
using LiftLab.Web.Live;
using LiftLab.Web.Live.Jobs;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Queue;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LiftLab.Tests.Web.Live.Jobs;

/// <summary>The tasks of a study's array, as a launcher may lose them. The workers compute in this process.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class StudyArrayTests : IDisposable
{
    const int Count = 3;

    static readonly StudyChoice Choice = new(Kinds: [new("label-noise", "random", [10, 20, 30, 40])], Seeds: [0, 1]);

    readonly LabServer lab = new() { HasSupervisor = false };
    readonly ScriptedLauncher launcher = new() { ArrayTasks = 20 };
    readonly ManualClock clock = new();
    readonly StudyFolder study;
    readonly Job job;

    public StudyArrayTests()
    {
        lab.Start();
        var spec = TestStudies.Spec(choice: Choice);
        study = StudyFolder.Create(lab.Get<LabFolder>().Studies, spec, [TestStudies.Table().Table]);
        job = new(launcher.Name, "#first");
        launcher.Known[$"{study.Id}.study.1"] = job;
        // as a dashboard left it that ended after it had stored the intent to submit
        lab.Get<StudyQueue>().Add(StudyEntry.Of(spec).Launch(DateTime.UnixEpoch, launcher.Name, 0, Count));
    }

    public void Dispose() => lab.Dispose();

    StudyJobs Dashboard() =>
        new(
            lab.Get<JobServices>() with
            {
                Launchers = new([launcher]),
                Signal = new(),
                Clock = clock,
                Options = Options.Create(new LabOptions()),
            },
            lab.Get<StudyQueue>(),
            lab.Get<RunTable>(),
            NullLogger<StudyJobs>.Instance
        );

    StudyEntry Entry => lab.Get<StudyQueue>().Get(study.Id);

    static Task<bool> StepAsync(StudyJobs jobs, params IReadOnlyList<(int Task, JobStatus Status)> tasks) =>
        jobs.StepAsync(
            jobs.Jobs.ToDictionary(j => j, _ => JobStatus.Of([.. tasks.Select(t => new JobTask(t.Task, t.Status))])),
            CancellationToken.None
        );

    Task<RunEnded?> WorkAsync(int share) =>
        new StudyWorker(study, LiftLab.Engine.Engine.Find, "cpu", TimeProvider.System, share: new(share, Count)).RunAsync(
            CancellationToken.None
        );

    static readonly JobStatus Runs = new(JobState.Running) { Node = "n1" },
        Waits = new(JobState.Waiting),
        Ended = new(JobState.Ended, 0),
        Killed = new(JobState.Ended, 137),
        Gone = new(JobState.Gone);

    /// <summary>The log is dense, every prediction was computed once, and the figures are those of an undisturbed study.</summary>
    async Task DemandWholeAsync()
    {
        var events = RunTail.All(study);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Sequence));
        var told = events.Select(e => e.Body).OfType<CellAnswered>().Select(c => c.Key).ToArray();
        Assert.Equal(told.Length, told.Distinct().Count());
        Assert.Equal(StudyStory.Read(study).Planned!.Probes, told.Length);
        var computed = Enumerable
            .Range(0, Count)
            .SelectMany(i => RunTail.All(study.Share(i)))
            .Select(e => e.Body)
            .OfType<CellAnswered>()
            .Where(c => !c.Taken)
            .Select(c => c.Key)
            .ToArray();
        Assert.Equal(told.Order(StringComparer.Ordinal), computed.Order(StringComparer.Ordinal));
        using var other = new TestStudies();
        var calm = other.Create(study.ReadSpec());
        await TestStudies.Worker(calm).RunAsync(CancellationToken.None);
        Assert.Equal(await File.ReadAllBytesAsync(calm.FigureFile), await File.ReadAllBytesAsync(study.FigureFile));
    }

    [Fact]
    public async Task A_task_that_its_launcher_forgot_is_submitted_again_alone_and_the_study_ends_when_all_are_done()
    {
        var jobs = Dashboard();
        await StepAsync(jobs);
        Assert.Equal(job, Assert.Single(jobs.Jobs)); // found by its name, not submitted twice
        Assert.Empty(launcher.Submitted);
        await StepAsync(jobs, (0, Runs), (1, Waits), (2, Waits));
        var shown = jobs.Views[study.Id];
        Assert.Equal([LabTaskState.Running, LabTaskState.Waiting, LabTaskState.Waiting], shown.Tasks!.Select(t => t.State));
        Assert.Equal("n1", shown.Tasks![0].Node);
        Assert.Equal(2, shown.TaskCounts![LabTaskState.Waiting]);

        await WorkAsync(0);
        await WorkAsync(1);
        await StepAsync(jobs, (0, Ended), (1, Runs), (2, Gone));
        var spec = Assert.Single(launcher.Submitted);
        Assert.Equal(($"{study.Id}.study.2", job, Count), (spec.Name, spec.Array!.Before, spec.Array.Count));
        Assert.Equal([2], spec.Array.Tasks);
        Assert.Equal(RunState.Running, Entry.State);
        Assert.Equal(1, study.Share(2).LastAttempt); // stops a worker that is still there

        await WorkAsync(2);
        await StepAsync(jobs, (0, Ended), (1, Ended), (2, Runs));
        await StepAsync(jobs, (0, Ended), (1, Ended), (2, Ended));
        Assert.Equal(RunState.Succeeded, Entry.State);
        Assert.Single(launcher.Submitted);
        await DemandWholeAsync();
    }

    [Fact]
    public async Task The_next_dashboard_gathers_what_was_done_while_none_was_there()
    {
        var first = Dashboard();
        await StepAsync(first);
        await WorkAsync(1);
        await StepAsync(first, (0, Waits), (1, Runs), (2, Waits));
        Assert.NotEmpty(StudyStory.Read(study).Answered);
        await WorkAsync(0);

        var second = Dashboard();
        await StepAsync(second);
        await WorkAsync(2);
        await StepAsync(second, (0, Gone), (1, Gone), (2, Gone)); // the folder decides, not what the launcher still knows
        Assert.Empty(launcher.Submitted);
        Assert.Equal(RunState.Succeeded, Entry.State);
        await DemandWholeAsync();
    }

    [Fact]
    public async Task A_task_that_ends_early_again_and_again_is_given_up_and_the_others_go_on()
    {
        var jobs = Dashboard();
        await StepAsync(jobs);
        await WorkAsync(0);
        for (var tries = 1; tries <= 5; tries++)
        {
            await StepAsync(jobs, (0, Ended), (1, Runs), (2, Killed));
            clock.Advance(TimeSpan.FromMinutes(2));
            await StepAsync(jobs, (0, Ended), (1, Runs), (2, Runs)); // after a pause
        }
        Assert.Equal(4, launcher.Submitted.Count);
        Assert.Equal(Enumerable.Range(2, 4).Select(n => $"{study.Id}.study.{n}"), launcher.Submitted.Select(s => s.Name));
        Assert.Equal(RunState.Running, Entry.State);
        await WorkAsync(1);
        await StepAsync(jobs, (0, Ended), (1, Ended), (2, Killed));
        Assert.Equal((RunState.Failed, "gave-up"), (Entry.State, Entry.Code));
        Assert.StartsWith("Task 2 of the array: 5 attempts ended early.", Entry.What, StringComparison.Ordinal);
        Assert.True(study.LastAttempt >= 5); // the next submission has a new name
    }

    [Fact]
    public async Task What_somebody_cancels_at_the_launcher_is_not_submitted_again()
    {
        var jobs = Dashboard();
        await StepAsync(jobs);
        await StepAsync(jobs, (0, Runs), (1, Runs), (2, new(JobState.Ended) { IsCancelled = true }));
        await WorkAsync(0);
        await WorkAsync(1);
        await StepAsync(jobs, (0, Ended), (1, Ended), (2, new(JobState.Ended) { IsCancelled = true }));
        Assert.Equal((RunState.Cancelled, "cancelled-at-launcher"), (Entry.State, Entry.Code));
        Assert.Empty(launcher.Submitted);
    }

    [Fact]
    public async Task A_cancelled_study_is_cancelled_whole()
    {
        var jobs = Dashboard();
        await StepAsync(jobs);
        await WorkAsync(0);
        await StepAsync(jobs, (0, Ended), (1, Runs), (2, Waits));
        await lab.Get<LabStudies>().CancelAsync(study.Id);
        await StepAsync(jobs, (0, Ended), (1, Killed), (2, Waits));
        clock.Advance(TimeSpan.FromSeconds(5));
        await StepAsync(jobs, (0, Ended), (1, Killed), (2, Waits));
        Assert.Equal([job], launcher.Cancelled.Distinct());
        await StepAsync(jobs, (0, Ended), (1, Killed), (2, new(JobState.Ended) { IsCancelled = true }));
        Assert.Equal(RunState.Cancelled, Entry.State);
        Assert.Equal(RunState.Cancelled, StudyStory.Read(study).Ended?.State);
        Assert.Empty(launcher.Submitted);
    }

    [Fact]
    public async Task A_task_that_gives_no_sign_of_life_is_ended_and_the_others_are_not()
    {
        var jobs = Dashboard();
        await StepAsync(jobs);
        await StepAsync(jobs, (0, Runs), (1, Waits), (2, Runs));
        clock.Advance(TimeSpan.FromMinutes(10));
        await WorkAsync(2);
        await StepAsync(jobs, (0, Runs), (1, Waits), (2, Runs));
        Assert.Equal([(job, 0)], launcher.CancelledTasks);
        Assert.Empty(launcher.Cancelled);
        await StepAsync(jobs, (0, new(JobState.Ended) { IsCancelled = true }), (1, Waits), (2, Ended));
        Assert.Equal([0], Assert.Single(launcher.Submitted).Array!.Tasks);
        Assert.Equal("worker-silent", study.Share(0).ReadStory().Ended?.Code);
    }
}
