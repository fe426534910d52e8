using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.RandomNumbers;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Tests.Engine.Tables;

public sealed class TableWriterTests
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+cmd", "'+cmd")]
    [InlineData("-cmd", "'-cmd")]
    [InlineData("@sum", "'@sum")]
    [InlineData("\tx", "'\tx")]
    [InlineData("\rx", "'\rx")]
    [InlineData("＝1+1", "'＝1+1")]
    [InlineData("＋1", "'＋1")]
    [InlineData("－1", "'－1")]
    [InlineData("＠x", "'＠x")]
    [InlineData("  =1+1", "'  =1+1")]
    [InlineData("-1.5", "-1.5")]
    [InlineData("+2e3", "+2e3")]
    [InlineData("-1,234.5", "-1,234.5")]
    [InlineData("-12.5 %", "-12.5 %")]
    [InlineData("-$5", "-$5")]
    [InlineData("-5+1", "'-5+1")]
    [InlineData("-5 kg|x", "'-5 kg|x")]
    [InlineData("a=b", "a=b")]
    [InlineData("", "")]
    public void Formulas_are_defused_and_numbers_stay(string cell, string expected) => Assert.Equal(expected, TableWriter.Defused(cell));

    [Fact]
    public void Csv_quotes_what_needs_it()
    {
        using var output = new StringWriter();
        TableWriter.WriteCsv(SomeTable.Of(("a, b", ["x", "say \"hi\"", "two\nlines", ""]), ("=n", ["1", "-2", "=3", " y "])), output);
        Assert.Equal("\"a, b\",'=n\nx,1\n\"say \"\"hi\"\"\",-2\n\"two\nlines\",'=3\n,\" y \"\n", output.ToString());
    }

    [Fact]
    public async Task Random_tables_survive_being_written_and_read()
    {
        string[] pieces = ["a", "B c", "1", "-2.5", "", ",", ";", "\"", "\n", "ü", "=x", "x,y", "é|è", "0", "'", "日本", "tab\there"];
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new NumpyRandom(seed);
            int columns = random.Integer(1, 6),
                rows = random.Integer(1, 30);
            string Cell() =>
                string.Concat(Enumerable.Range(0, random.Integer(0, 3)).Select(_ => pieces[random.Integer(0, pieces.Length)])).Trim();
            // The first cell of each row has a value: readers skip blank rows.
            var table = new Table(
                "t",
                [
                    .. Enumerable
                        .Range(0, columns)
                        .Select(c => new Column(
                            $"column {(char)('a' + c)}",
                            [.. Enumerable.Range(0, rows).Select(_ => c == 0 ? "w" + Cell() : Cell())]
                        )),
                ]
            );
            using var output = new StringWriter();
            TableWriter.WriteCsv(table, output, defuse: false);
            var back = await SomeTable.ReadAsync(output.ToString(), TableReadOptions.Plain);
            Assert.Equal(table.Columns.Select(c => c.Name), back.Table.Columns.Select(c => c.Name));
            foreach (var column in table.Columns)
                Assert.Equal(column.Cells, back.Table[column.Name].Cells);
            Assert.Empty(back.Problems);
        }
    }
}
