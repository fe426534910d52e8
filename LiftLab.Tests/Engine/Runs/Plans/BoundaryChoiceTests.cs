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
