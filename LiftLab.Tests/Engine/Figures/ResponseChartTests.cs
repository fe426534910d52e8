using LiftLab.Engine.Figures;
using LiftLab.Engine.Figures.Charts;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Slices;
using LiftLab.Tests.Engine.Learning;
using static LiftLab.Tests.Engine.Learning.CurveTask;

namespace LiftLab.Tests.Engine.Figures;

public sealed class ResponseChartTests
{
    static Figure Of(LearningTask task, string x, string? y = null, int size = 6, double? deviation = 2)
    {
        var points = new BoundarySurface(task, x, y, size);
        var grid = points.Grid(Answers(points, deviation));
        return SliceChart.Of(grid, BoundaryRows.Of(task, grid), "LIFT");
    }

    [Fact]
    public void A_curve_has_its_line_its_interval_the_training_rows_and_the_region_outside_them()
    {
        var figure = Of(Six, "x");
        Assert.Equal("Response curve of LIFT", figure.Title);
        Assert.Equal(("x (cm)", "y (kg)"), (figure.X.Title, figure.Y.Title));
        var line = Assert.Single(figure.Series.OfType<Series.Line>());
        Assert.Equal(("prediction", Hue.Subject), (line.Name, line.Hue));
        Assert.Equal([0, 1, 2, 3, 4, 5], line.Y);
        var band = Assert.Single(figure.Series.OfType<Series.Band>());
        Assert.Equal((-2, 7), (band.Low[0], band.High[5]));
        var marks = Assert.Single(figure.Series.OfType<Series.Marks>());
        Assert.Equal([0, 10, 20, 30, 40, 50], marks.Y);
        Assert.Equal([new(null, null, 0, null, Region.OutsideRows), new(3, null, null, null, Region.OutsideRows)], figure.Regions);
        Assert.Contains("shaded: outside the training rows (x 0 to 3 cm)", figure.Caption, StringComparison.Ordinal);
        Assert.Contains("Held: n = 6, k = a (median or most frequent value)", figure.Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_are_fainter_the_farther_they_lie_from_the_held_values()
    {
        var opacities = Assert.Single(Of(Six, "x").Series.OfType<Series.Marks>()).Opacities!;
        Assert.True(opacities[3] < 1 && opacities[0] < opacities[3]); // n: 6 is held, rows 3 and 0 have 6 and 2; k: b and a
        Assert.Null(Of(Without("n", "k"), "x").Series.OfType<Series.Marks>().Single().Opacities); // nothing is held
    }

    static LearningTask Without(params string[] columns) =>
        new(Six.Table, Six.Schema with { Columns = [.. Six.Schema.Columns.Where(c => !columns.Contains(c.Name))] }, Six.Split);

    [Fact]
    public void Each_category_has_a_line_a_dash_and_its_own_rows()
    {
        var figure = Of(Six, "x", "k");
        var lines = figure.Series.OfType<Series.Line>().ToArray();
        Assert.Equal(["a", "b"], lines.Select(l => l.Name));
        Assert.Equal([Hue.Class(0), Hue.Class(1)], lines.Select(l => l.Hue));
        Assert.NotEqual(lines[0].Dash, lines[1].Dash);
        Assert.Equal([4, 2], figure.Series.OfType<Series.Marks>().Select(m => m.X.Count));
        Assert.Equal(["k", "x (cm)", "predicted y (kg)", "standard deviation", "training rows"], figure.Table.Headings);
        Assert.Equal(["b", "-1", "6", "2", "outside"], figure.Table.Row(6));
        Assert.Equal("inside", figure.Table.Row(8)[4]);
    }

    [Fact]
    public void A_learner_without_intervals_has_no_band() => Assert.Empty(Of(Six, "x", deviation: null).Series.OfType<Series.Band>());

    [Fact]
    public void Rows_without_the_feature_or_without_a_line_are_counted()
    {
        string[] k = ["a", "a", "b", "b", "c", "c", "d", "d", "e", "e", "f", "f", "g", ""];
        string[] x = [.. k.Select((_, i) => i == 0 ? "" : $"{i}")];
        var figure = Of(CurveTask.Of(x, x, k), "x", "k");
        Assert.Equal(11, figure.Series.OfType<Series.Marks>().Sum(m => m.X.Count));
        Assert.Contains("2 training rows with a missing value are not drawn", figure.Caption, StringComparison.Ordinal);
        Assert.Contains("1 training row with another category is not drawn", figure.Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unreadable_answer_is_a_gap_with_a_mark()
    {
        var points = new BoundarySurface(Six, "x", null, 3);
        var grid = points.Grid([Prediction.Number(1), new Prediction.Unreadable("?"), Prediction.Number(3)]);
        var figure = SliceChart.Of(grid, BoundaryRows.Of(Six, grid));
        Assert.Equal([1, double.NaN, 3], Assert.Single(figure.Series.OfType<Series.Line>()).Y);
        Assert.Equal([grid.X[1]], figure.Series.OfType<Series.Marks>().Single(m => m.Name == "unreadable answer").X);
        Assert.Equal("unreadable", figure.Table.Row(1)[1]);
    }

    [Fact]
    public void Over_a_constant_feature_the_caption_says_so()
    {
        var figure = Of(CurveTask.Of(["7", "7"], ["1", "1"], ["a", "a"]), "x");
        Assert.Contains("outside the training rows, which all have x 7 cm", figure.Caption, StringComparison.Ordinal);
        Assert.Equal([7, 7], figure.Regions.Select(r => r.X0 ?? r.X1!.Value));
    }

    [Fact]
    public void A_learner_that_extrapolates_steeply_does_not_flatten_the_others()
    {
        var points = new BoundarySurface(Six, "x", null, 3);
        var grid = points.Grid([Prediction.Number(-1e6), Prediction.Number(20), Prediction.Number(30)]);
        var rows = BoundaryRows.Of(Six, grid);
        Assert.Equal((-50.0, 50.0), SliceChart.Bounds(grid, rows)); // one range of the targets below them
        Assert.Contains("goes on beyond", SliceChart.Of(grid, rows).Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void A_surface_is_called_so_and_its_outside_is_hatched()
    {
        var figure = Of(Six, "x", "n");
        Assert.Equal("Response surface of LIFT", figure.Title);
        Assert.StartsWith("Response surface over x and n", figure.Summary, StringComparison.Ordinal);
        Assert.Equal("y (kg)", figure.Values!.Title);
        Assert.True(figure.IsHatched);
        Assert.Equal(4, figure.Regions.Count);
        Assert.Equal(new(0, null, 3, 2, Region.OutsideRows), figure.Regions[2]); // below, between the two sides
        Assert.Contains("hatched: outside the training rows", figure.Caption, StringComparison.Ordinal);
        Assert.DoesNotContain("boundary", figure.Caption + figure.Summary + figure.Title, StringComparison.OrdinalIgnoreCase);
    }
}
