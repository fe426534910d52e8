using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Cells;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Tests.Engine.Tables.Cells;

public sealed class CellReadingTests
{
    [Theory]
    [InlineData("1,234.50", '.', "1234.50", "")]
    [InlineData("1.234,50 €", ',', "1234.50", "€")]
    [InlineData("$5", '.', "5", "$")]
    [InlineData("-$5", '.', "-5", "$")]
    [InlineData("$(1,234)", '.', "-1234", "$")]
    [InlineData("US$ 1,200", '.', "1200", "US$")]
    [InlineData("EUR 5.5", '.', "5.5", "EUR")]
    [InlineData("12 %", '.', "12", "%")]
    [InlineData("80.5 kg", '.', "80.5", "kg")]
    [InlineData("12kg", '.', "12", "kg")]
    [InlineData("(133.74)", '.', "-133.74", "")]
    [InlineData("133.74-", '.', "-133.74", "")]
    [InlineData("−7", '.', "-7", "")]
    [InlineData("1D+02", '.', "1e+02", "")]
    [InlineData("1.5×10^3", '.', "1.5e3", "")]
    [InlineData("2.5·10⁻³", '.', "2.5e-3", "")]
    [InlineData("12,34,567", '.', "1234567", "")]
    [InlineData("1’234’567", '.', "1234567", "")]
    [InlineData("12.3*", '.', "12.3", "")]
    [InlineData("5 [a]", '.', "5", "")]
    [InlineData("12 m²", '.', "12", "m²")]
    [InlineData("١٢٣", '.', "123", "")]
    public void Numbers_as_people_write_them(string cell, char mark, string text, string unit)
    {
        var number = NumberNotation.Read(cell, mark);
        Assert.Equal((text, unit), (number?.Text, number?.Unit));
    }

    [Theory]
    [InlineData("sp0")]
    [InlineData("Q1")]
    [InlineData("12A")]
    [InlineData("1st")]
    [InlineData("10-20")]
    [InlineData("6+")]
    [InlineData("<0.10")]
    [InlineData("5 pm")]
    [InlineData("1,23,45")]
    [InlineData("(5")]
    [InlineData("3x4")]
    [InlineData("12/25")]
    [InlineData("221B Baker Street")]
    public void Codes_ranges_and_phrases_are_no_numbers(string cell) => Assert.Null(NumberNotation.Read(cell, '.'));

    [Theory]
    [InlineData("2024-03-01", "2024-03-01")]
    [InlineData("2024/3/1", "2024-03-01")]
    [InlineData("1.3.2024", "2024-03-01")]
    [InlineData("31/03/2024", "2024-03-31")]
    [InlineData("03/31/24", "2024-03-31")]
    [InlineData("1 March 2024", "2024-03-01")]
    [InlineData("Mar 1, 2024", "2024-03-01")]
    [InlineData("01-MAR-99", "1999-03-01")]
    [InlineData("Fri, 01 Mar 2024 14:30:05 GMT", "2024-03-01 14:30:05")]
    [InlineData("2024-03-01T14:30:00Z", "2024-03-01 14:30:00")]
    [InlineData("3/31/2024 2:30 PM", "2024-03-31 14:30:00")]
    [InlineData("1. März 2024", "2024-03-01")]
    [InlineData("2024-03", "2024-03-01")]
    [InlineData("31.02.2024", null)]
    [InlineData("2024-25", null)]
    [InlineData("1.2.3", null)]
    [InlineData("192.168.0.1", null)]
    public void Dates_as_people_write_them(string cell, string? expected) =>
        Assert.Equal(expected, DateNotation.Read(cell, DateOrder.DayFirst)?.Text);

    [Theory]
    [InlineData("26:15:00", true, 94500)]
    [InlineData("75:30", false, 4530)]
    [InlineData("1h 30m", true, 5400)]
    [InlineData("2 days 03:04:05", true, 183845)]
    [InlineData("PT1H30M", true, 5400)]
    [InlineData("45 min", true, 2700)]
    public void Durations_are_seconds(string cell, bool clock, double seconds) => Assert.Equal(seconds, DurationNotation.Read(cell, clock));

    [Theory]
    [InlineData("0:20,1:15,2:30,23:59", ColumnKind.Time)]
    [InlineData("20:20,31:15,42:30,53:59", ColumnKind.Duration)]
    [InlineData("1h 5m,45m,2h,1h 10m", ColumnKind.Duration)]
    [InlineData("01.02.2024,13.02.2024,unknown,05.03.2024", ColumnKind.Date)]
    [InlineData("007,012,112,007", ColumnKind.Category)]
    [InlineData("2,10,J,Q,K,A,3,4", ColumnKind.Category)]
    [InlineData("1,2,3,4,5,6+,6+", ColumnKind.Category)]
    [InlineData("1.5,<0.1,2.5,..", ColumnKind.Number)]
    [InlineData("1.5,lost,2.5,broken,3.5", ColumnKind.Number)]
    public async Task The_kind_of_a_column(string cells, ColumnKind kind)
    {
        var text = "when;x\n" + string.Concat(cells.Split(',').Select((c, i) => $"{c};{i}.5\n"));
        var reading = await SomeTable.ReadAsync(text);
        Assert.Equal(kind, SchemaGuess.Guess(reading.Table).Columns[0].Kind);
    }

