using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.Experiments;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Tests.Engine.Experiments;
using LiftLab.Tests.Engine.Launching.Slurm;
using LiftLab.Web.Live;
using LiftLab.Web.Live.Jobs;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Queue;

namespace LiftLab.Tests.Web.Live.Jobs;

/// <summary>Studies as arrays on a real Slurm of two nodes.</summary>
[Trait(Speed.Trait, Speed.Slow)]
[Collection(nameof(SlurmLab))]
public sealed class SlurmStudyTests
{
    /// <summary>Forty cells of LIFT, whose fits train together, and three baselines.</summary>
    internal static StudySpec Forty(int epochs = 2)
    {
        var recipe = new JsonObject
        {
            ["preset"] = "quick",
            ["epochs"] = epochs,
            ["minimumSteps"] = 0,
            ["members"] = 2,
        };
        return TestStudies.Spec(
            choice: new(Kinds: [new("label-noise", "random", [20, 40]), new("feature-noise", null, [.5])], Seeds: [0, 1])
        ) with
        {
            Learners = [new("lift", new JsonObject { ["recipe"] = recipe }), new("rf"), new("knn"), new("logreg")],
        };
    }

    internal static StudyFolder Queue(LabServer lab, StudySpec spec, string? launcher = SlurmServer.Launcher)
    {
        var folder = StudyFolder.Create(lab.Get<LabFolder>().Studies, spec, [TestStudies.Table(spec.Tables[0].Schema.Task).Table]);
        lab.Get<StudyQueue>().Add(StudyEntry.Of(spec) with { Wanted = launcher });
        lab.Get<WorkSignal>().Wake();
        return folder;
    }

    internal static Task UntilAsync(LabServer lab, StudyFolder study, RunState state) =>
        Eventually.TrueAsync(
            () =>
            {
                var entry = lab.Get<LabStudies>().Get(study.Id);
                if (entry.IsOver && entry.State != state)
                    throw new InvalidOperationException($"the study is {entry.State}: {entry.Code} {entry.What}");
                return entry.State == state;
            },
            seconds: 300
        );

    static IReadOnlyList<LabTask> Tasks(LabServer lab, StudyFolder study) => lab.Get<LabJobs>().Of(study.Id)?.Tasks ?? [];

    static int Computed(StudyFolder study, int share) =>
        Directory.Exists(study.Share(share).Path) ? RunTail.All(study.Share(share)).Count(e => e.Body is CellAnswered { Taken: false }) : 0;

    /// <summary>Shares whose worker has done something and has much to do.</summary>
    static IEnumerable<int> InTheMiddle(StudyFolder study) =>
        Enumerable
            .Range(0, 4)
            .Where(i =>
                study.Share(i).ReadStory() is { Ended: null, Started: not null, Planned.Probes: var planned, Answered.Count: var done }
                && done > 0
                && planned - done >= 2
                && planned > 4
            );

