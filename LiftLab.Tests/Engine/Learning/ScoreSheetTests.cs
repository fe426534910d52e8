using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;

namespace LiftLab.Tests.Engine.Learning;

/// <summary>Values from scikit-learn 1.2.1 on the same rows.</summary>
public sealed class ScoreSheetTests
{
    const double Close = 1e-6;

    static readonly int[] Truth = [0, 1, 2, 0, 1, 2, 0, 1, 2, 2, 2, 0, 2, 0, 0, 0, 0, 2, 2, 0, 0, 1, 0, 0];

    static readonly double[] Probabilities =
    [
        0.153,
        0.699,
        0.14800000000000002,
        0.521,
        0.052,
        0.427,
        0.72,
        0.154,
        0.12600000000000003,
        0.579421,
        0.281718,
        0.138861,
        0.142142,
        0.205205,
        0.652653,
        0.319,
        0.241,
        0.44000000000000006,
        0.9,
        0.056,
        0.04399999999999998,
        0.07,
        0.633,
        0.29699999999999993,
        0.097,
        0.738,
        0.16500000000000004,
        0.085,
        0.669,
        0.246,
        0.284,
        0.242,
        0.474,
        0.416,
        0.456,
        0.12800000000000006,
        0.236236,
        0.500501,
        0.263263,
        0.37962,
        0.287712,
        0.3326679999999999,
        0.171828,
        0.785215,
        0.04295700000000002,
        0.269269,
        0.209209,
        0.521522,
        0.085,
        0.325,
        0.5900000000000001,
        0.295295,
        0.497497,
        0.207208,
        0.023,
        0.058,
        0.9189999999999999,
        0.218218,
        0.486486,
        0.295296,
        0.1,
        0.304,
        0.5960000000000001,
        0.098,
        0.24,
        0.662,
        0.263,
        0.05,
        0.6869999999999999,
        0.23,
        0.073,
        0.6970000000000001,
    ];

    static readonly int[] Binary = [0, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0, 0];
    static readonly double[] OfSecond =
    [
        0.85,
        0.48,
        0.28,
        0.42,
        0.86,
        0.68,
        0.1,
        0.93,
        0.9,
        0.92,
        0.72,
        0.58,
        0.76,
        0.62,
        0.83,
        0.73,
        0.92,
        0.7,
        0.98,
        0.78,
        0.9,
        0.9,
        0.74,
        0.77,
    ];

    static readonly double[] Numbers =
    [
        2.318,
        2.637,
        0.854,
        0.371,
        3.065,
        3.407,
        8.347,
        4.006,
        6.77,
        8.605,
        -5.125,
        3.503,
        7.058,
        4.88,
        5.253,
        9.872,
        3.81,
        1.457,
        3.854,
        8.727,
    ];
    static readonly double[] Predicted =
    [
        1.056,
        2.986,
        1.186,
        31.653,
        4.46,
        3.159,
        6.066,
        5.244,
        5.247,
        8.54,
        -3.914,
        6.212,
        5.334,
        4.789,
        5.599,
        9.891,
        5.278,
        2.855,
        2.677,
        9.026,
    ];

    static IReadOnlyList<Score> Three() =>
        ScoreSheet.Of(ScoredRows.Classes(Truth), ScoredRows.Rows(24), ScoredRows.Probable(3, Probabilities), 1);

    [Fact]
    public void Three_classes_agree_with_scikit_learn()
    {
        var s = Three();
        Assert.Equal("accuracy", s[0].Metric);
        Assert.Equal(0.2916666666666667, s.Of(Metrics.Accuracy), Close);
        Assert.Equal(0.2916666666666667, s.Of(Metrics.BalancedAccuracy), Close);
        Assert.Equal(0.28004022121669175, s.Of(Metrics.MacroF1), Close);
        Assert.Equal(1.366816174272704, s.Of(Metrics.LogLoss), Close);
        Assert.Equal(0.4673611111111111, s.Of(Metrics.Auc), Close);
        Assert.Equal(0.8490740122056666, s.Of(Metrics.Brier), Close);
        Assert.Equal(0.40061145833333334, s.Of(Metrics.Ece), Close);
    }

    [Fact]
    public void Two_classes_agree_with_scikit_learn()
    {
        var s = ScoreSheet.Of(
            ScoredRows.Classes(Binary),
            ScoredRows.Rows(24),
            ScoredRows.Probable(2, [.. OfSecond.SelectMany(p => (double[])[1 - p, p])]),
            1
        );
        Assert.Equal(0.607638888888889, s.Of(Metrics.Auc), Close);
        Assert.Equal(0.3093875, s.Of(Metrics.Brier), Close);
        Assert.Equal(0.8546952349285132, s.Of(Metrics.LogLoss), Close);
    }

