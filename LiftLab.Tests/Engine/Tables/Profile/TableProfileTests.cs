using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;

namespace LiftLab.Tests.Engine.Tables.Profile;

public sealed class TableProfileTests
{
    [Fact]
    public void Numbers_have_quartiles_mean_and_sample_deviation()
    {
        // numpy: percentile([1, 2, 4, 8, 16], [25, 50, 75]) = 2, 4, 8; mean 6.2; std(ddof=1) = 6.099180272790763
        var numbers = Profile("x", ["4", "1", "16", "", "2", "8"]).Numbers!;
        Assert.Equal(
            (5, 1, 2, 4, 8, 16),
            (numbers.Count, numbers.Min, numbers.LowerQuartile, numbers.Median, numbers.UpperQuartile, numbers.Max)
        );
        Assert.Equal(6.2, numbers.Mean, 1e-12);
        Assert.Equal(6.099180272790763, numbers.Deviation, 1e-12);
    }

    [Fact]
    public void Quartiles_between_numbers_are_interpolated()
    {
        // numpy: percentile([1, 2, 3, 10], [25, 50, 75]) = 1.75, 2.5, 4.75
        var numbers = Profile("x", ["1", "2", "3", "10"]).Numbers!;
        Assert.Equal((1.75, 2.5, 4.75), (numbers.LowerQuartile, numbers.Median, numbers.UpperQuartile));
    }

    [Theory]
    [InlineData("1.5 2.25 3 4 5.5 7 8 9.75 20 40")]
    [InlineData("3 3 3")]
    [InlineData("1 2 2 5")]
    [InlineData("-1e300 1e300 0")]
    [InlineData("1e-320 2e-320 3e-320")]
    [InlineData("7")]
    public void Every_number_is_in_a_bin(string cells)
    {
        var numbers = Profile("x", cells.Split(' ')).Numbers!;
        Assert.Equal(numbers.Count, numbers.Histogram.Counts.Sum());
        Assert.Equal(numbers.Histogram.Counts.Count + 1, numbers.Histogram.Edges.Count);
        Assert.True(numbers.Histogram.Edges[0] <= numbers.Min && numbers.Histogram.Edges[^1] >= numbers.Max);
        Assert.True(double.IsFinite(numbers.Mean) && double.IsFinite(numbers.Deviation));
    }

    [Fact]
    public void Few_integers_have_a_bin_each()
    {
        var histogram = Profile("x", ["1", "2", "2", "5"]).Numbers!.Histogram;
        Assert.Equal([0.5, 1.5, 2.5, 3.5, 4.5, 5.5], histogram.Edges);
        Assert.Equal([1, 2, 0, 0, 1], histogram.Counts);
    }

    [Fact]
    public void Top_values_are_the_most_frequent_and_missing_is_counted_apart()
    {
        var profile = Profile("colour", ["red", "blue", "", "red", "green", "blue", "red", ""]);
        Assert.Equal((2, 3), (profile.Missing, profile.Distinct));
        Assert.Equal([new("red", 3), new("blue", 2), new("green", 1)], profile.Top);
        Assert.Null(profile.Numbers);
    }

    [Fact]
    public void Classes_are_counted_in_class_order()
    {
        var table = SomeTable.Of(("x", ["1", "2", "3", "4", "5"]), ("class", ["10", "9", "10", "", "9"]));
        var profile = TableProfile.Of(table, table.Schema("class", TaskKind.Classification));
        Assert.Equal([new("9", 2), new("10", 2)], profile.Classes!);
        Assert.Equal("class", profile.Target);
    }

    [Fact]
    public void A_profile_is_one_json_document()
    {
        var table = SomeTable.Of(("x", ["1", "2.5", ""]), ("class", ["a", "b", "a"]));
        var json = JsonSerializer.SerializeToElement(TableProfile.Of(table, table.Schema("class", TaskKind.Classification)), RunJson.Line);
        Assert.Equal("number", json.GetProperty("columns")[0].GetProperty("kind").GetString());
        Assert.Equal(1.75, json.GetProperty("columns")[0].GetProperty("numbers").GetProperty("mean").GetDouble());
        Assert.Equal(2, json.GetProperty("classes")[0].GetProperty("count").GetInt32());
    }

    static ColumnProfile Profile(string name, string[] cells)
    {
        var table = SomeTable.Of((name, cells));
        return TableProfile.Of(table, SchemaGuess.Guess(table)).Columns[0];
    }
}
