using System.Text.Json;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Slices;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Tests.Engine.Learning;

public sealed class BoundaryGridTests
{
    static readonly Prediction.Unreadable Nothing = new("no answer");

    static BoundarySurface Surface(TaskKind kind)
    {
        var table = new Table(
            "t",
            [new("x", ["1", "2"]), new("y", ["1", "2"]), new("t", kind == TaskKind.Regression ? ["5", "9"] : ["a", "b"])]
        );
        var target = new ColumnSchema("t", kind == TaskKind.Regression ? ColumnKind.Number : ColumnKind.Category, ColumnRole.Target);
        var schema = new Schema([new("x", ColumnKind.Number), new("y", ColumnKind.Number), target], kind);
        return new(new(table, schema, new Split([0, 1], [], [])), "x", "y", 2);
    }

    static BoundaryGrid? Read(string values, string confidence) =>
        JsonSerializer.Deserialize<BoundaryGrid>(
            $$"""{"xColumn":"x","yColumn":"y","x":[1,2],"y":[1,2],"values":{{values}}{{confidence}}}""",
            RunJson.Line
        );

    [Theory]
    [InlineData(0.123456, 2, "0.12")]
    [InlineData(-0.001, 2, "0")]
    [InlineData(1.2345e-20, 22, "1.23E-20")]
    [InlineData(-1.2345e-20, 21, "-1.2E-20")]
    [InlineData(1.2345e-20, 16, "0")]
    [InlineData(0.1 + 0.2, 17, "0.30000000000000004")]
    [InlineData(5e-324, 330, "5E-324")]
    [InlineData(1e200, 0, "1E+200")]
    public void Points_of_an_axis_have_no_more_digits_than_their_step_needs(double value, int digits, string text) =>
        Assert.Equal(text, SliceAxis.Rounded(value, digits).ToString("R", System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void An_unreadable_class_is_null_in_the_grid_and_in_its_confidence()
    {
        var grid = Surface(TaskKind.Classification)
            .Grid([new Prediction.Answered(1, [.2, .8]), Nothing, new Prediction.Answered(0), Nothing]);
        Assert.Equal([1, null, 0, null], grid.Values);
        Assert.Equal([.8, null, 1, null], grid.Confidence);
    }

    [Fact]
    public void An_unreadable_number_is_null_in_the_grid_and_not_the_training_mean()
    {
        var grid = Surface(TaskKind.Regression).Grid([new Prediction.Answered(-1), Nothing, new Prediction.Answered(3.5), Nothing]);
        Assert.Equal([-1, null, 3.5, null], grid.Values);
        Assert.Null(grid.Confidence);
    }

    [Fact]
    public void A_grid_with_unreadable_answers_is_read_as_it_was_written()
    {
        var grid = Surface(TaskKind.Classification)
            .Grid([new Prediction.Answered(1, [.2, .8]), Nothing, new Prediction.Answered(0), Nothing]);
        var read = JsonSerializer.Deserialize<BoundaryGrid>(JsonSerializer.Serialize(grid, RunJson.Line), RunJson.Line)!;
        Assert.Equal(grid.Values, read.Values);
        Assert.Equal(grid.Confidence, read.Confidence);
    }

    [Fact]
    public void An_older_grid_of_classes_says_minus_one_for_unreadable()
    {
        var grid = Read("[1,-1,0,1]", ""","confidence":[0.9,0,0.6,1]""")!;
        Assert.Equal([1, null, 0, 1], grid.Values);
        Assert.Equal([.9, null, .6, 1], grid.Confidence);
    }

    [Fact]
    public void Minus_one_in_an_older_grid_of_numbers_stays_a_number() => Assert.Equal([1, -1, 0, 2], Read("[1,-1,0,2]", "")!.Values);
}