    [Fact]
    public async Task A_column_of_grouped_digits_in_a_file_of_decimal_commas_is_the_same_in_the_copy_of_a_run()
    {
        var rows = string.Concat(Enumerable.Range(0, 30).Select(i => $"{i},5;\"1,234,{100 + i}\";{(i % 2 == 0 ? "a" : "b")}\n"));
        var reading = await SomeTable.ReadAsync("mass;people;kind\n" + rows);
        Assert.Equal(1234100, reading.Table["people"].Numbers[0]);
        Assert.Contains(reading.Problems, p => p is { Code: "grouped-digits", Column: "people" });
        await SameAsWritten(reading.Table);
    }

    [Theory]
    [InlineData("1,234")]
    [InlineData("$5")]
    [InlineData("NA")]
    [InlineData("01.02.2024")]
    [InlineData("(5)")]
    public async Task Own_copies_are_read_as_written(string cell) =>
        await SameAsWritten(SomeTable.Of(("x", [cell, cell, "1"]), ("y", ["a", "b", "c"])));

    static async Task SameAsWritten(Table table)
    {
        using var output = new StringWriter();
        TableWriter.WriteCsv(table, output, defuse: false);
        var copy = (await SomeTable.ReadAsync(output.ToString(), TableReadOptions.Plain)).Table;
        foreach (var column in table.Columns)
            Assert.Equal(column.Cells, copy[column.Name].Cells);
    }

    [Fact]
    public async Task Another_file_is_read_as_the_first_was()
    {
        const string first = "sum;state\n\"52,000\";NA\n932;x\n\"1,250\";x\n\"7,300\";x\nn.d.;NA\n";
        var options = TableReadOptions.Default.With(Remedy.Word("state", "NA"));
        var reading = await SomeTable.ReadAsync(first, options);
        var json = System.Text.Json.JsonSerializer.Serialize(reading.AsRead, RunJson.Line);
        var stored = System.Text.Json.JsonSerializer.Deserialize<TableReadOptions>(json, RunJson.Line)!;
        var second = (await SomeTable.ReadAsync("sum;state\n\"3,500\";NA\nn.d.;x\n", stored)).Table;
        Assert.Equal(["3500", ""], second["sum"].Cells);
        Assert.Equal(["NA", "x"], second["state"].Cells);
    }

    [Theory]
    [InlineData("--kind", "price=category", "price", "$5")]
    [InlineData("--word", "n=none", "n", "none")]
    [InlineData("--missing", "k=b", "k", "")]
    [InlineData("--merge", "k=b=a", "k", "a")]
    [InlineData("--merge-rare", "k=2", "k", "other")]
    public async Task Guesses_are_overruled_on_the_command_line(string option, string value, string column, string lastCell)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".csv");
        await File.WriteAllTextAsync(path, "price,n,k,y\n$4,1,a,1\n$6,2,a,0\n$7,none,c,1\n$5,none,b,0\n");
        try
        {
            var (_, output, error) = await CommandLine.RunAsync("profile", path, option, value, "--json");
            Assert.Equal("", error);
            var columns = System.Text.Json.JsonDocument.Parse(output).RootElement.GetProperty("columns");
            var of = columns.EnumerateArray().Single(c => c.GetProperty("name").GetString() == column);
            var top = of.GetProperty("top").EnumerateArray().Select(t => t.GetProperty("value").GetString()).ToArray();
            if (lastCell.Length == 0)
                Assert.Equal(1, of.GetProperty("missing").GetInt32());
            else
                Assert.Contains(lastCell, top);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("São", "Sa\u0303o", "the Unicode form of their characters")]
    [InlineData("yes", "Yes", "case")]
    [InlineData("left out", "left  out", "blanks")]
    [InlineData("Coca", "Сoca", "letters of another script")]
    [InlineData("high", "high.", "a final stop")]
    public void Labels_that_look_alike_are_found(string a, string b, string difference)
    {
        var column = new Column("k", [.. Enumerable.Repeat(a, 20), .. Enumerable.Repeat(b, 10), "other"]);
        var found = Assert.Single(LookAlikes.Of(column));
        Assert.Equal((difference, a), (found.Difference, found.Labels[0].Value));
    }

    [Fact]
    public void A_linear_map_of_the_target_is_said_and_a_noisy_one_is_not()
    {
        string[] celsius = [.. Enumerable.Range(0, 60).Select(i => $"{i * 7 % 40}.{i % 10}")];
        var exact = SomeTable.Of(
            (
                "f",
                [
                    .. celsius.Select(c =>
                        (Column.ParseNumber(c) * 1.8 + 32).ToString("0.0", System.Globalization.CultureInfo.InvariantCulture)
                    ),
                ]
            ),
            (
                "g",
                [
                    .. celsius.Select(
                        (c, i) => (Column.ParseNumber(c) + i % 5).ToString("0.0", System.Globalization.CultureInfo.InvariantCulture)
                    ),
                ]
            ),
            ("temp", celsius)
        );
        var said = Assert.Single(TableCheck.Problems(exact, exact.Schema("temp", TaskKind.Regression)), p => p.Code == "says-the-target");
        Assert.Equal("f", said.Column);
    }
}
