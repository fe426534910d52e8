using System.Text.Json.Nodes;
using LiftLab.Engine.Baselines;
using LiftLab.Engine.Baselines.Encoding;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Contracts;

namespace LiftLab.Tests.Engine.Baselines;

public sealed class BaselineLearnerTests
{
    static ILearner Create(string name, string? settings = null) =>
        BaselineList.Create(new(name, settings is null ? null : (JsonObject)JsonNode.Parse(settings)!));

    [Fact]
    public async Task Reports_what_it_chose_and_everything_it_tried()
    {
        using var predictor = await Create("knn").FitAsync(LearnerLaws.Task(TaskKind.Classification), 1);
        var s = predictor.Settings;
        Assert.Equal(6, s["grid"]!.AsArray().Count);
        var best = s["grid"]!.AsArray().MinBy(g => g!["error"]!.GetValue<double>())!;
        Assert.Equal(best["setting"]!.GetValue<string>(), s["setting"]!.GetValue<string>());
        Assert.StartsWith($"k={s["k"]!.GetValue<int>()},", s["setting"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("validation rows", s["chosenBy"]!.GetValue<string>());
        Assert.Equal("standard", s["encoding"]!.GetValue<string>());
    }

    [Fact]
    public async Task Own_settings_replace_the_grid()
    {
        using var predictor = await Create("knn", """{"k": [7, 9], "p": 2, "encoding": "raw"}""")
            .FitAsync(LearnerLaws.Task(TaskKind.Classification), 1);
        Assert.Equal(["k=7,p=2", "k=9,p=2"], predictor.Settings["grid"]!.AsArray().Select(g => g!["setting"]!.GetValue<string>()));
    }

    [Fact]
    public async Task An_unknown_setting_is_answered_with_those_there_are()
    {
        var wrong = await Assert.ThrowsAsync<ArgumentException>(() =>
            Create("knn", """{"neighbours": 3}""").FitAsync(LearnerLaws.Task(TaskKind.Classification), 1)
        );
        Assert.Contains("knn has no setting 'neighbours'; it has k, p", wrong.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Create("gradient-descent"));
        Assert.Throws<ArgumentException>(() => Create("knn", """{"encoding": "fancy"}"""));
    }

    [Fact]
    public async Task Without_validation_rows_a_fifth_of_training_chooses()
    {
        var task = LearnerLaws.Task(TaskKind.Classification);
        task = new(task.Table, task.Schema, task.Split with { Valid = [] });
        using var predictor = await Create("logreg").FitAsync(task, 1);
        Assert.StartsWith("a fifth", predictor.Settings["chosenBy"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_class_in_training_is_that_class_for_sure()
    {
        var task = LearnerLaws.Task(TaskKind.Classification);
        task = new(
            task.Table,
            task.Schema,
            task.Split with
            {
                Train = [.. task.Split.Train.Where(r => task.Table["y"].Cells[r] == "red")],
            }
        );
        using var predictor = await Create("svm").FitAsync(task, 1);
        Assert.All(await predictor.PredictAsync(task.Table, task.Split.Test), p => Assert.Equal(2, ((Prediction.Answered)p).Value));
    }

    [Fact]
    public async Task Progress_counts_settings()
    {
        var seen = new List<LearningEvent>();
        await Create("logreg").FitAsync(LearnerLaws.Task(TaskKind.Classification), 1, new Each(seen));
        Assert.Contains(seen.OfType<PhaseEntered>(), p => p.Fraction == 1);
        Assert.Equal(4, seen.Count);
    }

    [Fact]
    public async Task Cancel_is_heard_inside_a_long_fit()
    {
        using var cancel = new CancellationTokenSource();
        var fit = Create("rf", """{"trees": 2000000, "max_depth": 3, "min_samples_split": 2}""")
            .FitAsync(LearnerLaws.Task(TaskKind.Classification), 1, null, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fit);
    }

    [Fact]
    public async Task Numbers_come_back_in_the_targets_unit_with_a_deviation()
    {
        var task = LearnerLaws.Task(TaskKind.Regression);
        foreach (var name in (string[])["gp", "krr", "linear", "mean"])
        {
            using var predictor = await Create(name).FitAsync(task, 1);
            var predictions = await predictor.PredictAsync(task.Table, task.Split.Test);
            Assert.All(predictions, p => Assert.True(((Prediction.Answered)p).Deviation > 0));
            if (name == "mean")
                continue;
            Assert.True(ScoreSheet.Of(task, task.Split.Test, predictions, 1).First(s => s.Metric == "r2").Value > 0.9, name);
        }
    }

    [Fact]
    public async Task The_papers_features_are_scaled_over_all_rows_and_drop_incomplete_columns()
    {
        var task = LearnerLaws.Task(TaskKind.Classification, feature: (row, name, cell) => row == 4 && name == "weight" ? "" : cell);
        using var predictor = await Create("knn", """{"grid": "paper"}""").FitAsync(task, 1);
        Assert.Equal("a cell is missing", predictor.Settings["leftOut"]!["weight"]!.GetValue<string>());
        var x = FeatureEncoder.Fit(task, FeatureEncoding.Paper).Encode(task.Table, [.. Enumerable.Range(0, task.Table.RowCount)]);
        Assert.Equal(0, Enumerable.Range(0, x.Rows).Average(r => x[r][0]), 1e-9);
        Assert.Equal(3, x.Columns); // size and two shapes
    }

    [Fact]
    public void Standard_features_are_scaled_over_training_rows_alone()
    {
        var task = LearnerLaws.Task(TaskKind.Classification);
        var x = FeatureEncoder.Fit(task, FeatureEncoding.Standard).Encode(task.Table, task.Split.Train);
        Assert.Equal(0, Enumerable.Range(0, x.Rows).Average(r => x[r][0]), 1e-9);
        Assert.Equal(1, Enumerable.Range(0, x.Rows).Average(r => x[r][0] * x[r][0]), 1e-9);
    }

    sealed class Each(List<LearningEvent> into) : IProgress<LearningEvent>
    {
        public void Report(LearningEvent value)
        {
            lock (into)
                into.Add(value);
        }
    }
}
