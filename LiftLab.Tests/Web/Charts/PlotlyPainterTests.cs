using LiftLab.Engine.Figures;
using LiftLab.Engine.Figures.Charts;
using LiftLab.Engine.Learning;
using LiftLab.Tests.Engine.Figures;
using LiftLab.Web.Charts;
using LiftLab.Web.Charts.PlotlyJs;
using Plotly.Blazor.Traces;

namespace LiftLab.Tests.Web.Charts;

public sealed class PlotlyPainterTests
{
    static Plot Light(Figure figure, bool compact = false) => PlotlyPainter.Paint(figure, ChartTheme.Light, compact);

    [Fact]
    public void A_class_fills_its_own_band_and_certainty_goes_up_in_it()
    {
        var plot = Light(SliceChart.Of(MadeUp.Grid, new("kind", ["a", "b"], [1], [10], [0])));
        var map = Assert.IsType<HeatMap>(plot.Traces[0]);
        var z = map.Z.Cast<object?[]>().ToArray();
        Assert.InRange((double)z[0][0]!, 0, 1);
        Assert.InRange((double)z[0][2]!, 1, 2);
        Assert.True((double)z[0][0]! > (double)z[0][1]!);
        Assert.Null(z[1][1]);
        Assert.Equal(2, (int)map.ZMax!);
    }

    [Fact]
    public void Unreadable_cells_are_grey_and_have_an_entry_in_the_legend()
    {
        foreach (var figure in (Figure[])[SomeFigures.Boundary, SomeFigures.NumberBoundary])
        {
            var plot = Light(figure);
            var map = Assert.IsType<HeatMap>(plot.Traces[0]);
            Assert.Contains("unreadable answer", map.Text.Cast<object?[]>().SelectMany(row => row));
            Assert.Equal(FigurePalette.Unreadable(ChartTheme.Light), plot.Layout.PlotBgColor); // the grey that shows through
            var entry = Assert.Single(plot.Traces.OfType<Scatter>(), t => t.Name == "unreadable");
            Assert.Equal(FigurePalette.Unreadable(ChartTheme.Light), entry.Marker.Color);
            Assert.True(plot.Layout.ShowLegend);
        }
    }

    [Fact]
    public void Each_class_has_a_colour_and_a_shape_of_its_own_and_names_are_no_markup()
    {
        var marks = Light(SomeFigures.Boundary).Traces.OfType<Scatter>().Take(2).ToArray();
        Assert.NotEqual(marks[0].Marker.Color, marks[1].Marker.Color);
        Assert.NotEqual(marks[0].Marker.Symbol, marks[1].Marker.Symbol);
        Assert.Equal("b&lt;i&gt; &amp; co", marks[1].Name);
    }

    [Fact]
    public void Numbers_share_one_scale_over_several_boundaries()
    {
        var grid = MadeUp.Grid with { Values = [1, 2, 3, 4, 5, 6], Confidence = null };
        var figure = SliceChart.Of(grid, new("y", [], [1], [10], [5]), bounds: (0, 10));
        var map = Assert.IsType<HeatMap>(PlotlyPainter.Paint(figure, ChartTheme.Dark).Traces[0]);
        Assert.Equal((0m, 10m), (map.ZMin!.Value, map.ZMax!.Value));
    }

    [Fact]
    public void Compact_plots_have_neither_legend_nor_scale()
    {
        var plot = Light(SomeFigures.NumberBoundary, compact: true);
        Assert.False(plot.Layout.ShowLegend);
        Assert.False(plot.Traces.OfType<HeatMap>().Single().ShowScale);
    }

    [Fact]
    public void Errors_reach_the_interval()
    {
        var plot = Light(SomeFigures.Scores);
        var lift = plot.Traces.OfType<Scatter>().Single(t => t.Name == "LIFT");
        Assert.Equal(90.0, lift.X[0]);
        Assert.Equal(5.0, (double)lift.ErrorX.Array[0], 9);
        Assert.Equal(10.0, (double)lift.ErrorX.ArrayMinus[0], 9);
        Assert.Equal(3, plot.Layout.YAxis[0].CategoryArray.Count);
    }

    [Fact]
    public void A_long_line_is_decimated_and_keeps_its_spike()
    {
        var curve = new LossCurve();
        for (var i = 1; i <= 20_000; i++)
            curve.Add(MadeUp.Step(i, i == 12_345 ? 50 : 1));
        var plot = Light(LossChart.Of(curve, logarithmic: false));
        var raw = (Scatter)plot.Traces[plot.TraceOf[LossChart.Raw]];
        Assert.InRange(raw.X.Count, 100, PlotlyPainter.MostPoints + 2);
        Assert.Contains(50.0, raw.Y);
    }

    [Fact]
    public void Every_figure_is_painted_in_both_themes()
    {
        foreach (var figure in SomeFigures.All)
        foreach (var theme in (ChartTheme[])[ChartTheme.Light, ChartTheme.Dark])
        {
            var plot = PlotlyPainter.Paint(figure, theme);
            Assert.Equal(figure.Series.Count, plot.TraceOf.Count);
            Assert.Equal(theme.Paper, plot.Layout.PaperBgColor);
            Assert.True(figure.X.Hidden || plot.Layout.XAxis[0].Title.Text.Length > 0);
        }
    }
}