    [Fact]
    public void Regression_agrees_with_scikit_learn_and_the_papers_filter()
    {
        var s = ScoreSheet.Of(ScoredRows.Numbers(Numbers), ScoredRows.Rows(20), ScoredRows.Answers(Predicted), 1);
        Assert.Equal("rmse", s[0].Metric);
        Assert.Equal(7.102622667015332, s.Of(Metrics.Rmse), Close);
        Assert.Equal(2.52085, s.Of(Metrics.Mae), Close);
        Assert.Equal(-3.299977373448563, s.Of(Metrics.R2), Close);
        Assert.Equal(0.9679048087112775, s.Of(Metrics.Rae), Close);
        Assert.Equal(0.3914823923642816, s.Of(Metrics.RaeFiltered), Close);
    }

    [Fact]
    public void Precision_recall_and_F1_of_each_class_agree_with_scikit_learn()
    {
        var reports = ClassReport.Of(ScoredRows.Classes(Truth), ScoredRows.Rows(24), ScoredRows.Probable(3, Probabilities));
        Assert.Equal([0.6, 0.11111111, 0.3], reports.Select(r => Math.Round(r.Precision, 8)));
        Assert.Equal([0.25, 0.25, 0.375], reports.Select(r => r.Recall));
        Assert.Equal([0.35294118, 0.15384615, 0.33333333], reports.Select(r => Math.Round(r.F1, 8)));
        Assert.Equal([12, 4, 8], reports.Select(r => r.Support));
    }

    [Fact]
    public void Accuracy_counts_unreadable_as_wrong()
    {
        Prediction[] predictions =
        [
            new Prediction.Answered(0, null, null, "a"),
            new Prediction.Answered(1, null, null, "b"),
            new Prediction.Unreadable("?"),
            new Prediction.Answered(0, null, null, "a"),
        ];
        var s = ScoreSheet.Of(ScoredRows.Classes(0, 1, 1, 1), ScoredRows.Rows(4), predictions, 1);
        Assert.Equal(0.5, s.Of(Metrics.Accuracy));
        Assert.Equal(2.0 / 3, s.Of(Metrics.AccuracyOfReadable), Close);
        Assert.Equal(0.75, s.Of(Metrics.Readable));
        Assert.All(s, x => Assert.Equal((4, 1), (x.Count, x.Unreadable)));
    }

    [Fact]
    public void Unreadable_numbers_are_left_out_and_counted()
    {
        Prediction[] predictions =
        [
            new Prediction.Answered(1, null, null, "1"),
            new Prediction.Unreadable("?"),
            new Prediction.Answered(5, null, null, "5"),
        ];
        var s = ScoreSheet.Of(ScoredRows.Numbers(1, 2, 3), ScoredRows.Rows(3), predictions, 1);
        Assert.Equal(Math.Sqrt(2), s.Of(Metrics.Rmse), Close);
        Assert.Equal(2.0 / 3, s.Of(Metrics.Readable), Close);
        Assert.Equal(1, s[0].Unreadable);
    }

    [Fact]
    public void Intervals_hold_the_value_and_repeat_with_the_seed()
    {
        // ECE is biased upwards in resamples, so its value can lie below the interval.
        Assert.All(Three().Where(s => s.Metric != Metrics.Ece.Name), s => Assert.True(s.Low < s.Value && s.Value < s.High, s.ToString()));
        Assert.Equal(Three(), Three());
    }

    [Fact]
    public void All_right_does_not_claim_certainty()
    {
        var s = ScoreSheet.Of(
            ScoredRows.Classes(0, 1, 0, 1, 0, 1, 0, 1, 0, 1),
            ScoredRows.Rows(10),
            ScoredRows.Answers(0, 1, 0, 1, 0, 1, 0, 1, 0, 1),
            1
        );
        Assert.Equal(1, s[0].Value);
        Assert.Equal(0.7224672001371107, s[0].Low!.Value, Close); // Wilson, 10 of 10
        Assert.Equal(1, s[0].High!.Value, Close);
    }

    [Fact]
    public void What_predictions_do_not_define_is_left_out()
    {
        var s = ScoreSheet.Of(ScoredRows.Classes(0, 1, 0), ScoredRows.Rows(3), ScoredRows.Answers(0, 1, 1), 1);
        Assert.Equal(["accuracy", "balanced-accuracy", "macro-f1"], s.Select(x => x.Metric));
        Assert.DoesNotContain(
            ScoreSheet.Of(ScoredRows.Numbers(2, 2), ScoredRows.Rows(2), ScoredRows.Answers(1, 2), 1),
            x => x.Metric is "rae" or "r2"
        );
    }

    [Fact]
    public void Confusion_has_a_row_a_true_class_and_its_unreadable_answers_apart()
    {
        Prediction[] predictions = [new Prediction.Answered(0), new Prediction.Answered(0), new Prediction.Unreadable("?")];
        var m = ConfusionMatrix.Of(ScoredRows.Classes(0, 1, 1), ScoredRows.Rows(3), predictions);
        Assert.Equal(
            [
                [1, 0],
                [1, 0],
            ],
            m.Counts.Select(r => r.ToArray())
        );
        Assert.Equal([0, 1], m.Unreadable);
    }
}
