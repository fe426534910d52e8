using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Web.Charts;
using Plotly.Blazor.Traces;

namespace LiftLab.Tests.Web;

public sealed class ChartTests
{
    static readonly BoundaryRows Rows = new("kind", ["a", "b<i>"], [1, 2, 3], [10, 20, 10], [0, 1, 1]);

    [Fact]
    public void A_class_fills_its_own_band_and_certainty_goes_up_in_it()
    {
        var map = Assert.IsType<HeatMap>(BoundaryChart.Draw(MadeUp.Grid, Rows, ChartTheme.Light).Traces[0]);
        var z = map.Z.Cast<object?[]>().ToArray();
        Assert.InRange((double)z[0][0]!, 0, 1);
        Assert.InRange((double)z[0][2]!, 1, 2);
        Assert.True((double)z[0][0]! > (double)z[0][1]!);
        Assert.Null(z[1][1]);
        Assert.Equal(2, (int)map.ZMax!);
    }

    [Fact]
    public void An_unreadable_number_has_no_colour_of_the_scale_and_says_so()
    {
        var rows = new BoundaryRows("price", [], [1], [10], [5]);
        var grid = MadeUp.Grid with { Values = [1, 2, null, 4, -1, 6], Confidence = null };
        var picture = BoundaryChart.Draw(grid, rows, ChartTheme.Light);
        var map = Assert.IsType<HeatMap>(picture.Traces[0]);
        var z = map.Z.Cast<object?[]>().ToArray();
        Assert.Equal([1.0, 2.0, null], z[0]);
        Assert.Equal([4.0, -1.0, 6.0], z[1]);
        Assert.Equal("unreadable answer", map.Text.Cast<object?[]>().First()[2]);
        Assert.Equal(ChartTheme.Light.Grid, picture.Layout.PlotBgColor); // the grey that shows through
        Assert.Equal("unreadable", picture.Behind.Row(2)[2]);
        Assert.Equal((-1, 6), BoundaryChart.Bounds(grid, rows));
    }

    [Fact]
    public void Each_class_of_the_training_rows_has_a_colour_and_a_shape_of_its_own()
    {
        var marks = BoundaryChart.Draw(MadeUp.Grid, Rows, ChartTheme.Light).Traces.OfType<Scatter>().ToArray();
        Assert.Equal(2, marks.Length);
        Assert.Equal([1, 2], marks.Select(m => m.X.Count));
        Assert.NotEqual(marks[0].Marker.Color, marks[1].Marker.Color);
        Assert.NotEqual(marks[0].Marker.Symbol, marks[1].Marker.Symbol);
    }

    [Fact]
    public void Names_from_a_table_are_no_markup() =>
        Assert.Equal("b&lt;i&gt;", BoundaryChart.Draw(MadeUp.Grid, Rows, ChartTheme.Light).Traces.OfType<Scatter>().Last().Name);

    [Fact]
    public void Numbers_share_one_scale_over_several_boundaries()
    {
        var rows = new BoundaryRows("y", [], [1], [10], [5]);
        var grid = MadeUp.Grid with { Values = [1, 2, 3, 4, 5, 6], Confidence = null };
        var map = Assert.IsType<HeatMap>(BoundaryChart.Draw(grid, rows, ChartTheme.Dark, (0, 10)).Traces[0]);
        Assert.Equal((0m, 10m), (map.ZMin!.Value, map.ZMax!.Value));
    }

    [Fact]
    public void Scores_are_ordered_worst_to_best_from_below_and_errors_reach_the_interval()
    {
        LearnerResult[] results =
        [
            MadeUp.Result("lift", "LIFT", .9, .8, .95),
            MadeUp.Result("majority", "Majority class", .3),
            MadeUp.Result("knn", "k-nearest neighbours", .95),
        ];
        var picture = ScoreChart.Draw(results, Metrics.Accuracy, ChartTheme.Light);
        Assert.Equal(["Majority class", "LIFT", "k-nearest neighbours"], picture.Layout.YAxis[0].CategoryArray);
        var lift = picture.Traces.Cast<Scatter>().Single(t => t.Name == "LIFT");
        Assert.Equal(90.0, lift.X[0]);
        Assert.Equal(5.0, (double)lift.ErrorX.Array[0], 9);
        Assert.Equal(10.0, (double)lift.ErrorX.ArrayMinus[0], 9);
        Assert.Equal("k-nearest neighbours", picture.Behind.Row(0)[0]);
    }

    [Fact]
    public void Where_lower_is_better_the_lowest_stands_on_top()
    {
        LearnerResult Of(string name, double rmse) => new(name, name, null, [new("rmse", rmse, null, null, 10, 0)], 1, 1);
        Assert.Equal(["b", "a"], ScoreChart.Draw([Of("a", 1), Of("b", 2)], Metrics.Rmse, ChartTheme.Light).Layout.YAxis[0].CategoryArray);
    }

    [Fact]
    public void A_confusion_matrix_counts_unreadable_answers_in_a_column_of_their_own()
    {
        var picture = ConfusionChart.Draw(["x", "y"], [0, 0, 1, 1], [0, -1, 1, 0], ChartTheme.Light);
        Assert.Equal(["truth", "x", "y", "unreadable"], picture.Behind.Headings);
        Assert.Equal(["x", "1", "0", "1"], picture.Behind.Row(0));
        Assert.Equal(["y", "1", "1", "0"], picture.Behind.Row(1));
    }

    [Fact]
    public void Without_unreadable_answers_there_is_no_such_column() =>
        Assert.Equal(["truth", "x", "y"], ConfusionChart.Draw(["x", "y"], [0, 1], [0, 1], ChartTheme.Light).Behind.Headings);

    [Fact]
    public void Unreadable_numbers_are_left_out_of_the_marks_and_named_in_the_table()
    {
        var picture = TruthChart.Draw("y", [1, 2, 3], [1.5, double.NaN, 3], ChartTheme.Light);
        Assert.Equal(2, picture.Traces.OfType<Scatter>().Single().X.Count);
        Assert.Equal("unreadable", picture.Behind.Row(1)[1]);
    }

    [Fact]
    public void Every_chart_names_its_axes()
    {
        var curve = new LossCurve();
        curve.Add(MadeUp.Step(1));
        Picture[] pictures =
        [
            LossChart.Draw(curve, ChartTheme.Light, true),
            BoundaryChart.Draw(MadeUp.Grid, Rows, ChartTheme.Light),
            TruthChart.Draw("y", [1], [1], ChartTheme.Light),
            ConfusionChart.Draw(["x"], [0], [0], ChartTheme.Light),
            ReliabilityChart.Draw([new(0, 1, 4, .7, .75)], .05, ChartTheme.Light),
            CurveChart.Draw("step", "speed", [1], [2], "#000000", ChartTheme.Light),
        ];
        Assert.All(
            pictures,
            p => Assert.False(string.IsNullOrEmpty(p.Layout.XAxis[0].Title.Text) || string.IsNullOrEmpty(p.Layout.YAxis[0].Title.Text))
        );
        Assert.All(pictures, p => Assert.NotEmpty(p.Summary));
        Assert.All(pictures, p => Assert.Equal(p.Behind.Headings.Count, p.Behind.Row(0).Count));
    }
}
