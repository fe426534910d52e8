using System.Globalization;
using System.Text.Json;
using LiftLab.Engine.Commands;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Slices;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Plans;
using LiftLab.Engine.Runs.Work;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Runs;

/// <summary>Runs whose answers are drawn over one feature.</summary>
public sealed class ResponseRunTests : IDisposable
{
    static readonly Schema Schema = new(
        [new("depth", ColumnKind.Number) { Unit = "m" }, new("oxygen", ColumnKind.Number, ColumnRole.Target) { Unit = "mg/l" }],
        TaskKind.Regression
    );

    static readonly Table Lake = new(
        "lake",
        [
            new("depth", [.. Enumerable.Range(0, 60).Select(i => Text(i * 0.15))]),
            new("oxygen", [.. Enumerable.Range(0, 60).Select(i => Text(Math.Round(8 + 2 * Math.Sin(i * 0.15), 2)))]),
        ]
    );

    readonly TestRuns runs = new();

    public void Dispose() => runs.Dispose();

    static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    RunFolder Create(LearnerSpec learner, params LearnerSpec[] baselines) =>
        RunFolder.Create(
            runs.Root,
            new("lake", "lake", DateTimeOffset.UnixEpoch, "table.csv", Schema, 0, 0, learner, baselines, BoundaryChoice.Of(Lake, Schema)),
            Lake
        );

    static Task<RunEnded?> RunAsync(RunFolder run) =>
        new Worker(run, TestWorker.Find, _ => "cpu", TimeProvider.System).RunAsync(CancellationToken.None);

    [Fact]
    public async Task The_run_of_a_table_with_one_feature_draws_it_for_every_learner()
    {
        var run = Create(new("knn"), new LearnerSpec("linear"), new LearnerSpec("gp"));
        Assert.Equal(RunState.Succeeded, (await RunAsync(run))?.State);
        var results = ((string[])["knn", "linear", "gp"]).Select(l => run.ReadOutcome(l)!.Result).ToArray();
        Assert.All(results, r => Assert.True(r.Boundary!.IsCurve));
        Assert.All(results, r => Assert.Equal(results[0].Boundary!.X, r.Boundary!.X));
        Assert.All(results, r => Assert.Equal(101, r.Boundary!.Values.Count));
        Assert.Equal(4, run.ReadSpec().Version);
    }

    [Fact]
    public async Task The_same_feature_after_the_run_gives_the_same_curve_and_the_command_draws_it_without_y()
    {
        var run = Create(new("knn"), new LearnerSpec("linear"));
        await RunAsync(run);
        using var output = new StringWriter();
        var code = await LiftLabCommand.Create().Parse(["boundary", run.Path, "--x", "depth"]).InvokeAsync(new() { Output = output });
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("\"lines\":[\"\"]", output.ToString(), StringComparison.Ordinal);
        var sheet = run.ReadBoundaries(BoundaryRequest.Of(new("depth"), new Dictionary<string, string>(), Schema))!;
        Assert.Equal(["knn", "linear"], sheet.Drawn.Select(d => d.Learner));
        Assert.All(sheet.Drawn, d => Assert.Equal(run.ReadOutcome(d.Learner)!.Result.Boundary!.Values, d.Grid!.Values));
    }

    [Fact]
    public async Task LIFT_draws_its_curve_while_it_trains()
    {
        var quick = FineTunePresets.ForLiftMini with { Members = 1, MinimumSteps = 12, MaximumSteps = 12, Epochs = 2 };
        var task = new LearningTask(Lake, Schema, new([.. Enumerable.Range(0, 40)], [.. Enumerable.Range(40, 10)], []));
        var events = new List<LearningEvent>();
        var learner = new LiftLearner(
            LiftSettings.Default(TaskKind.Regression) with
            {
                Recipe = quick,
            },
            new("", new BoundarySurface(task, "depth")),
            TimeProvider.System
        );
        using var predictor = await learner.FitAsync(task, 1, new Told(events.Add));
        var drawn = events.OfType<BoundaryDrawn>().ToArray();
        Assert.NotEmpty(drawn);
        Assert.All(drawn, d => Assert.True(d.Grid.IsCurve));
        Assert.Equal(26, drawn[0].Grid.X.Count); // coarse at first
        Assert.Contains(drawn[0].Grid.Deviations!, d => d > 0);
        var line = JsonSerializer.Serialize<LearningEvent>(drawn[0], RunJson.Line);
        Assert.DoesNotContain("yColumn", line, StringComparison.Ordinal);
        var read = Assert.IsType<BoundaryDrawn>(JsonSerializer.Deserialize<LearningEvent>(line, RunJson.Line));
        Assert.True(read.Grid.IsCurve);
    }

    sealed class Told(Action<LearningEvent> then) : IProgress<LearningEvent>
    {
        public void Report(LearningEvent value) => then(value);
    }
}
