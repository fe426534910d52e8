using LiftLab.Engine.Figures;
using LiftLab.Engine.Figures.Charts;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Tests.Web;

namespace LiftLab.Tests.Engine.Figures;

public sealed class ChartTests
{
    static readonly BoundaryRows Rows = new("kind", ["a", "b<i>"], [1, 2, 3], [10, 20, 10], [0, 1, 1]);

    [Fact]
    public void An_unreadable_cell_is_empty_and_the_caption_and_the_table_say_so()
    {
        var figure = SliceChart.Of(MadeUp.Grid, Rows);
        var heat = Assert.IsType<Series.Heat>(figure.Series[0]);
        Assert.Equal([0, 0, 1, 0, null, 1], heat.Cells);
        Assert.Contains("grey cells are unreadable answers", figure.Caption, StringComparison.Ordinal);
        Assert.Equal("unreadable", figure.Table.Row(4)[2]);
        Assert.Contains("unreadable 17", figure.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unreadable_number_is_empty_and_does_not_widen_the_scale()
    {
        var rows = new BoundaryRows("price", [], [1], [10], [5]);
        var grid = MadeUp.Grid with { Values = [1, 2, null, 4, -1, 6], Confidence = null };
        var figure = SliceChart.Of(grid, rows);
        Assert.Equal([1, 2, null, 4, -1, 6], Assert.IsType<Series.Heat>(figure.Series[0]).Cells);
        Assert.Equal("unreadable", figure.Table.Row(2)[2]);
        Assert.Equal((-1, 6), SliceChart.Bounds(grid, rows));
        Assert.Equal((-1.0, 6.0), (figure.Values!.Low, figure.Values.High));
    }

    [Fact]
    public void Each_class_of_the_training_rows_is_a_series_of_its_own()
    {
        var marks = SliceChart.Of(MadeUp.Grid, Rows).Series.OfType<Series.Marks>().ToArray();
        Assert.Equal([1, 2], marks.Select(m => m.X.Count));
        Assert.Equal([Hue.Class(0), Hue.Class(1)], marks.Select(m => m.Hue));
    }

    [Fact]
    public void Scores_are_ordered_worst_to_best_from_below_in_percent_with_their_intervals()
    {
        var figure = ScoreChart.Of(
            Metrics.Accuracy,
            [
                new("LIFT", .9, .8, .95, Highlight: true),
                new("Majority class", .3),
                new("k-nearest neighbours", .95),
                new("never done", double.NaN),
            ],
            "LIFT"
        );
        Assert.Equal(["Majority class", "LIFT", "k-nearest neighbours"], figure.Y.Categories);
        var lift = Assert.IsType<Series.Points>(figure.Series[0]).Items[1];
        Assert.Equal((90, 80, 95), (Math.Round(lift.Value, 9), Math.Round(lift.Low!.Value, 9), Math.Round(lift.High!.Value, 9)));
        Assert.Equal(90, Assert.Single(figure.Segments).X0!.Value, 9);
        Assert.Equal("k-nearest neighbours", figure.Table.Row(0)[0]);
        Assert.Equal("Accuracy (%)", figure.X.Title);
    }

    [Fact]
    public void Where_lower_is_better_the_lowest_stands_on_top()
    {
        var figure = ScoreChart.Of(Metrics.Rmse, [new("a", 1), new("b", 2)], "a", targetUnit: "cm");
        Assert.Equal(["b", "a"], figure.Y.Categories);
        Assert.Equal("RMSE (cm)", figure.X.Title);
    }

    [Fact]
    public void A_confusion_matrix_counts_unreadable_answers_in_a_column_of_their_own()
    {
        var table = ConfusionChart
            .Of(
                new(
                    ["x", "y"],
                    [
                        [1, 0],
                        [1, 1],
                    ],
                    [1, 0]
                )
            )
            .Table;
        Assert.Equal(["truth", "x", "y", "unreadable"], table.Headings);
        Assert.Equal(["x", "1", "0", "1"], table.Row(0));
        Assert.Equal(["y", "1", "1", "0"], table.Row(1));
    }

    [Fact]
    public void Without_unreadable_answers_there_is_no_such_column() =>
        Assert.Equal(
            ["truth", "x", "y"],
            ConfusionChart
                .Of(
                    new(
                        ["x", "y"],
                        [
                            [1, 0],
                            [0, 1],
                        ],
                        [0, 0]
                    )
                )
                .Table.Headings
        );

    [Fact]
    public void Unreadable_numbers_are_left_out_of_the_marks_and_named_in_the_table()
    {
        var figure = TruthChart.Of("y", "", [1, 2, 3], [1.5, null, 3]);
        Assert.Equal(2, Assert.IsType<Series.Marks>(Assert.Single(figure.Series)).X.Count);
        Assert.Equal("unreadable", figure.Table.Row(1)[1]);
        Assert.Contains("1 unreadable answers are left out", figure.Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void A_figure_keeps_every_point_of_a_long_run()
    {
        var curve = new LossCurve();
        for (var i = 1; i <= 20_000; i++)
            curve.Add(MadeUp.Step(i, i == 12_345 ? 50 : 1));
        var raw = Assert.IsType<Series.Line>(LossChart.Of(curve, logarithmic: false).Series[LossChart.Raw]);
        Assert.Equal(20_000, raw.Y.Count);
        Assert.Equal(50, raw.Y.Max());
    }

    [Fact]
    public void Several_models_have_a_loss_curve_each_from_their_own_first_step()
    {
        var figure = LossChart.Of(SomeFigures.TwoMembers(), logarithmic: false, members: 3);
        Assert.Equal("optimiser step of each model", figure.X.Title);
        var lines = figure.Series.OfType<Series.Line>().ToArray();
        Assert.Equal(["model 2, each step", "model 1", "model 2"], lines[..3].Select(l => l.Name));
        Assert.All(lines[..3], l => Assert.Equal(Enumerable.Range(1, 10).Select(i => (double)i), l.X));
        Assert.Equal([5.0, 10.0], lines[3].X); // validations of the first model
        Assert.Equal([5.0, 10.0], lines[4].X);
        var stars = figure.Series.OfType<Series.Marks>().Single();
        Assert.Equal([5.0, 10.0], stars.X);
        Assert.Equal([.5, .5], stars.Y);
        Assert.Equal("2", figure.Table.Row(10)[4]);
        Assert.StartsWith("model 1", Assert.IsType<Series.Line>(LossChart.Of(new(), false, 3).Series[LossChart.Smooth(new(), 3)]).Name);
    }

    [Fact]
    public void Several_models_have_a_validation_score_each_from_their_own_first_step()
    {
        var figure = ValidationChart.Of(SomeFigures.TwoMembers(), SomeFigures.Accuracy);
        var lines = figure.Series.Cast<Series.Line>().ToArray();
        Assert.Equal(["model 1", "model 2"], lines.Select(l => l.Name));
        Assert.All(lines, l => Assert.Equal([5.0, 10.0], l.X));
        Assert.All(lines, l => Assert.Equal([80.0, 80.0], l.Y));
        Assert.Equal(["5", "80", "model 2"], figure.Table.Row(2));

        var one = new LossCurve();
        one.Add(MadeUp.Step(1, 1));
        one.Add(new Validated(1, 1, .5, "accuracy", .75, true));
        Assert.Equal([75.0], Assert.IsType<Series.Line>(Assert.Single(ValidationChart.Of(one, SomeFigures.Accuracy).Series)).Y);
        Assert.NotNull(ValidationChart.Of(new(), SomeFigures.Accuracy).Waiting);
    }

    [Fact]
    public void The_curve_of_a_run_has_a_gap_between_its_models()
    {
        var line = Assert.IsType<Series.Line>(CurvesChart.Of([("run", SomeFigures.TwoMembers())]).Series[0]);
        Assert.Equal(21, line.Y.Count);
        Assert.Equal([10], Enumerable.Range(0, 21).Where(i => double.IsNaN(line.Y[i])));
    }

    [Fact]
    public void A_curve_goes_back_to_an_earlier_model()
    {
        var curve = SomeFigures.TwoMembers();
        Assert.Equal([(0, 10, 0), (10, 20, 10)], curve.Members.Select(m => (m.From, m.To, m.Before)));
        Assert.True(curve.StartsMember(10));
        curve.BackTo(8);
        Assert.Equal([(0, 8, 0)], curve.Members.Select(m => (m.From, m.To, m.Before)));
    }

    [Fact]
    public void Training_rows_far_off_the_slice_are_faint_and_the_distance_is_said()
    {
        var task = SliceTask();
        var rows = BoundaryRows.Of(task, "x", "y");
        // z is held at its median 3; its standard deviation is √2
        Assert.Equal([2, 1, 0, 1, 2], rows.Off.Select(d => Math.Round(d * Math.Sqrt(2), 9)));
        Assert.Equal(1, rows.Opacities![2]);
        Assert.True(rows.Opacities[0] < rows.Opacities[1] && rows.Opacities[1] < 1);
        Assert.Contains("half of the rows are more than 0.7 standard deviations away", rows.Words, StringComparison.Ordinal);
        var marks = SliceChart.Of(MadeUp.Grid, rows with { Labels = ["a", "b"] }).Series.OfType<Series.Marks>();
        Assert.Equal([3, 2], marks.Select(m => m.Opacities!.Count));
        var held = BoundaryRows.Of(task, "x", "y", new Dictionary<string, string> { ["z"] = "5" });
        Assert.Equal(0, held.Off[4]);
        Assert.Equal("Marks are training rows.", BoundaryRows.Of(SliceTask(third: false), "x", "y").Words);
    }

    static LearningTask SliceTask(bool third = true)
    {
        string[] numbers = ["1", "2", "3", "4", "5"];
        var table = new LiftLab.Engine.Tables.Table(
            "t",
            [new("x", numbers), new("y", numbers), new("z", numbers), new("kind", ["a", "a", "a", "b", "b"])]
        );
        var schema = new LiftLab.Engine.Tables.Schema(
            [
                new("x", LiftLab.Engine.Tables.ColumnKind.Number),
                new("y", LiftLab.Engine.Tables.ColumnKind.Number),
                new(
                    "z",
                    LiftLab.Engine.Tables.ColumnKind.Number,
                    third ? LiftLab.Engine.Tables.ColumnRole.Feature : LiftLab.Engine.Tables.ColumnRole.Ignored
                ),
                new("kind", LiftLab.Engine.Tables.ColumnKind.Category, LiftLab.Engine.Tables.ColumnRole.Target),
            ],
            LiftLab.Engine.Tables.TaskKind.Classification
        );
        return new(table, schema, new([0, 1, 2, 3, 4], [], []));
    }

    [Fact]
    public void Thinning_keeps_outliers_and_classes_and_comes_below_the_limit()
    {
        double[] x = [.. Enumerable.Range(0, 20_000).Select(i => Math.Sin(i) / 2), 40],
            y = [.. Enumerable.Range(0, 20_000).Select(i => Math.Cos(1.7 * i) / 2), -40];
        int[] groups = [.. Enumerable.Range(0, 20_000).Select(i => i == 77 ? 1 : 0), 0];
        var kept = Thinning.Keep(x, y, groups, 1500);
        Assert.InRange(kept.Count, 3, 1500);
        Assert.Contains(20_000, kept);
        Assert.Contains(77, kept);
        Assert.Equal(kept.Order(), kept);
        Assert.Equal([0, 1, 2], Thinning.Keep([1, 1, 1], [2, 2, 2], [0, 0, 0], 3));
    }

    [Fact]
    public void Every_chart_has_title_axes_caption_summary_and_a_table()
    {
        Assert.All(
            SomeFigures.All,
            figure =>
            {
                Assert.NotEmpty(figure.Title);
                Assert.NotEmpty(figure.Caption);
                Assert.NotEmpty(figure.Summary);
                Assert.NotEmpty(figure.X.Title);
                Assert.True(figure.Y.Title.Length > 0 || figure.Y.Hidden || figure.Y.Categories.Count > 0, figure.Title);
                Assert.Equal(figure.Table.Headings.Count, figure.Table.Row(0).Count);
            }
        );
    }
}
