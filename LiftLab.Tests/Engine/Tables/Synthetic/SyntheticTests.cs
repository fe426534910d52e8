using System.Globalization;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Synthetic;

namespace LiftLab.Tests.Engine.Tables.Synthetic;

/// <summary>Goldens: the published test tables; numpy's RandomState; scikit-learn 1.2.1.</summary>
public sealed class SyntheticTests
{
    public static TheoryData<string, int> PublishedTables()
    {
        var data = new TheoryData<string, int>();
        foreach (var function in (string[])["linear", "quadratic", "exponential", "cosine", "l1norm", "piecewise"])
        foreach (var dimensions in (int[])[1, 2])
            data.Add(function, dimensions);
        return data;
    }

    [Theory]
    [MemberData(nameof(PublishedTables))]
    public void Test_tables_are_the_published_ones(string function, int dimensions)
    {
        var made = SyntheticTables.Make(new(function) { Dimensions = dimensions });
        var lines = File.ReadLines(GoldenFile.At("synthetic", $"{function}_p{dimensions}_test.csv")).Skip(1).ToArray();
        Assert.Equal(lines.Length, made.Split.Test.Count);
        for (var i = 0; i < lines.Length; i++)
        {
            double[] expected = [.. lines[i].Split(',').Skip(1).Select(c => double.Parse(c, CultureInfo.InvariantCulture))];
            double[] actual = [.. made.Table.Columns.Select(c => c.Numbers[made.Split.Test[i]])];
            // The points are equal to the last bit; the targets may differ there, since exp and cos depend on the mathematics library.
            Assert.Equal(expected[..^1], actual[..^1]);
            Assert.Equal(expected[^1], actual[^1], 1e-13);
        }
    }

    [Fact]
    public void Noisy_targets_of_the_linear_table_are_the_specifications()
    {
        var made = SyntheticTables.Make(new("linear"));
        Assert.Equal((200, 50, 100), (made.Split.Train.Count, made.Split.Valid.Count, made.Split.Test.Count));
        // The first three points drawn, in whichever part the split put them.
        double[] x = [3.9293837119572324, -4.277213300992411, -5.462970928715938];
        double[] y = [2.78672493477071, -4.077250220140665, -5.091946212880427];
        for (var i = 0; i < 3; i++)
        {
            var row = Enumerable.Range(0, 250).Single(r => made.Table["x1"].Numbers[r] == x[i]);
            Assert.Equal(y[i], made.Table["y"].Numbers[row], 1e-14);
        }
        Assert.Equal(-5.835034065221267, made.Table["x1"].Numbers[250]);
        Assert.Equal(-5.25153065869914, made.Table["y"].Numbers[250]);
    }

