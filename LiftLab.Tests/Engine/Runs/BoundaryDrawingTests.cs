using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Slices;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Work;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Tests.Engine.Runs;

public sealed class BoundaryDrawingTests : IDisposable
{
    readonly TestRuns runs = new();

    public void Dispose() => runs.Dispose();

    async Task<RunFolder> FinishedAsync()
    {
        var run = runs.Create(learner: new("knn"), baselines: [new("tree"), new("rf"), new("svm"), new("gp")], boundary: new("a", "b"));
        await new Worker(run, TestWorker.Find, _ => "cpu", TimeProvider.System).RunAsync(CancellationToken.None);
        return run;
    }

    [Fact]
    public async Task Kept_models_are_drawn_on_one_grid()
    {
        var run = await FinishedAsync();
        var said = new List<BoundaryProgress>();
        var request = new BoundaryRequest("b", "a", new Dictionary<string, string>(), 12);
        Assert.Null(run.ReadBoundaries(request));
        var sheet = await new BoundaryDrawing(run, TestWorker.Find).DrawAsync(request, said.Add, CancellationToken.None);
        // gp learns no classes: it failed in the run and has no model
        Assert.Equal(["knn", "tree", "rf", "svm"], sheet.Drawn.Select(d => d.Learner));
        Assert.All(sheet.Drawn, d => Assert.Null(d.Failure));
        Assert.All(sheet.Drawn, d => Assert.Equal(("b", "a"), (d.Grid!.XColumn, d.Grid.YColumn)));
        Assert.All(sheet.Drawn, d => Assert.Equal(sheet.Drawn[0].Grid!.X, d.Grid!.X));
        Assert.Equal(Enumerable.Range(0, 5), said.Select(s => s.Done).Distinct());
        string[] drawn = [.. said.Where(s => s.Drawn is not null).Select(s => s.Learner!)];
        Assert.Equal("knn", drawn[0]); // the run's own learner
        var seconds = drawn[1..].Select(l => run.ReadOutcome(l)!.Result.PredictSeconds).ToArray();
        Assert.Equal(seconds.Order(), seconds); // then the fastest
        Assert.Equal(sheet.Drawn.Count, run.ReadBoundaries(request)!.Drawn.Count);
        Assert.Null(run.ReadBoundaries(request with { Size = 13 }));
    }

    [Fact]
    public async Task The_same_pair_as_in_the_run_gives_the_same_picture()
    {
        var run = await FinishedAsync();
        var sheet = await new BoundaryDrawing(run, TestWorker.Find).DrawAsync(
            new("a", "b", new Dictionary<string, string>()),
            _ => { },
            CancellationToken.None
        );
        Assert.All(sheet.Drawn, d => Assert.Equal(run.ReadOutcome(d.Learner)!.Result.Boundary!.Values, d.Grid!.Values));
    }

    [Fact]
    public async Task A_pair_that_cannot_be_drawn_says_why()
    {
        var run = await FinishedAsync();
        var drawing = new BoundaryDrawing(run, TestWorker.Find);
        var same = await Assert.ThrowsAsync<BadDataException>(() =>
            drawing.DrawAsync(new("a", "a", new Dictionary<string, string>()), _ => { }, CancellationToken.None)
        );
        Assert.Contains("both axes", same.Message, StringComparison.Ordinal);
        var held = await Assert.ThrowsAsync<BadDataException>(() =>
            drawing.DrawAsync(new("a", "b", new Dictionary<string, string> { ["c"] = "1" }), _ => { }, CancellationToken.None)
        );
        Assert.Contains("is not a feature of this run", held.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<BadDataException>(() =>
            new BoundaryDrawing(runs.Create("empty"), TestWorker.Find).DrawAsync(
                new("a", "b", new Dictionary<string, string>()),
                _ => { },
                CancellationToken.None
            )
        );
    }

    [Fact]
    public void Other_features_are_held_where_a_person_says_else_at_their_typical_cell()
    {
        var table = new Table(
            "t",
            [
                new("x", ["1", "2", "3", "4"]),
                new("y", ["1", "2", "3", "4"]),
                new("z", ["10", "20", "30", "40"]),
                new("k", ["p", "p", "q", "p"]),
                new("t", ["a", "b", "a", "b"]),
            ]
        );
        var schema = new Schema(
            [
                new("x", ColumnKind.Number),
                new("y", ColumnKind.Number),
                new("z", ColumnKind.Number),
                new("k", ColumnKind.Category),
                new("t", ColumnKind.Category, ColumnRole.Target),
            ],
            TaskKind.Classification
        );
        var task = new LearningTask(table, schema, new Split([0, 1, 2, 3], [], []));
        Assert.Equal(["30", "p"], new BoundarySurface(task, "x", "y", 5).Held.OrderByDescending(h => h.Key).Select(h => h.Value));
        var surface = new BoundarySurface(task, "x", "y", 5, new Dictionary<string, string> { ["z"] = "12.5", ["k"] = "q" });
        Assert.All(surface.Table["z"].Cells, c => Assert.Equal("12.5", c));
        Assert.All(surface.Table["k"].Cells, c => Assert.Equal("q", c));
        Assert.Contains(
            "not a number",
            Assert
                .Throws<BadDataException>(() => new BoundarySurface(task, "x", "y", 5, new Dictionary<string, string> { ["z"] = "many" }))
                .Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "no training row has",
            Assert
                .Throws<BadDataException>(() => new BoundarySurface(task, "x", "y", 5, new Dictionary<string, string> { ["k"] = "r" }))
                .Message,
            StringComparison.Ordinal
        );
    }
}
