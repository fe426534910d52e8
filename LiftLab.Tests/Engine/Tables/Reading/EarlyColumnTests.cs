using System.Globalization;
using System.Text;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Reading.Delimited;

namespace LiftLab.Tests.Engine.Tables.Reading;

/// <summary>A column that is read before its table is that of the table, or it is not given.</summary>
public sealed class EarlyColumnTests
{
    const int Rows = 5_000;

    static string Text(Func<int, string> row, string header = "a,b,class", string end = "\n") =>
        header + end + string.Concat(Enumerable.Range(0, Rows).Select(i => row(i) + end));

    /// <summary>The text continues only when the column has come or is known not to come.</summary>
    static async Task<(Column? Early, Column Own)> ReadAsync(string text, string name)
    {
        var come = new TaskCompletionSource<Column>(TaskCreationOptions.RunContinuationsAsynchronously);
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, text);
            var reading = await TableReader.ReadAsync(path, null, new(name, c => come.TrySetResult(c)) { Smallest = 0 }, default);
            // The table may be read before the column: it is then read alone, as on a machine that is slower.
            var alone = await Task.Run(() => CsvTable.Early(Encoding.UTF8.GetBytes(text), name, TableReadOptions.Default));
            if (come.Task.IsCompletedSuccessfully)
                Assert.Equal(alone!.Cells, (await come.Task).Cells);
            return (alone, reading.Table[name]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    static string Number(double x) => x.ToString("0.00", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("class")]
    [InlineData("a")]
    [InlineData("b")]
    public async Task Cells_numbers_marks_unit_and_head_are_the_same(string name)
    {
        var (early, own) = await ReadAsync(
            Text(i => $"{Number(i % 977 / 7.0)},{(i % 9 == 4 ? "n.d." : $"{i % 50} kg")},{"xyz"[i % 3]}"),
            name
        );
        Assert.NotNull(early);
        Assert.Equal(own.Cells, early.Cells);
        Assert.Equal(own.Numbers, early.Numbers);
        Assert.Equal((own.Told, own.Unit, own.LeftOut), (early.Told, early.Unit, early.LeftOut));
        Assert.Equal(own.Marks, early.Marks);
        var schema = new Schema(
            [new(name, early.Unit is null ? ColumnKind.Category : ColumnKind.Number, ColumnRole.Target)],
            TaskKind.Classification
        );
        var (a, b) = (Head(own), Head(early));
        Assert.Equal(a.Column.Top, b.Column.Top);
        Assert.Equal(a.Column with { Top = [], Numbers = null }, b.Column with { Top = [], Numbers = null });
        Assert.Equal(a.Bars!.Bars.Select(x => x.Rows), b.Bars!.Bars.Select(x => x.Rows));

        ColumnHead Head(Column column) => TableHeads.Of(new("t", [column]), schema).Of(schema.Columns[0]);
    }

    [Fact]
    public async Task The_decimal_mark_comes_from_the_other_columns_too()
    {
        // 1,125 alone could be either; the commas of b are decimal.
        var (early, own) = await ReadAsync(Text(i => $"{1 + i % 8},{100 + i % 899};{i % 90},5;k{i % 2}", "a;b;class"), "a");
        Assert.Equal(own.Numbers, early!.Numbers);
        Assert.Equal(1.1, early.Numbers[0]);
    }

    [Fact]
    public async Task Not_given_where_rows_are_left_out_or_held_back()
    {
        var plain = Text(i => $"{i},{i % 7},{"xyz"[i % 3]}");
        foreach (
            var text in (string[])
                [
                    plain + $"Total,{Enumerable.Range(0, Rows).Sum(i => i % 7)},\n",
                    plain + "1,2,x,4\n",
                    plain + "a,b,class\n",
                    plain + "\"1,2,x\n",
                    plain + "\nNote: these are made up\n",
                ]
        )
            Assert.Null((await ReadAsync(text, "a")).Early);
        Assert.NotNull((await ReadAsync(plain, "a")).Early);
        Assert.Null(CsvTable.Early(Encoding.UTF8.GetBytes(plain), "no such column", TableReadOptions.Default));
    }

    [Fact]
    public void Facts_of_a_text_are_those_of_a_look_at_every_character()
    {
        var random = new Random(11);
        for (var round = 0; round < 300; round++)
        {
            var text = string.Concat(
                Enumerable.Range(0, random.Next(90_000)).Select(_ => "ab,;\r\n\n\"'“\\\u0001\u007f x"[random.Next(15)])
            );
            using var reader = new StringReader(text);
            var facts = TextFacts.Of(reader, default);
            var both = text.Split("\r\n").Length - 1;
            Assert.Equal(both, facts.BothLines);
            Assert.Equal(text.Count(c => c == '\n') - both, facts.FeedLines);
            Assert.Equal(text.Count(c => c == '\r') - both, facts.ReturnLines);
            Assert.Equal(text.Count(c => c is '\u0001' or '\u007f'), facts.Controls);
            Assert.Equal(text.Split('\r', '\n').Max(l => l.Length), facts.LongestLine);
            Assert.Equal(text.Contains('"', StringComparison.Ordinal), facts.HasQuote);
            Assert.Equal(text.Contains("\\\"", StringComparison.Ordinal), facts.HasBackslashQuote);
            round += 10; // long texts cross the blocks in which they are read
        }
    }

    [Fact]
    public void Short_numbers_are_those_of_the_library()
    {
        var random = new Random(5);
        string[] odd =
        [
            "0",
            "-0",
            "+5",
            "5.",
            ".5",
            "-.5",
            "1.000",
            "999999999999999",
            "0.00000000000001",
            "123456789012345.",
            "00012",
            "-",
            ".",
            "+.",
            "1..2",
            "--1",
            "1 ",
        ];
        for (var i = 0; i < 20_000; i++)
        {
            var digits = string.Concat(Enumerable.Range(0, random.Next(1, 18)).Select(_ => (char)('0' + random.Next(10))));
            var text =
                i < odd.Length
                    ? odd[i]
                    : (random.Next(3) == 0 ? "-" : "") + digits.Insert(random.Next(digits.Length + 1), random.Next(4) == 0 ? "" : ".");
            var own = Column.ParseNumber(text);
            var library = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var x) ? x : double.NaN;
            Assert.True(BitConverter.DoubleToInt64Bits(library) == BitConverter.DoubleToInt64Bits(own), text);
        }
    }
}
