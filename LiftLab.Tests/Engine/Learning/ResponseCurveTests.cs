using System.Text.Json;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Slices;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using static LiftLab.Tests.Engine.Learning.CurveTask;

namespace LiftLab.Tests.Engine.Learning;

/// <summary>The points of response curves and response surfaces.</summary>
public sealed class ResponseCurveTests
{
    static readonly BoundaryGrid Curve = Grid(new(Six, "x"));

    static BoundaryGrid Grid(BoundarySurface points, double? deviation = 2) => points.Grid(Answers(points, deviation));

    static double[] Numbers(BoundarySurface points, string column) => [.. points.Table[column].Numbers];

    [Fact]
    public void A_curve_extends_a_third_of_the_range_beyond_the_training_rows_and_holds_the_rest()
    {
        var points = new BoundarySurface(Six, "x");
        var x = Numbers(points, "x");
        Assert.Equal((101, -1.0, 4.0), (x.Length, x[0], x[^1]));
        Assert.Equal(["6"], points.Table["n"].Cells.Distinct());
        Assert.Equal(["a"], points.Table["k"].Cells.Distinct());
        Assert.All(points.Table["x"].Cells, c => Assert.True(c.Length <= 5, c)); // short in prompts
        Assert.Equal((true, "x", null), (Curve.IsCurve, Curve.Features, Curve.YColumn));
        Assert.Equal(101, Curve.Values.Count);
        Assert.All(Curve.Deviations!, d => Assert.Equal(2, d));
    }

    [Fact]
    public void A_chosen_cell_is_held()
    {
        var points = new BoundarySurface(Six, "x", null, 5, new Dictionary<string, string> { ["n"] = "3", ["k"] = "b" });
        Assert.All(points.Table["n"].Cells, c => Assert.Equal("3", c));
        Assert.All(points.Table["k"].Cells, c => Assert.Equal("b", c));
    }

    [Fact]
    public void Each_category_has_a_line_and_is_not_held()
    {
        var points = new BoundarySurface(Six, "x", "k", 5);
        Assert.Equal(["a", "b"], points.Lines);
        Assert.Equal(["a", "a", "a", "a", "a", "b", "b", "b", "b", "b"], points.Table["k"].Cells);
        Assert.Equal(Numbers(points, "x")[..5], Numbers(points, "x")[5..]);
        Assert.DoesNotContain("k", points.Held.Keys);
        Assert.Equal("x by k", Grid(points).Features);
    }

    [Fact]
    public void Of_many_categories_the_most_frequent_have_lines()
    {
        string[] k = [.. Enumerable.Range(0, 30).Select(i => $"c{(i < 10 ? i : i % 5):00}"), ""];
        string[] x = [.. k.Select((_, i) => $"{i}")];
        var points = new BoundarySurface(Of(x, x, k), "x", "k");
        Assert.Equal(["c00", "c01", "c02", "c03", "c04", "c05"], points.Lines);
    }

    [Theory]
    [InlineData("2,4,8", 101, "0,1,2,3,4,5,6,7,8,9,10")]
    [InlineData("0,1", 101, "0,1")] // a third of one is no integer
    [InlineData("5,5", 101, "4,5,6")]
    [InlineData("-3,0,3", 101, "-5,-4,-3,-2,-1,0,1,2,3,4,5")]
    [InlineData("1900,2020", 6, "1860,1900,1940,1980,2020,2060")]
    public void An_integer_feature_stays_one(string cells, int size, string expected)
    {
        var n = cells.Split(',');
        var points = new BoundarySurface(Of(n, n, n), "n", null, size);
        Assert.Equal(expected, string.Join(',', points.Table["n"].Cells));
    }

    [Fact]
    public void Over_a_constant_feature_there_is_a_short_piece_around_its_value()
    {
        var points = new BoundarySurface(Of(["7", "7"], ["1", "1"], ["a", "a"]), "x", null, 11);
        Assert.Equal((6.5, 7.5), (Numbers(points, "x")[0], Numbers(points, "x")[^1]));
    }

    [Fact]
    public void Missing_cells_do_not_count_in_the_range_and_a_column_of_them_cannot_be_drawn()
    {
        var points = new BoundarySurface(Of(["", "1", "2", ""], ["1", "", "2", ""], ["a", "", "a", ""]), "x", "k", 6);
        Assert.Equal(["a"], points.Lines);
        Assert.Equal((0.67, 2.33), (Numbers(points, "x")[0], Numbers(points, "x")[5]));
        var none = Of(["", ""], ["1", "2"], ["", ""]);
        Assert.Contains("no numeric value", Refused(() => new(none, "x")), StringComparison.Ordinal);
        Assert.Contains("has no value in the training rows", Refused(() => new(none, "n", "k")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_surface_extends_by_a_third_in_both_directions()
    {
        var points = new BoundarySurface(Six, "x", "n", 6);
        var grid = Grid(points);
        Assert.Equal((false, "x × n"), (grid.IsCurve, grid.Features));
        Assert.Equal((-1.0, 4.0), (grid.X[0], grid.X[^1]));
        Assert.Equal([0, 2, 4, 6, 8, 10], grid.Y);
        Assert.Null(grid.Deviations);
    }

    [Fact]
    public void Features_that_give_no_picture_say_why()
    {
        Assert.Contains("is not a feature of this run", Refused(() => new(Six, "z")), StringComparison.Ordinal);
        Assert.Contains("both axes of the response surface", Refused(() => new(Six, "x", "x")), StringComparison.Ordinal);
        Assert.Contains("no numeric value", Refused(() => new(Six, "k", "x")), StringComparison.Ordinal);
        var classes = new LearningTask(
            Six.Table,
            new([new("x", ColumnKind.Number), new("k", ColumnKind.Category, ColumnRole.Target)], TaskKind.Classification),
            Six.Split
        );
        Assert.Contains("the only axis, but a decision boundary has two", Refused(() => new(classes, "x")), StringComparison.Ordinal);
    }

    static string Refused(Func<BoundarySurface> make) => Assert.Throws<BadDataException>(make).Message;

    [Fact]
    public void A_curve_is_read_as_it_was_written_and_its_unreadable_answers_stay_null()
    {
        var points = new BoundarySurface(Six, "x", "k", 2);
        var grid = points.Grid([Prediction.Number(-1, .5), new Prediction.Unreadable("?"), Prediction.Number(3), Prediction.Number(4, 1)]);
        var read = JsonSerializer.Deserialize<BoundaryGrid>(JsonSerializer.Serialize(grid, RunJson.Line), RunJson.Line)!;
        Assert.Equal([-1, null, 3, 4], read.Values);
        Assert.Equal([.5, null, null, 1], read.Deviations);
        Assert.Equal(["a", "b"], read.Lines);
        Assert.Equal(grid.X, read.X);
        Assert.Null(Grid(new(Six, "x"), deviation: null).Deviations); // a learner without intervals
    }
}
