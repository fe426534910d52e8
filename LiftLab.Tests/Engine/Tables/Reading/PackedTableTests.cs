using System.Text;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Tests.Engine.Tables.Reading;

/// <summary>A table that is large enough to be packed is read as a small one is.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class PackedTableTests
{
    const int Rows = 260_000;

    static string[] Row(int i) =>
        [
            $"{i % 977}.{i % 7}",
            i % 9 == 4 ? "n.d." : $"{i % 500 / 10.0:0.0}",
            $"$ {1 + i % 9},{i % 1000:000}",
            i % 11 == 0 ? "NA" : new[] { "north", "süd", "Ω" }[i % 3],
            $"item {i}",
        ];

    [Fact]
    public async Task Cells_numbers_marks_and_facts_are_the_same()
    {
        var text = new StringBuilder("a;b;price;region;name\n");
        for (var i = 0; i < Rows; i++)
            text.AppendJoin(';', Row(i)).Append('\n');
        var large = (await SomeTable.ReadAsync(text.ToString())).Table;
        Assert.True(large.RowCount * large.Columns.Count > TableAssembly.Packed);
        Assert.All(large.Columns, c => Assert.True(c.Bytes < 45L * Rows, $"{c.Name}: {c.Bytes}"));
        // The first rows alone are read without packing.
        var small = (
            await SomeTable.ReadAsync(
                "a;b;price;region;name\n" + string.Concat(Enumerable.Range(0, 3_000).Select(i => string.Join(';', Row(i)) + "\n"))
            )
        ).Table;
        foreach (var column in small.Columns)
        {
            Assert.Equal(column.Cells, large[column.Name].Cells.Take(3_000));
            Assert.Equal(column.Numbers, large[column.Name].Numbers.Take(3_000));
            Assert.Equal((column.Told, column.Unit), (large[column.Name].Told, large[column.Name].Unit));
            Assert.Equal(column.Marks.Select(m => m.Text), large[column.Name].Marks.Select(m => m.Text));
        }
        Assert.Equal(Enumerable.Range(0, Rows).Count(i => i % 11 == 0), large["region"].Facts.Missing);
        Assert.Equal((3, Rows, 500), (large["region"].Facts.Distinct, large["name"].Facts.Distinct, large["b"].Facts.Distinct));
        Assert.DoesNotContain(TableCheck.Problems(large, SchemaGuess.Guess(large)), p => p.Code == "duplicate-rows");
    }

    [Fact]
    public async Task Repeated_rows_are_counted()
    {
        var text = "x,y\n" + string.Concat(Enumerable.Range(0, 600_000).Select(i => $"{i % 500_000},t{i % 500_000}\n"));
        var table = (await SomeTable.ReadAsync(text)).Table;
        var schema = new Schema([new("x", ColumnKind.Integer, ColumnRole.Target), new("y", ColumnKind.Text)], TaskKind.Regression);
        var problem = Assert.Single(TableCheck.Problems(table, schema), p => p.Code == "duplicate-rows");
        Assert.Equal(500_001, problem.Row);
        Assert.StartsWith("100000 rows repeat", problem.What, StringComparison.Ordinal);
    }
}