    [Fact]
    public void The_seed_divides_the_same_points_differently()
    {
        var (first, second) = (SyntheticTables.Make(new("cosine")), SyntheticTables.Make(new("cosine") { Seed = 1 }));
        Assert.NotEqual(first.Table["x1"].Cells.Take(200), second.Table["x1"].Cells.Take(200));
        Assert.Equal(first.Table["x1"].Cells.Order(StringComparer.Ordinal), second.Table["x1"].Cells.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Outliers_are_the_specifications_and_end_the_training_rows()
    {
        var made = SyntheticTables.Make(new("linear") { Outliers = 4 });
        Assert.Equal(204, made.Split.Train.Count);
        int[] added = [.. made.Split.Train.TakeLast(4)];
        Assert.Equal([3.929384, -4.277213], added[..2].Select(r => Math.Round(made.Table["x1"].Numbers[r], 6)));
        Assert.Equal([11.572005, 33.028731, 48.533585, 8.578253], added.Select(r => Math.Round(made.Table["y"].Numbers[r], 6)));
        var two = SyntheticTables.Make(new("linear") { Outliers = 2 });
        Assert.Equal([5.659570, 30.125894], two.Split.Train.TakeLast(2).Select(r => Math.Round(two.Table["y"].Numbers[r], 6)));
    }

    [Fact]
    public void Integers_are_rounded_everywhere_but_in_the_exact_test_targets()
    {
        var made = SyntheticTables.Make(
            new("linear")
            {
                Integer = true,
                Low = -150,
                High = 150,
            }
        );
        Assert.All(made.Table["x1"].Numbers, x => Assert.Equal(Math.Round(x), x));
        Assert.All(made.Split.Train, r => Assert.Equal(Math.Round(made.Table["y"].Numbers[r]), made.Table["y"].Numbers[r]));
        Assert.Contains(made.Split.Test, r => made.Table["y"].Numbers[r] != Math.Round(made.Table["y"].Numbers[r]));
        Assert.Equal(ColumnKind.Integer, made.Schema.Features[0].Kind);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_donut_has_no_training_point_in_the_middle_and_the_test_points_have(int dimensions)
    {
        var made = SyntheticTables.Make(new("quadratic") { Donut = true, Dimensions = dimensions });
        bool Inside(int row) => Enumerable.Range(1, dimensions).All(d => Math.Abs(made.Table[$"x{d}"].Numbers[row]) <= 10.0 / 3);
        Assert.DoesNotContain(made.Split.Train.Concat(made.Split.Valid), Inside);
        Assert.Contains(made.Split.Test, Inside);
    }

    [Fact]
    public void Beta_is_the_slope()
    {
        var made = SyntheticTables.Make(new("linear") { Beta = 5.1 });
        Assert.All(made.Split.Test, r => Assert.Equal(5.1 * made.Table["x1"].Numbers[r], made.Table["y"].Numbers[r], 1e-12));
    }

    [Theory]
    [InlineData("moons", 0.5681275432482297, -0.2917744209240695, "1101110101", 2000)]
    [InlineData("circles", -0.3936957105780955, 0.7580760069260732, "1101110101", 2000)]
    [InlineData("blobs", 4.00313278544891, -0.029613393120500486, "2302323032", 2000)]
    [InlineData("ninegaussians", -10.34330654040125, -9.684611677479807, "1111111111", 1998)]
    public void Classification_points_are_scikit_learns(string function, double x1, double x2, string labels, int rows)
    {
        var table = SyntheticTables.Make(new(function)).Table;
        Assert.Equal(rows, table.RowCount);
        Assert.Equal(x1, table["x1"].Numbers[0], 1e-15);
        Assert.Equal(x2, table["x2"].Numbers[0], 1e-15);
        Assert.Equal(labels, string.Concat(table["class"].Cells.Take(10)));
    }

    [Fact]
    public void The_second_pair_of_circles_is_shifted_and_exchanged()
    {
        var table = SyntheticTables.Make(new("twocircles")).Table;
        // sin and cos of different mathematics libraries may differ in the last bit.
        Assert.Equal(4.0481690842652895, table["x1"].Numbers[1000], 1e-15);
        Assert.Equal(2.965249209773598, table["x1"].Numbers[1001], 1e-15);
        Assert.Equal(-0.1613094882175679, table["x2"].Numbers[1000], 1e-15);
        Assert.Equal(1.0570990863149523, table["x2"].Numbers[1001], 1e-15);
        Assert.Equal("111000", string.Concat(table["class"].Cells.Skip(1000).Take(6)));
    }

    [Fact]
    public void Moons_are_split_as_the_specification_says()
    {
        var made = SyntheticTables.Make(new("moons"));
        Assert.Equal((1280, 320, 400), (made.Split.Train.Count, made.Split.Valid.Count, made.Split.Test.Count));
        Assert.Equal([904, 189, 138, 1882, 1936], made.Split.Test.Take(5));
        Assert.Equal("0.95 0.27 0", Row(made, made.Split.Test[0]));
        Assert.Equal("-0.52 0.97 0", Row(made, made.Split.Test[1]));
        Assert.Equal("0.63 -0.33 1", Row(made, made.Split.Train[0]));
        Assert.Equal("0.39 0.86 0", FirstTraining(1));
        Assert.Equal("-0.21 0.68 0", FirstTraining(2));

        static string FirstTraining(int seed)
        {
            var made = SyntheticTables.Make(new("moons") { Seed = seed });
            return Row(made, made.Split.Train[0]);
        }
    }

    [Theory]
    [InlineData("circles", "0.88 0.47 0", "-0.61 -0.75 0")]
    [InlineData("blobs", "11.70 5.08 3", "6.08 -1.80 2")]
    [InlineData("twocircles", "-0.76 -0.71 0", null)]
    public void First_test_rows_are_the_specifications(string function, string first, string? second)
    {
        var made = SyntheticTables.Make(new(function));
        Assert.Equal(first, Row(made, made.Split.Test[0]));
        if (second is not null)
            Assert.Equal(second, Row(made, made.Split.Test[1]));
    }

    [Fact]
    public void A_grid_has_its_ends_and_the_last_coordinate_fastest()
    {
        var grid = SyntheticTables.Grid(-1, 1, 3, 2);
        Assert.Equal(["-1", "-1", "-1", "0", "0", "0", "1", "1", "1"], grid["x1"].Cells);
        Assert.Equal(["-1", "0", "1", "-1", "0", "1", "-1", "0", "1"], grid["x2"].Cells);
    }

    [Fact]
    public void Wrong_settings_are_refused_with_what_is_allowed()
    {
        Assert.Contains("twocircles", Refused(new("cubic")), StringComparison.Ordinal);
        Assert.Contains("1 to 1000", Refused(new("linear") { Dimensions = 0 }), StringComparison.Ordinal);
        Assert.Contains("low", Refused(new("linear") { Low = 3, High = 3 }), StringComparison.Ordinal);
        Assert.Contains("1 to 1,000,000", Refused(new("linear") { Train = 0 }), StringComparison.Ordinal);
        Assert.Contains("regression", Refused(new("moons") { Donut = true }), StringComparison.Ordinal);

        static string Refused(SyntheticSettings settings) =>
            Assert.ThrowsAny<ArgumentException>(() => SyntheticTables.Make(settings)).Message;
    }

    static string Row(SyntheticTable made, int row) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{made.Table["x1"].Numbers[row]:F2} {made.Table["x2"].Numbers[row]:F2} {made.Table["class"].Cells[row]}"
        );
}
