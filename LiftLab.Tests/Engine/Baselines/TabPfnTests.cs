using System.Text.Json.Nodes;
using LiftLab.Engine.Baselines;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;
using LiftLab.Tests.Contracts;
using LiftLab.Tests.Engine.Learning;

namespace LiftLab.Tests.Engine.Baselines;

public sealed class TabPfnTests : IDisposable
{
    readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    ILearner Create(string? path = null) => BaselineList.Create(new("tabpfn", new JsonObject { ["model"] = path ?? file }));

    /// <summary>Two classes on both sides of zero, one feature.</summary>
    static LearningTask TwoSides()
    {
        double[] x = [-3, -2.5, -2, 2, 2.5, 3, -2.2, 2.2];
        var table = new Table(
            "sides",
            [
                new Column("x", [.. x.Select(v => v.ToString(System.Globalization.CultureInfo.InvariantCulture))]),
                new Column("y", [.. x.Select(v => v > 0 ? "right" : "left")]),
            ]
        );
        return new(
            table,
            new Schema([new("x", ColumnKind.Number), new("y", ColumnKind.Category, ColumnRole.Target)], TaskKind.Classification),
            new Split([0, 1, 2, 3, 4, 5], [], [6, 7])
        );
    }

    [Fact]
    public async Task A_graph_learns_from_the_rows_it_is_shown()
    {
        ToyOnnx.Write(file, 4); // three features more than the table: padded
        var task = TwoSides();
        using var predictor = await Create().FitAsync(task, 1);
        var predictions = await predictor.PredictAsync(task.Table, task.Split.Test);
        Assert.Equal([0.0, 1.0], predictions.Select(p => ((Prediction.Answered)p).Value));
        Assert.All(predictions, p => Assert.Equal(1, ((Prediction.Answered)p).Probabilities!.Sum(), 1e-9));
        Assert.Equal(1, ScoreSheet.Of(task, task.Split.Test, predictions, 1).Of(Metrics.Accuracy));
    }

    [Fact]
    public async Task Too_many_classes_or_features_are_said()
    {
        ToyOnnx.Write(file, 2);
        var features = await Assert.ThrowsAsync<LearningFailedException>(() =>
            Create().FitAsync(LearnerLaws.Task(TaskKind.Classification), 1)
        );
        Assert.Equal("too-many-features", features.Code);
        ToyOnnx.Write(file, 10);
        var task = LearnerLaws.Task(TaskKind.Classification);
        var classes = await Assert.ThrowsAsync<LearningFailedException>(() => Create().FitAsync(task, 1));
        Assert.Equal("too-many-classes", classes.Code);
    }

    [Fact]
    public async Task A_missing_or_broken_file_is_said()
    {
        Assert.Equal(
            "no-model-file",
            (await Assert.ThrowsAsync<LearningFailedException>(() => Create("nowhere.onnx").FitAsync(TwoSides(), 1))).Code
        );
        await File.WriteAllTextAsync(file, "not a model");
        Assert.Equal("bad-model-file", (await Assert.ThrowsAsync<LearningFailedException>(() => Create().FitAsync(TwoSides(), 1))).Code);
    }
}
