using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Learning;

public sealed class TargetTests
{
    static readonly Target.Classes Classes = new(["blue", "green", "red"]);
    static readonly Target.Number Number = new("kg");
    static readonly Prediction.Unreadable Nothing = new("no answer");

    static Prediction.Answered Says(double value, IReadOnlyList<double>? probabilities = null, double? deviation = null) =>
        new(value, probabilities, deviation);

    [Fact]
    public void The_schema_and_the_rows_cells_decide_the_case()
    {
        var column = new Column("t", ["2", "10", "", "2", "7"]);
        Schema Schema(TaskKind kind) => new([new("t", ColumnKind.Integer, ColumnRole.Target) { Unit = "m" }], kind);
        var classes = Target.Of(Schema(TaskKind.Classification), column, [0, 1, 2, 3]);
        Assert.Equal(["2", "10"], Assert.IsType<Target.Classes>(classes).Labels);
        Assert.Equal([0, 1, double.NaN, 0, double.NaN], classes.Values(column));
        var number = Target.Of(Schema(TaskKind.Regression), column, [0, 1, 2, 3]);
        Assert.Equal("m", Assert.IsType<Target.Number>(number).Unit);
        Assert.Empty(number.Labels);
        Assert.Equal([2, 10, double.NaN, 2, 7], number.Values(column));
        Assert.Equal((TaskKind.Classification, TaskKind.Regression), (classes.Kind, number.Kind));
    }

    [Fact]
    public void What_is_written_is_read_and_what_is_no_value_is_null()
    {
        foreach (var value in (double[])[0, 1, 2])
            Assert.Equal(value, Classes.Read(Classes.Write(value)));
        foreach (var value in (double[])[0.1, -1e300, 1.0 / 3, 0])
            Assert.Equal(value, Number.Read(Number.Write(value)));
        Assert.Equal("red", Classes.Write(2));
        Assert.Equal("0.1", Number.Write(.1));
        Assert.All((string[])["", "Blue", "0"], cell => Assert.Null(Classes.Read(cell)));
        Assert.All((string[])["", "many", "NaN", "1e999"], cell => Assert.Null(Number.Read(cell)));
    }

    [Fact]
    public void Classes_are_the_strata_of_the_bootstrap_and_numbers_are_one()
    {
        Assert.Equal([2, 0, 2], Classes.Strata([2, 0, 2]));
        Assert.Equal([0, 0, 0], Number.Strata([2, 0, 2.5]));
    }

    [Fact]
    public void The_headline_is_the_first_metric()
    {
        Assert.Equal(Metrics.Accuracy, Classes.Headline);
        Assert.Equal(Metrics.Rmse, Number.Headline);
        Assert.Equal((Metrics.Accuracy, Metrics.Rae), (Classes.HeadlineOverTables, Number.HeadlineOverTables));
        Assert.Equal(Classes.Headline, Classes.Measures([0, 1], [Says(0), Says(0)])[0].Metric);
        var (metric, rmse) = Number.Measures([1, 1], [Says(1), Says(5)])[0];
        Assert.Equal(Number.Headline, metric);
        Assert.Equal(Math.Sqrt(8), rmse([1, 1]), 12);
    }

    [Fact]
    public void An_unreadable_answer_is_wrong_without_confidence_and_numbers_are_neither()
    {
        Assert.True(Classes.IsRight(Says(1), 1));
        Assert.False(Classes.IsRight(Says(1), 0));
        Assert.False(Classes.IsRight(Nothing, 0));
        Assert.Equal(.7, Classes.Confidence(Says(1, [.2, .7, .1])));
        Assert.Equal(1, Classes.Confidence(Says(1)));
        Assert.Null(Classes.Confidence(Nothing));
        Assert.Null(Number.IsRight(Says(1), 1));
        Assert.Null(Number.Confidence(Says(1)));
    }

    [Fact]
    public void Certainty_is_a_probability_or_a_deviation_and_null_where_the_model_gives_none()
    {
        Assert.Equal(("probability", "deviation"), (Classes.Certainty, Number.Certainty));
        Assert.Equal(.7, Classes.CertaintyOf(Says(1, [.2, .7, .1])));
        Assert.Equal(2, Number.CertaintyOf(Says(1, null, 2)));
        Assert.All((Target[])[Classes, Number], t => Assert.Null(t.CertaintyOf(Says(1))));
        Assert.All((Target[])[Classes, Number], t => Assert.Null(t.CertaintyOf(Nothing)));
    }

    [Fact]
    public void Probabilities_are_averaged_and_an_answer_without_them_is_certain()
    {
        var both = Assert.IsType<Prediction.Answered>(Classes.Combine([Says(0, [.6, .4, 0]), Says(2)], [.5, .5]));
        Assert.Equal([.3, .2, .5], both.Probabilities);
        Assert.Equal(2, both.Value);
    }

    [Fact]
    public void Numbers_mix_by_their_parts_with_the_deviation_of_the_mixture()
    {
        var mixed = Assert.IsType<Prediction.Answered>(Number.Combine([Says(0, null, 1), Says(4, null, 2)], [.75, .25]));
        Assert.Equal(1, mixed.Value, 12);
        Assert.Equal(Math.Sqrt(.75 * (1 + 1) + .25 * (4 + 9)), mixed.Deviation!.Value, 12);
        Assert.Null(((Prediction.Answered)Number.Combine([Says(0, null, 1), Says(4)], [.5, .5])).Deviation);
    }

    [Fact]
    public void Unreadable_answers_are_left_out_of_a_combination_and_alone_stay_unreadable()
    {
        foreach (var target in (Target[])[Classes, Number])
        {
            Assert.IsType<Prediction.Unreadable>(target.Combine([Nothing, Nothing], [.5, .5]));
            Assert.Equal(Says(2), target.Combine([Nothing, Says(2)], [.9, .1]));
        }
        var rest = Assert.IsType<Prediction.Answered>(Number.Combine([Nothing, Says(2), Says(6)], [.5, .25, .25]));
        Assert.Equal(4, rest.Value, 12);
    }

    [Fact]
    public void The_best_part_has_the_least_squared_error_over_the_rows_that_both_can_answer()
    {
        double[] truth = [.. Enumerable.Range(0, 40).Select(i => (double)i)];
        Prediction[] high = [.. truth.Select(t => Says(t + 3))],
            low = [.. truth.Select(t => Says(t - 1))];
        Assert.Equal(.25, Number.BestPart(high, low, truth), 12);
        Prediction[] gaps = [.. high.Select((p, i) => i % 2 == 0 ? p : Nothing)];
        Assert.Equal(.25, Number.BestPart(gaps, low, truth), 12);
        gaps[0] = Nothing;
        Assert.Equal(.5, Number.BestPart(gaps, low, truth)); // 19 rows are too few
        Assert.Equal((0, .5), (Classes.RowsForPart, Classes.BestPart([], [], [])));
    }

    [Fact]
    public void Validation_ranks_by_accuracy_then_loss_or_by_error_over_readable_answers()
    {
        Assert.Equal((.5, .5 - .1 * 2), Classes.Validate([Says(1), Nothing], [1, 0], 2));
        Assert.Equal((3, -3), Number.Validate([Says(4), Nothing], [1, 0], 2));
        var (headline, rank) = Number.Validate([Nothing], [1], 2);
        Assert.Null(headline);
        Assert.True(rank < -1e300);
    }
}
