using LiftLab.Engine.Figures;
using LiftLab.Engine.Figures.Charts;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Slices;
using LiftLab.Tests.Engine.Learning;
using LiftLab.Tests.Web;

namespace LiftLab.Tests.Engine.Figures;

public sealed class OverlayChartTests
{
    static OverlayItem Curve(string label, string? y = null, double shift = 0)
    {
        var points = new BoundarySurface(CurveTask.Six, "x", y, 6);
        var grid = points.Grid([.. Enumerable.Range(0, points.Table.RowCount).Select(i => Prediction.Number(i + shift, 1))]);
        return new(label, grid);
    }

    [Fact]
    public void Curves_of_two_runs_have_the_run_in_every_label_and_differ_in_hue_and_dash()
    {
        OverlayItem[] items = [Curve("LIFT · first"), Curve("LIFT · second", shift: 2)];
        var figure = OverlayChart.Of(items, BoundaryRows.Of(CurveTask.Six, items[0].Grid));
        var lines = figure.Series.OfType<Series.Line>().ToArray();
        Assert.Equal(["LIFT · first", "LIFT · second"], lines.Select(l => l.Name));
        Assert.Equal(2, lines.Select(l => (l.Hue, l.Dash)).Distinct().Count());
        Assert.Equal([0, 2], lines.Select(l => l.Y[0]));
        Assert.Equal(2, figure.Series.OfType<Series.Band>().Count());
        Assert.Equal(["LIFT · second", "-1", "2"], figure.Table.Row(6));
        Assert.NotEmpty(figure.Regions);
    }

    [Fact]
    public void Of_curves_with_categories_one_category_is_drawn()
    {
        OverlayItem[] items = [Curve("LIFT · first", "k")];
        var figure = OverlayChart.Of(items, BoundaryRows.Of(CurveTask.Six, items[0].Grid), "b");
        Assert.Equal(6, Assert.Single(figure.Series.OfType<Series.Line>()).Y[0]);
        Assert.Equal(2, figure.Series.OfType<Series.Marks>().Single().X.Count);
        Assert.EndsWith("where k is b", figure.Title, StringComparison.Ordinal);
    }

    [Fact]
    public void More_curves_than_can_be_told_apart_are_counted()
    {
        OverlayItem[] items = [.. Enumerable.Range(0, 11).Select(i => Curve($"{i}"))];
        var figure = OverlayChart.Of(items, BoundaryRows.Of(CurveTask.Six, items[0].Grid));
        Assert.Equal(8, figure.Series.OfType<Series.Line>().Count());
        Assert.Contains("3 further learners are not drawn", figure.Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void A_decision_boundary_is_the_line_between_classes_and_goes_around_unreadable_answers()
    {
        var rows = new BoundaryRows("kind", ["a", "b"], [1], [10], [0]);
        var figure = OverlayChart.Of([new("LIFT · run", MadeUp.Grid)], rows);
        var line = Assert.Single(figure.Series.OfType<Series.Line>());
        Assert.Equal(Hue.Class(2), line.Hue); // after the hues of the two classes
        Assert.Contains((2.5, 10), line.X.Zip(line.Y)); // 0 0 1 in the lower row
        Assert.Contains((1.5, 20), line.X.Zip(line.Y)); // 0 ? 1 in the upper row
        Assert.Equal("Decision boundaries over length × width", figure.Title);
    }

    [Fact]
    public void A_surface_is_the_line_of_the_median_interpolated_between_points()
    {
        var grid = new BoundaryGrid("x", "n", [0, 1, 2], [0, 1], [0, 10, 20, 0, 10, 20], null);
        var rows = new BoundaryRows("y", [], [0, 1, 2], [0, 1, 0], [5, 12, 20]) { XRange = (0, 2), YRange = (0, 1) };
        var line = Assert.Single(OverlayChart.Of([new("LIFT · run", grid)], rows).Series.OfType<Series.Line>());
        Assert.Equal([1.2, 1.2], line.X.Select(v => Math.Round(v, 9)));
        Assert.Equal([0, 1], line.Y.Order());
    }

    [Fact]
    public void Pieces_of_a_contour_are_joined_so_that_dashes_continue()
    {
        // a class in the middle of a plane of another: one closed line
        double?[] cells = [.. Enumerable.Range(0, 25).Select(i => (double?)(i is 6 or 7 or 8 or 11 or 12 or 13 or 16 or 17 or 18 ? 1 : 0))];
        var (x, y) = Contours.Of([0, 1, 2, 3, 4], [0, 1, 2, 3, 4], Contours.Between(cells));
        Assert.DoesNotContain(y, double.IsNaN);
        Assert.Equal((x[0], y[0]), (x[^1], y[^1]));
        Assert.Equal(13, x.Count);
    }
}
