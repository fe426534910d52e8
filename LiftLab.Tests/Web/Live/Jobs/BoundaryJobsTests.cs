using System.Text.Json;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Web.Live.Jobs;
using LiftLab.Web.Storage;
using Microsoft.Extensions.Options;

namespace LiftLab.Tests.Web.Live.Jobs;

public sealed class BoundaryJobsTests : IDisposable
{
    static readonly BoundaryRequest Request = new("a", "b", new Dictionary<string, string>(), 8);
    static readonly DrawnBoundary Drawn = new("knn", "k-nearest neighbours", null);

    readonly LabFolder lab = new(
        Options.Create(new LabOptions { LabFolder = Directory.CreateTempSubdirectory("liftlab-drawings-").FullName })
    );
    readonly ScriptedLauncher launcher = new();
    readonly RunFolder run;

    public BoundaryJobsTests()
    {
        Directory.CreateDirectory(lab.Runs);
        var spec = new RunSpec("run-1", "A test", DateTimeOffset.UnixEpoch, "table.csv", TestRuns.Schema, 0, 0, new("knn"), []);
        run = RunFolder.Create(lab.Runs, spec, file => File.WriteAllText(file, TestRuns.TwoClasses));
    }

    public void Dispose() => Directory.Delete(lab.Path, recursive: true);

    BoundaryJobs Drawings() => new(lab, new([launcher]), new());

    static Dictionary<Job, JobStatus> Seen(BoundaryJobs drawings, JobStatus status) => drawings.Jobs.ToDictionary(j => j, _ => status);

    static Task<bool> StepAsync(BoundaryJobs drawings, JobStatus status) =>
        drawings.StepAsync(Seen(drawings, status), CancellationToken.None);

    void WriteProgress(string text) => File.AppendAllText(Path.ChangeExtension(run.BoundaryFile(Request), ".jsonl"), text);

    void WriteSheet() =>
        RunFolder.WriteWhole(
            run.BoundaryFile(Request),
            stream => JsonSerializer.Serialize(stream, new BoundarySheet(Request, new Dictionary<string, string>(), [Drawn]), RunJson.Line)
        );

    static string Line(BoundaryProgress progress) => JsonSerializer.Serialize(progress, RunJson.Line) + "\n";

