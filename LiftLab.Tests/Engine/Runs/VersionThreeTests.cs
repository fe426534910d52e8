using LiftLab.Engine.Figures.Charts;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Runs.Work;

namespace LiftLab.Tests.Engine.Runs;

/// <summary>
/// A run folder of format version 3: a regression with a surface that extends 5 % beyond the training rows, and no response curve.
/// </summary>
public sealed class VersionThreeTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("liftlab-version-3-").FullName;
    readonly RunFolder run;

    public VersionThreeTests()
    {
        var kept = GoldenFile.At("runs", "version-3");
        foreach (var file in Directory.GetFiles(kept, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(root, "run", Path.GetRelativePath(kept, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        run = RunFolder.Open(Path.Combine(root, "run"));
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task Its_surfaces_open_as_response_surfaces()
    {
        var spec = run.ReadSpec();
        Assert.Equal((RunSpec.CurrentVersion, new FeaturePair("size", "age")), (spec.Version, spec.Boundary));
        Assert.False(spec.Boundary!.IsCurve(spec.Schema));
        Assert.Equal("response surface", spec.Boundary.PictureName(spec.Schema));
        var task = await run.LoadAsync(spec);
        foreach (var learner in (string[])["knn", "linear"])
        {
            var grid = run.ReadOutcome(learner)!.Result.Boundary!;
            var figure = SliceChart.Of(grid, BoundaryRows.Of(task, grid));
            Assert.Equal("Response surface", figure.Title);
            Assert.Equal(2, figure.Regions.Count); // age stays in the range of the training rows
        }
        Assert.Equal(["knn", "linear"], RunStory.Read(run, "knn").Results.Select(r => r.Learner));
    }

    [Fact]
    public async Task Its_kept_models_draw_response_curves()
    {
        var request = BoundaryRequest.Of(new("size"), new Dictionary<string, string> { ["age"] = "3" }, run.ReadSpec().Schema);
        var sheet = await new BoundaryDrawing(run, TestWorker.Find).DrawAsync(request, _ => { }, CancellationToken.None);
        Assert.All(sheet.Drawn, d => Assert.True(d.Grid!.IsCurve && d.Failure is null));
        Assert.Equal("3", sheet.Held["age"]);
    }
}
