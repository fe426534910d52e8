using LiftLab.Engine;
using LiftLab.Engine.Commands;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Runs.Work;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Runs;

/// <summary>
/// A run folder of format version 1 still opens, tells its story, predicts and draws. Its run was killed at step 52 before the first
/// checkpoint, so its second attempt begins at step 1 again.
/// </summary>
public sealed class VersionOneTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("liftlab-version-1-").FullName;
    readonly RunFolder run;

    public VersionOneTests()
    {
        var kept = GoldenFile.At("runs", "version-1");
        var copy = Path.Combine(root, "version-1");
        foreach (var file in Directory.GetFiles(kept, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(kept, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        run = RunFolder.Open(copy);
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task It_opens_with_the_rows_that_its_learners_were_scored_on()
    {
        var spec = run.ReadSpec();
        Assert.Equal(
            (RunSpec.CurrentVersion, ',', '.', true),
            (spec.Version, spec.Reading!.Delimiter, spec.Reading.DecimalMark, spec.Reading.HasHeader)
        );
        Assert.Equal(("lift", 1), (spec.Learner.Name, spec.Lift!.Recipe.Members));
        Assert.Equal(["knn", "logreg"], spec.Baselines.Select(b => b.Name));
        var task = await run.LoadAsync(spec);
        Assert.Equal((96, 24, 30), (task.Split.Train.Count, task.Split.Valid.Count, task.Split.Test.Count));
        foreach (var learner in spec.Baselines.Append(spec.Learner))
            Assert.Equal(task.Split.Test, run.ReadOutcome(learner.Name)!.Answers.Select(a => a.Row));
        Assert.Equal(30, run.ReadReport()!.Rows.Test);
        Assert.False(File.Exists(run.SplitFile)); // reading changes nothing on the disk
    }

    [Fact]
    public void Its_events_fold_to_one_curve_of_the_attempt_that_ended_it()
    {
        var story = RunStory.Read(run, "lift");
        Assert.Equal((2, RunState.Succeeded), (story.Attempt, story.Ended!.State));
        Assert.Equal(Enumerable.Range(1, 120), story.Losses.Steps);
        Assert.Equal(["knn", "logreg", "lift"], story.Results.Select(r => r.Learner));
    }

    [Fact]
    public async Task It_predicts_the_rows_that_it_scored_as_it_did()
    {
        using StringWriter output = new(),
            error = new();
        var code = await LiftLabCommand
            .Create()
            .Parse(["predict", run.Path, BundledTables.Get("iris").Path])
            .InvokeAsync(new() { Output = output, Error = error });
        Assert.True(code == ExitCode.Done, error.ToString());
        var rows = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
        var labels = (await run.LoadAsync(run.ReadSpec())).Labels;
        Assert.All(run.ReadOutcome("lift")!.Answers, a => Assert.Equal(labels[(int)a.Value!], rows[a.Row].Split(',')[5]));
    }

    [Fact]
    public async Task It_draws_the_boundaries_of_all_its_learners()
    {
        var request = new BoundaryRequest("petal length (cm)", "petal width (cm)", new Dictionary<string, string>(), 6);
        var sheet = await new BoundaryDrawing(run, TestWorker.Find).DrawAsync(request, _ => { }, CancellationToken.None);
        Assert.Equal(["lift", "knn", "logreg"], sheet.Drawn.Select(d => d.Learner));
        Assert.All(sheet.Drawn, d => Assert.Null(d.Failure));
        Assert.All(sheet.Drawn, d => Assert.True(d.Grid!.Values.Distinct().Count() > 1));
    }
}
