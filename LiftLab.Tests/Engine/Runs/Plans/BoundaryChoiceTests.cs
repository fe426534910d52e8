using LiftLab.Engine.Runs.Plans;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Runs.Plans;

public sealed class BoundaryChoiceTests
{
    [Theory]
    [InlineData("iris", "petal length (cm)", "petal width (cm)")]
    [InlineData("diabetes", "body mass index (kg/m²)", "log of serum triglycerides")]
    public async Task The_two_features_that_explain_most_are_chosen_in_table_order(string table, string x, string y)
    {
        var (read, schema) = await BundledTables.Get(table).ReadAsync();
        Assert.Equal(new(x, y), BoundaryChoice.Of(read, schema));
    }

    [Fact]
    public void One_numeric_feature_or_no_target_makes_no_plane()
    {
        var table = new Table("t", [new("a", ["1", "2", "3"]), new("y", ["no", "yes", "no"])]);
        var target = new ColumnSchema("y", ColumnKind.Category, ColumnRole.Target);
        Assert.Null(BoundaryChoice.Of(table, new([new("a", ColumnKind.Number), target], TaskKind.Classification)));
        Assert.Null(BoundaryChoice.Of(table, new([new("a", ColumnKind.Number)], TaskKind.Classification)));
    }

    [Fact]
    public async Task Of_one_numeric_feature_and_a_number_the_curve_is_chosen_with_lines_of_a_category_that_matters()
    {
        var (read, schema) = await BundledTables.Get("crickets").ReadAsync();
        Assert.Equal(new("temperature (°C)", "cricket species"), BoundaryChoice.Of(read, schema));
        Assert.True(BoundaryChoice.Of(read, schema)!.IsCurve(schema));
    }

    [Theory]
    [InlineData("a,b,a,b", null)] // the category says nothing
    [InlineData("a,a,b,b", "k")]
    [InlineData(",,,", null)]
    [InlineData("a,a,a,a", null)]
    public void Lines_are_chosen_where_they_separate_the_target(string categories, string? expected)
    {
        var table = new Table("t", [new("x", ["1", "2", "3", "4"]), new("k", categories.Split(',')), new("y", ["1", "1", "5", "5"])]);
        var schema = new Schema(
            [new("x", ColumnKind.Number), new("k", ColumnKind.Category), new("y", ColumnKind.Number, ColumnRole.Target)],
            TaskKind.Regression
        );
        Assert.Equal(new("x", expected), BoundaryChoice.Of(table, schema));
    }

    [Theory]
    [InlineData("3,3,3,3", "x", null)] // the second is constant
    [InlineData("4,3,1,2", "x", "z")]
    public void A_constant_feature_is_no_axis_of_a_number(string second, string x, string? y)
    {
        var table = new Table("t", [new("x", ["1", "2", "3", "4"]), new("z", second.Split(',')), new("y", ["1", "1", "5", "5"])]);
        var schema = new Schema(
            [new("x", ColumnKind.Number), new("z", ColumnKind.Integer), new("y", ColumnKind.Number, ColumnRole.Target)],
            TaskKind.Regression
        );
        Assert.Equal(new(x, y), BoundaryChoice.Of(table, schema));
    }

    [Fact]
    public void Explained_is_the_correlation_ratio_for_classes_and_r_squared_for_numbers()
    {
        var classes = new Column("y", ["a", "a", "b", "b"]);
        // means 1.5 and 3.5 around 2.5: 4 of 5 lie between the classes
        Assert.Equal(0.8, BoundaryChoice.Explained([1, 2, 3, 4], classes, TaskKind.Classification), 12);
        Assert.Equal(0, BoundaryChoice.Explained([2, 2, 2, 2], classes, TaskKind.Classification));
        Assert.Equal(
            0.8,
            BoundaryChoice.Explained([1, 2, 3, 4, double.NaN], new("y", ["a", "a", "b", "b", "b"]), TaskKind.Classification),
            12
        );
        var numbers = new Column("y", ["2", "1", "4", "3"]);
        Assert.Equal(0.36, BoundaryChoice.Explained([1, 2, 3, 4], numbers, TaskKind.Regression), 12); // r = 0.6
    }
}