    [SlurmFact]
    public async Task A_study_is_one_array_and_a_killed_task_goes_on_from_the_cells_that_are_done()
    {
        var slurm = await SlurmLab.OpenAsync();
        // two cards a task, so that each node has one task at a time
        using var lab = SlurmServer.Start(slurm, ("ArrayTasks", "4"), ("ArrayThrottle", "3"), ("Gpus", "2"));
        using var http = new HttpClient { BaseAddress = lab.Address };
        var study = Queue(lab, Forty(epochs: 50));
        var victim = -1;
        await Eventually.TrueAsync(() => (victim = InTheMiddle(study).FirstOrDefault(-1)) >= 0);
        SlurmLab.Kill(study.Share(victim).ReadStory().Started!.ProcessId);
        var first = JobScript.Read(study.Path)!;
        await Eventually.TrueAsync(() => Tasks(lab, study).Any(t => t.Node is not null));
        var shown = await http.GetFromJsonAsync<JsonElement>($"/api/studies/{study.Id}/job");
        Assert.Equal(4, shown.GetProperty("job").GetProperty("tasks").GetArrayLength());
        await UntilAsync(lab, study, RunState.Succeeded);

        Assert.Contains("--array=0-3%3", first, StringComparison.Ordinal);
        var last = JobScript.Read(study.Path)!;
        Assert.Contains(FormattableString.Invariant($"--array={victim}%3"), last, StringComparison.Ordinal); // alone
        Assert.Equal(2, study.Share(victim).LastAttempt);
        var lines = (await slurm.RunAsync("squeue", "-h", "-r", "-t", "all", "-O", "WorkDir:300,ArrayTaskID:|,NodeList:|"))
            .Split('\n')
            .Where(l => l.StartsWith(study.Path + " ", StringComparison.Ordinal))
            .Select(l => l[300..].Split('|'))
            .ToArray();
        Assert.Equal(5, lines.Length);
        Assert.Equal(["n1", "n2"], lines.Select(l => l[1].Trim()).Distinct().Order(StringComparer.Ordinal));

        using var other = new TestStudies();
        var calm = other.Create(study.ReadSpec());
        await TestStudies.Worker(calm).RunAsync(CancellationToken.None);
        Assert.Equal(await File.ReadAllBytesAsync(calm.FigureFile), await File.ReadAllBytesAsync(study.FigureFile));
        var computed = Enumerable
            .Range(0, 4)
            .SelectMany(i => RunTail.All(study.Share(i)))
            .Select(e => e.Body)
            .OfType<CellAnswered>()
            .Where(c => !c.Taken)
            .Select(c => c.Key)
            .Order(StringComparer.Ordinal);
        Assert.Equal(StudyStory.Read(calm).Answered.Order(StringComparer.Ordinal), computed);
        var events = RunTail.All(study);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Sequence));
        Assert.Equal(Path.Combine("shares", "0", "worker.log"), Path.GetRelativePath(study.Path, study.Share(0).LogFile));
        Assert.True(File.Exists(study.Share(0).LogFile));
    }

    [SlurmFact]
    public async Task Cancelling_a_study_cancels_the_whole_array_and_resuming_it_submits_what_is_open()
    {
        var slurm = await SlurmLab.OpenAsync();
        using var lab = SlurmServer.Start(slurm, ("ArrayTasks", "4"), ("ArrayThrottle", "1"));
        var study = Queue(lab, Forty());
        await Eventually.TrueAsync(() => Tasks(lab, study).Any(t => t.State == LabTaskState.Running && t.Answered > 0));
        Assert.Contains(Tasks(lab, study), t => t.State == LabTaskState.Waiting);
        await lab.Get<LabStudies>().CancelAsync(study.Id);
        await UntilAsync(lab, study, RunState.Cancelled);
        await Eventually.TrueAsync(async () =>
            !(await slurm.RunAsync("squeue", "-h", "-o", "%Z")).Contains(study.Path, StringComparison.Ordinal)
        );
        var before = Enumerable.Range(0, 4).Sum(i => Computed(study, i));
        Assert.True(before > 0);

        await lab.Get<LabStudies>().ResumeAsync(study.Id);
        await UntilAsync(lab, study, RunState.Succeeded);
        Assert.Equal(StudyStory.Read(study).Planned!.Probes, Enumerable.Range(0, 4).Sum(i => Computed(study, i)));
    }

    [SlurmFact]
    public async Task Tasks_that_are_warned_of_their_time_limit_or_requeued_go_on_and_a_killed_controller_loses_none()
    {
        var slurm = await SlurmLab.OpenAsync();
        using var lab = SlurmServer.Start(slurm, ("ArrayTasks", "4"));
        var study = Queue(lab, Forty(epochs: 150));
        int[] running = [];
        await Eventually.TrueAsync(() => (running = [.. InTheMiddle(study)]).Length >= 2);
        var number = lab.Get<LabJobs>().Of(study.Id)!.Number;
        await slurm.RunAsync("scancel", "--batch", "--signal=USR1", FormattableString.Invariant($"{number}_{running[0]}"));
        await slurm.RunAsync("scontrol", "requeue", FormattableString.Invariant($"{number}_{running[1]}"));
        await Eventually.TrueAsync(() => study.Share(running[0]).LastAttempt == 2);
        Assert.Contains(
            RunTail.All(study.Share(running[0])).Select(e => e.Body).OfType<RunEnded>(),
            e => e is { State: RunState.Interrupted, Code: "time-limit" }
        );
        await slurm.KillControllerAsync();
        await slurm.StartControllerAsync();
        await slurm.UntilIdleAsync();
        await UntilAsync(lab, study, RunState.Succeeded);
        Assert.Equal(StudyStory.Read(study).Planned!.Probes, Enumerable.Range(0, 4).Sum(i => Computed(study, i)));
        using var other = new TestStudies();
        var calm = other.Create(study.ReadSpec());
        await TestStudies.Worker(calm).RunAsync(CancellationToken.None);
        Assert.Equal(await File.ReadAllBytesAsync(calm.FigureFile), await File.ReadAllBytesAsync(study.FigureFile));
    }

    [SlurmFact]
    public async Task Failed_cells_are_tried_again_by_the_tasks_that_have_them()
    {
        var slurm = await SlurmLab.OpenAsync();
        using var lab = SlurmServer.Start(slurm, ("ArrayTasks", "3"));
        var choice = new StudyChoice(
            Kinds: [new("label-noise", "random", [10, 20]), new("feature-noise", null, [.1, .2])],
            Seeds: [.. Enumerable.Range(0, 5)]
        );
        // of a number no label can be wrong
        var study = Queue(lab, TestStudies.Spec(learners: "knn,mean", choice: choice, task: LiftLab.Engine.Tables.TaskKind.Regression));
        await UntilAsync(lab, study, RunState.Succeeded);
        var failed = StudyStory.Read(study).Failed.Keys.Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(20, failed.Length);
        int Told() => Enumerable.Range(0, 3).Sum(i => RunTail.All(study.Share(i)).Count(e => e.Body is CellFailed));
        Assert.Equal(20, Told());

        await lab.Get<LabStudies>().RetryAsync(study.Id);
        await UntilAsync(lab, study, RunState.Succeeded);
        Assert.Equal(40, Told());
        Assert.Equal(failed, StudyStory.Read(study).Failed.Keys.Order(StringComparer.Ordinal));
        Assert.False(File.Exists(study.RetryFile));
    }

    [SlurmFact]
    public async Task A_small_study_is_one_job()
    {
        var slurm = await SlurmLab.OpenAsync();
        using var lab = SlurmServer.Start(slurm);
        var study = Queue(lab, TestStudies.Spec(choice: new(Levels: [10], Seeds: [0])));
        await UntilAsync(lab, study, RunState.Succeeded);
        Assert.DoesNotContain("--array", JobScript.Read(study.Path)!, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.GetDirectoryName(study.Share(0).Path)));
    }
}