    [Fact]
    public async Task A_drawing_is_a_job_whose_progress_is_read_from_the_run_folder()
    {
        using var real = LabServer.AsDeployed();
        var finished = await real.QueueAsync(new("knn"), [new("majority")]);
        await real.UntilAsync(finished, RunState.Succeeded);
        var drawing = real.Get<BoundaryJobs>().Open(finished.Id, Request);
        Assert.Same(drawing, real.Get<BoundaryJobs>().Open(finished.Id, Request)); // one job, whoever asks
        await Eventually.TrueAsync(() => drawing.IsOver);
        Assert.Null(drawing.Failure);
        Assert.Equal(["knn", "majority"], drawing.Drawn.Select(d => d.Learner));
        Assert.All(drawing.Drawn, d => Assert.Equal(8, d.Grid!.X.Count));
        Assert.Equal((2, 2), (drawing.Now!.Done, drawing.Now.All));
        Assert.Equal([Request.Key + ".json"], Directory.GetFiles(Path.Combine(finished.Path, "boundaries")).Select(Path.GetFileName));
        Assert.True(real.Get<BoundaryJobs>().Open(finished.Id, Request).IsOver);

        var wrong = real.Get<BoundaryJobs>().Open(finished.Id, Request with { Y = "class" });
        await Eventually.TrueAsync(() => wrong.IsOver);
        Assert.Contains("class", wrong.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drawings_are_submitted_one_at_a_time_in_the_order_in_which_they_were_asked_for()
    {
        var drawings = Drawings();
        var first = drawings.Open(run.Id, Request);
        var second = drawings.Open(run.Id, Request with { Size = 9 });
        Assert.Equal((0, 1), (drawings.Ahead(first), drawings.Ahead(second)));
        var told = 0;
        first.Changed += () => told++;
        Assert.True(await StepAsync(drawings, new(JobState.Running)));
        Assert.Equal(1, told); // the page learns that its process starts
        Assert.True(await StepAsync(drawings, new(JobState.Running)));
        Assert.Equal([first.Spec.Name], launcher.Submitted.Select(s => s.Name));
        Assert.Equal(JobKind.Boundary, launcher.Submitted[0].Kind);

        WriteSheet();
        await StepAsync(drawings, new(JobState.Ended, 0));
        Assert.True(first.IsOver);
        Assert.Equal([first.Spec.Name, second.Spec.Name], launcher.Submitted.Select(s => s.Name));
        Assert.Equal(0, drawings.Ahead(second));
        await StepAsync(drawings, new(JobState.Ended, 3));
        Assert.Equal("the process that draws ended with code 3", second.Failure);
        Assert.False(await StepAsync(drawings, new(JobState.Running)));
        await Assert.ThrowsAsync<KeyNotFoundException>(() => Task.FromResult(drawings.Open("no-such-run", Request)));
    }

    [Fact]
    public async Task A_drawing_that_an_earlier_dashboard_submitted_is_taken_up_with_its_progress()
    {
        var former = Drawings();
        var name = former.Open(run.Id, Request).Spec.Name;
        await StepAsync(former, new(JobState.Running));
        WriteProgress(Line(new(1, 2, "knn", Drawn: Drawn)) + "words of a library\n" + Line(new(1, 2, "linear", "boundary", 0.5))[..20]);
        await former.StopAsync(endJobs: false, CancellationToken.None);
        Assert.Empty(launcher.Cancelled);

        launcher.Known[name] = new(launcher.Name, "#1");
        var drawings = Drawings();
        var drawing = drawings.Open(run.Id, Request);
        await StepAsync(drawings, new(JobState.Running)); // finds it
        await StepAsync(drawings, new(JobState.Running)); // listens
        Assert.Single(launcher.Submitted);
        Assert.Equal(["knn"], drawing.Drawn.Select(d => d.Learner));
        Assert.Equal("knn", drawing.Now!.Learner); // a line counts once it is whole
        WriteSheet();
        await StepAsync(drawings, new(JobState.Gone)); // its exit code is not known to this dashboard
        Assert.Equal((true, null), (drawing.IsOver, drawing.Failure));
    }

    [Fact]
    public async Task A_job_that_left_no_drawing_failed_with_the_first_words_of_its_log_and_is_drawn_anew()
    {
        var drawings = Drawings();
        var drawing = drawings.Open(run.Id, Request);
        await StepAsync(drawings, new(JobState.Running));
        await File.WriteAllTextAsync(drawing.Spec.LogFile, "\nnot enough memory\nat a place\n");
        await StepAsync(drawings, new(JobState.Ended, 1));
        Assert.Equal("not enough memory", drawing.Failure);

        var again = drawings.Open(run.Id, Request);
        Assert.NotSame(drawing, again);
        await StepAsync(drawings, new(JobState.Running));
        Assert.False(File.Exists(drawing.Spec.LogFile));
        await drawings.StopAsync(endJobs: true, CancellationToken.None);
        Assert.Equal([new Job(launcher.Name, "#2")], launcher.Cancelled);
    }

    [Fact]
    public async Task A_stopped_drawing_is_cancelled_and_a_waiting_one_is_never_submitted()
    {
        var drawings = Drawings();
        var (first, second) = (drawings.Open(run.Id, Request), drawings.Open(run.Id, Request with { Size = 9 }));
        await StepAsync(drawings, new(JobState.Running));
        second.Stop();
        first.Stop();
        await StepAsync(drawings, new(JobState.Running));
        Assert.Equal((false, true), (first.IsOver, second.IsOver));
        Assert.Equal([new Job(launcher.Name, "#1")], launcher.Cancelled);
        Assert.False(await StepAsync(drawings, new(JobState.Ended, 137)));
        Assert.Equal(("stopped before it was done", "stopped before it was done"), (first.Failure, second.Failure));
        Assert.Single(launcher.Submitted);
    }

    [Fact]
    public async Task A_launcher_that_cannot_be_asked_is_asked_again_and_one_that_cannot_start_it_ends_it()
    {
        var drawings = Drawings();
        var drawing = drawings.Open(run.Id, Request);
        launcher.Fault = new LauncherUnreachableException("no answer");
        Assert.True(await StepAsync(drawings, new(JobState.Running)));
        Assert.False(drawing.IsOver);
        launcher.Fault = new LaunchFailedException("no engine");
        await StepAsync(drawings, new(JobState.Running));
        Assert.Equal("no engine", drawing.Failure);
    }
}
