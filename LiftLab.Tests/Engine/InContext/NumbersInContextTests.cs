using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Contracts;

namespace LiftLab.Tests.Engine.InContext;

/// <summary>Numbers as answers without training: steps of each context's own numbers, a line fitted on the validation rows.</summary>
public sealed class NumbersInContextTests
{
    static readonly InContextLearner Shipped = new(new() { Contexts = 4 });

    [Fact]
    public async Task It_keeps_the_laws_of_every_learner()
    {
        await LearnerLaws.Same_seed_same_predictions(Shipped, TaskKind.Regression);
        await LearnerLaws.Test_targets_are_not_looked_at(Shipped, TaskKind.Regression);
        await LearnerLaws.Unseen_categories_and_missing_cells_get_an_answer(Shipped, TaskKind.Regression);
        await LearnerLaws.Missing_cells_in_training_are_no_obstacle(Shipped, TaskKind.Regression);
        await LearnerLaws.One_feature_is_enough(Shipped, TaskKind.Regression);
        await LearnerLaws.A_constant_feature_does_no_harm(Shipped, TaskKind.Regression);
    }

    /// <summary>The law's number is 10 size - weight, from about -6 to 45: the mean would be off by 14 on average.</summary>
    [Fact]
    public async Task The_shipped_network_answers_near_the_truth_and_knows_how_near()
    {
        var task = LearnerLaws.Task(TaskKind.Regression);
        var mean = task.Split.Train.Average(r => task.Targets[r]);
        using var predictor = await new InContextLearner(new()).FitAsync(task, 1);
        var answers = (await predictor.PredictAsync(task.Table, task.Split.Test)).Cast<Prediction.Answered>().ToArray();
        var error = answers.Select((a, i) => Math.Abs(a.Value - task.Targets[task.Split.Test[i]])).Sum();
        Assert.True(error < 0.4 * task.Split.Test.Sum(r => Math.Abs(mean - task.Targets[r])), $"errors sum to {error}");
        Assert.All(answers, a => Assert.InRange(a.Deviation!.Value, 0.01, 20));
    }

    [Fact]
    public void A_context_cuts_its_own_numbers_into_steps_and_a_step_is_the_mean_of_its_rows()
    {
        double[] values = [.. Enumerable.Range(0, 60).Select(i => (double)(i * i % 61))];
        var targets = new NumberTargets(values, 4);
        var random = new Random(2);
        var (draw, other) = (targets.Draw(random), targets.Draw(random));
        int[] rows = [.. Enumerable.Range(20, 30)];
        var codes = draw(rows, true);
        Assert.Equal(4, codes.Used.Length);
        Assert.Equal(4, codes.Used.Distinct().Count());
        for (var u = 0; u < codes.Used.Length; u++)
        {
            double[] own = [.. rows.Where((_, i) => codes.OfRows[i] == codes.Used[u]).Select(r => values[r])];
            Assert.InRange(own.Length, 1, 15);
            Assert.Equal([own.Average(), own.Average(v => v * v)], codes.Meaning[u]);
            Assert.True(u == 0 || codes.Meaning[u][0] > codes.Meaning[u - 1][0]); // steps in order
        }
        Assert.NotEqual(codes.OfRows, other(rows, true).OfRows);
        var same = draw([.. rows.Select(_ => 7)], false); // equal numbers are one step
        Assert.Equal([values[7], values[7] * values[7]], Assert.Single(same.Meaning));
    }

    [Fact]
    public void The_line_and_the_spread_are_those_of_the_validation_rows()
    {
        var random = new Random(4);
        // deviation 2
        double[][] answers = [.. Enumerable.Range(0, 2000).Select(_ => 10 * random.NextDouble()).Select(m => new[] { m, m * m + 4 })];
        var fit = NumberCalibration.Fit(answers, [.. answers.Select(a => 3 + 1.5 * a[0] + 6 * random.Normal())]);
        Assert.Equal(1.5, fit.Slope, 0.1);
        Assert.Equal(3, fit.Shift, 0.6);
        Assert.Equal(6, fit.Apply(answers[0]).Deviation, 0.4);
        Assert.Equal(NumberCalibration.None, NumberCalibration.Fit(answers[..19], [.. answers[..19].Select(a => a[0])])); // too few to tell
        Assert.Equal(
            NumberCalibration.None,
            NumberCalibration.Fit([.. answers.Select(_ => new[] { 1.0, 2 })], [.. answers.Select(a => a[0])])
        ); // all alike
    }

    /// <summary>Eight validation rows are too few to choose parts on: they are equal.</summary>
    [Fact]
    public async Task The_average_of_numbers_is_their_mean_with_the_deviation_of_the_mixture()
    {
        var task = LearnerLaws.Task(TaskKind.Regression);
        var (a, b, both) = (
            await Answers(Tuned(), task),
            await Answers(Shipped, task),
            await Answers(new AverageLearner(Tuned(), Shipped), task)
        );
        for (var i = 0; i < both.Length; i++)
        {
            Assert.Equal((a[i].Value + b[i].Value) / 2, both[i].Value, 1e-6);
            double Square(Prediction.Answered p) => p.Value * p.Value + p.Deviation!.Value * p.Deviation.Value;
            Assert.Equal(Math.Sqrt((Square(a[i]) + Square(b[i])) / 2 - both[i].Value * both[i].Value), both[i].Deviation!.Value, 1e-6);
        }
    }

    [Fact]
    public async Task With_enough_validation_rows_the_better_one_has_the_greater_part()
    {
        var task = LearnerLaws.Task(TaskKind.Regression);
        task = new(
            task.Table,
            task.Schema,
            task.Split with
            {
                Train = [.. task.Split.Train.Take(20)],
                Valid = [.. task.Split.Train.Skip(20), .. task.Split.Valid],
            }
        );
        var learner = new AverageLearner(Tuned(), Shipped);
        using var predictor = await learner.FitAsync(task, 1);
        var part = predictor.Settings["chosen"]!["part"]!.GetValue<double>();
        Assert.InRange(part, 0, 0.4); // five steps teach nothing
        var (a, b) = (await Answers(Tuned(), task), await Answers(Shipped, task));
        var both = (await predictor.PredictAsync(task.Table, task.Split.Test)).Cast<Prediction.Answered>().ToArray();
        for (var i = 0; i < both.Length; i++)
            Assert.Equal(part * a[i].Value + (1 - part) * b[i].Value, both[i].Value, 1e-6);
    }

    static LiftLearner Tuned() =>
        new(
            LiftSettings.Default(TaskKind.Regression) with
            {
                Recipe = FineTunePresets.ForNumbers with { Members = 1, MinimumSteps = 5, MaximumSteps = 5, Epochs = 1 },
            },
            new(""),
            TimeProvider.System
        );

    static async Task<Prediction.Answered[]> Answers(ILearner learner, LearningTask task)
    {
        using var predictor = await learner.FitAsync(task, 1);
        return [.. (await predictor.PredictAsync(task.Table, task.Split.Test)).Cast<Prediction.Answered>()];
    }
}
