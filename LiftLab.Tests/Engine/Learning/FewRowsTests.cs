using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Engine.FineTuning;

namespace LiftLab.Tests.Engine.Learning;

/// <summary>Scores and verdicts of few rows, of targets without spread, and of learners that answer nothing readable.</summary>
public sealed class FewRowsTests
{
    static readonly Prediction Unreadable = new Prediction.Unreadable("?");

    static IReadOnlyList<Score> Of(double[] truth, Prediction[] answers) =>
        ScoreSheet.Of(ScoredRows.Numbers(truth), ScoredRows.Rows(truth.Length), answers, 1);

    static Comparison Compare(double[] truth, double[] first, double[] second) =>
        Assert.Single(
            Verdict
                .Of(
                    ScoredRows.Numbers(truth),
                    ScoredRows.Rows(truth.Length),
                    new("LIFT", ScoredRows.Answers(first)),
                    [new("Mean", ScoredRows.Answers(second))],
                    1
                )
                .Comparisons
        );

    [Fact]
    public void One_row_has_no_interval_and_is_no_evidence()
    {
        var rmse = Of([10], ScoredRows.Answers(12)).Single(s => s.Metric == "rmse");
        Assert.Equal((2.0, null, null), (rmse.Value, rmse.Low, rmse.High));
        Assert.Equal("1 row allows no 95 % interval; it needs 6", rmse.NoInterval);
        var c = Compare([10], [12], [90]);
        Assert.Equal((1.0, 1.0, Finding.NoEvidence, null, null), (c.PValue, c.AdjustedPValue, c.Finding, c.Low, c.RowsNeeded));
        Assert.Contains("no evidence of a difference on 1 row (paired permutation p = 1.00)", c.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(9)]
    public void No_p_value_is_below_that_of_equal_signs(int rows)
    {
        double[] truth = [.. Enumerable.Range(0, rows).Select(i => 3.0 * i)];
        var c = Compare(truth, truth, [.. truth.Select(t => t + 50)]);
        Assert.Equal(2 * Math.Pow(.5, rows), c.PValue, 12);
        Assert.Equal(rows >= 6 ? Finding.Better : Finding.NoEvidence, c.Finding);
        var classes = Verdict
            .Of(
                ScoredRows.Classes([.. Enumerable.Range(0, rows).Select(i => i % 2)]),
                ScoredRows.Rows(rows),
                new("LIFT", ScoredRows.Answers([.. Enumerable.Range(0, rows).Select(i => (double)(i % 2))])),
                [new("other", ScoredRows.Answers([.. Enumerable.Range(0, rows).Select(i => 1.0 - i % 2)]))],
                1
            )
            .Comparisons[0];
        Assert.True(classes.PValue >= 2 * Math.Pow(.5, rows) - 1e-12);
    }

    [Fact]
    public void One_differing_row_among_many_is_no_evidence()
    {
        double[] truth = [.. Enumerable.Range(0, 40).Select(i => (double)i)],
            near = [.. truth.Select(t => t + 1)],
            far = [.. near[..39], 1e6];
        var c = Compare(truth, near, far);
        Assert.Equal((1.0, Finding.NoEvidence), (c.PValue, c.Finding));
    }

    [Theory]
    [InlineData(31.59, 74.08, 18.9)] // resamples of one row alone have a spread that is a rounding error
    [InlineData(0.1, 0.2, 0.3)]
    public void Three_rows_define_no_interval_of_RAE_and_R2(params double[] truth)
    {
        foreach (var score in Of(truth, ScoredRows.Answers([.. truth.Select(t => t * 1.5 + 3)])))
            Assert.True(score is { Low: null, NoInterval: not null }, score.ToString());
    }

    [Fact]
    public void A_target_that_is_nearly_always_the_same_gives_no_unbounded_interval()
    {
        double[] truth = [.. Enumerable.Range(0, 40).Select(i => i == 7 ? 100.0 : 1e-9 * i)];
        var scores = Of(truth, ScoredRows.Answers([.. truth.Select((t, i) => t + .1 * (i % 3))]));
        foreach (var score in scores.Where(s => s.Metric is "rae" or "r2"))
        {
            Assert.Null(score.Low);
            Assert.Contains("% of the resamples of the rows do not define it", score.NoInterval, StringComparison.Ordinal);
        }
        Assert.NotNull(scores.Single(s => s.Metric == "rmse").Low);
    }

    [Fact]
    public void RAE_and_R2_of_few_rows_stay_bounded()
    {
        var random = new Random(3);
        for (var round = 0; round < 40; round++)
        {
            double[] truth = [.. Enumerable.Range(0, 6 + round % 5).Select(_ => Math.Round(20 + 10 * random.NextDouble(), 1))];
            var scores = Of(truth, ScoredRows.Answers([.. truth.Select(t => t + random.NextDouble())]));
            foreach (var score in scores.Where(s => s.Low is not null && s.Metric is "rae" or "rae-3rmse" or "r2"))
                Assert.True(Math.Abs(score.Low!.Value) < 1e4 && Math.Abs(score.High!.Value) < 1e4, score.ToString());
        }
    }

    [Fact]
    public void A_constant_target_has_neither_RAE_nor_R2() =>
        Assert.DoesNotContain(Of([.1, .1, .1, .1, .1, .1, .1], ScoredRows.Answers(1, 2, 3, 4, 5, 6, 7)), s => s.Metric is "rae" or "r2");

    [Fact]
    public void Without_a_readable_number_the_headline_is_NaN_and_says_why()
    {
        var task = ScoredRows.Numbers(1, 2, 3);
        var score = ScoreSheet.Headline(task, ScoredRows.Rows(3), [Unreadable, Unreadable, Unreadable], 1);
        Assert.Equal(("rmse", double.NaN, 3, "no answer is readable"), (score.Metric, score.Value, score.Unreadable, score.NoInterval));
        var verdict = Verdict.Of(
            task,
            ScoredRows.Rows(3),
            new("LIFT", [Unreadable, Unreadable, Unreadable]),
            [new("Mean", ScoredRows.Answers(2, 2, 2))],
            1
        );
        Assert.Contains("they cannot be compared", verdict.Comparisons[0].Words, StringComparison.Ordinal);
        Assert.Equal(Finding.CannotBeTested, verdict.Comparisons[0].Finding);
        Assert.Contains("cannot be compared with Mean", verdict.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_that_is_not_finite_is_an_unreadable_answer()
    {
        Assert.Equal(new Prediction.Unreadable("NaN"), Prediction.Number(double.NaN));
        Assert.IsType<Prediction.Unreadable>(Prediction.Number(double.PositiveInfinity, 2));
        Assert.Null(((Prediction.Answered)Prediction.Number(1, double.NaN)).Deviation);
        Assert.IsType<Prediction.Unreadable>(new LiftLab.Engine.Runs.RowAnswer(0, double.NaN, null, null, "").ToPrediction());
    }

    [Fact]
    public void A_coin_that_is_right_half_the_time_is_calibrated_at_a_half()
    {
        int[] truth = [.. Enumerable.Range(0, 20).Select(i => i % 2)];
        var task = ScoredRows.Classes(truth);
        Prediction[] majority = [.. truth.Select(_ => new Prediction.Answered(0, [.5, .5]))];
        var bin = Assert.Single(Reliability.Of(task, ScoredRows.Rows(20), majority), b => b.Count > 0);
        Assert.Equal((20, .5, .5), (bin.Count, bin.Confidence, bin.Accuracy));
        var scores = ScoreSheet.Of(task, ScoredRows.Rows(20), majority, 1);
        Assert.Equal(0, scores.Of(Metrics.Ece), 12);
        var accuracy = scores[0];
        Assert.Equal((.2993, .7007), (Math.Round(accuracy.Low!.Value, 4), Math.Round(accuracy.High!.Value, 4))); // Wilson, 10 of 20
    }

    /// <summary>ECE is the mean distance of the diagram's marks, whatever the ties.</summary>
    [Fact]
    public void The_calibration_error_is_that_of_the_diagram()
    {
        int[] truth = [.. Enumerable.Range(0, 30).Select(i => i % 3)];
        var task = ScoredRows.Classes(truth);
        Prediction[] answers =
        [
            .. truth.Select((t, i) => new Prediction.Answered(i % 2 == 0 ? 2 : 1, i % 5 == 0 ? [.4, .4, .2] : [.2, .4, .4])),
        ];
        var bins = Reliability.Of(task, ScoredRows.Rows(30), answers).Where(b => b.Count > 0);
        Assert.Equal(
            bins.Sum(b => b.Count * Math.Abs(b.Accuracy - b.Confidence)) / 30,
            ScoreSheet.Of(task, ScoredRows.Rows(30), answers, 1).Of(Metrics.Ece),
            12
        );
    }

    [Fact]
    public void Too_few_test_rows_and_a_target_without_spread_are_said()
    {
        Assert.Equal(
            [
                "1 test row allows no verdict: no p-value is below 1. At least 6 test rows are needed.",
                "RAE and R² are not defined: one test row has no spread.",
            ],
            TestLimits.Of(ScoredRows.Numbers(3), [0], [])
        );
        Assert.Equal(
            ["RAE and R² are not defined: all test rows have the same target."],
            TestLimits.Of(ScoredRows.Numbers(2, 2, 2, 2, 2, 2, 2), ScoredRows.Rows(7), [])
        );
        Assert.Empty(TestLimits.Of(ScoredRows.Numbers(1, 2, 3, 4, 5, 6), ScoredRows.Rows(6), []));
    }

    [Fact]
    public void Uneven_classes_and_the_learners_that_never_answer_the_rare_one_are_said()
    {
        int[] truth = [.. Enumerable.Range(0, 100).Select(i => i == 50 ? 1 : 0)];
        var task = ScoredRows.Classes(truth);
        var rows = ScoredRows.Rows(100);
        var notes = ClassBalance.Notes(
            task,
            rows,
            [
                new("LIFT", ScoredRows.Answers([.. truth.Select(_ => 0.0)])),
                new("Majority class", ScoredRows.Answers([.. truth.Select(_ => 0.0)])),
                new("tree", ScoredRows.Answers([.. truth.Select(t => (double)t)])),
            ]
        );
        Assert.Equal(
            [
                "The classes are uneven: “0” has 99 of 100 rows, “1” 1. Always answering “0” is correct in 99.0 % of the test rows, and its balanced accuracy is 50.0 %.",
                "LIFT and Majority class never answer “1” (1 test row of this class).",
            ],
            notes
        );
        var even = ScoredRows.Classes([.. Enumerable.Range(0, 30).Select(i => i % 3)]);
        Assert.Empty(ClassBalance.Notes(even, ScoredRows.Rows(30), [new("LIFT", ScoredRows.Answers(new double[30]))]));
        Assert.Empty(ClassBalance.Notes(TwoGroups.Of(TaskKind.Regression), [0], []));
    }

    [Fact]
    public void Test_rows_of_one_class_give_no_flat_interval_and_no_figure_that_needs_two_classes()
    {
        int[] truth = [.. Enumerable.Repeat(0, 12), 1];
        var task = ScoredRows.Classes(truth);
        var scores = ScoreSheet.Of(task, ScoredRows.Rows(12), ScoredRows.Answers([.. Enumerable.Repeat(0.0, 12)]), 1);
        Assert.All(scores, s => Assert.True(s.Low is null || s.Low < s.High, s.Metric));
        Assert.All(scores, s => Assert.True(double.IsFinite(s.Value) || s.NoInterval is not null, s.Metric));
        Assert.True(scores[0].Low < 1);
    }

    [Fact]
    public void Two_learners_with_the_same_answers_do_not_differ_whatever_the_rows()
    {
        foreach (var rows in (int[])[1, 2, 6, 40])
        {
            double[] truth = [.. Enumerable.Range(0, rows).Select(i => i * 1e-13)];
            var c = Compare(truth, [.. truth.Select(t => t + 1e-14)], [.. truth.Select(t => t + 1e-14)]);
            Assert.Equal((1.0, Finding.NoEvidence, null, null), (c.PValue, c.Finding, c.Low, c.RowsNeeded));
        }
    }
}
