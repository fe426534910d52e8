using System.IO.Compression;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Reading.Workbooks;

namespace LiftLab.Tests.Engine.Tables.Reading;

/// <summary>Number formats of workbooks: units, percentages, codes, dates, times and durations.</summary>
public sealed class NumberFormatTests
{
    [Theory]
    [InlineData("0.00%", "%")]
    [InlineData("#,##0.00 \"€\"", "€")]
    [InlineData("_-* #,##0.00 \"€\"_-;-* #,##0.00 \"€\"_-;_-* \"-\"?? \"€\"_-;_-@_-", "€")]
    [InlineData("_($* #,##0.00_);_($* (#,##0.00);_($* \"-\"??_);_(@_)", "$")]
    [InlineData("[$£-809]#,##0.00;[Red]-[$£-809]#,##0.00", "£")]
    [InlineData("[$CHF] #,##0", "CHF")]
    [InlineData("0.0\" kg\"", "kg")]
    [InlineData("General\" years\"", "years")]
    [InlineData("0.0\\ \\k\\g", "kg")]
    [InlineData("0.0,\"K\"", "")]
    [InlineData("#,##0.0,,\"M €\"", "€")]
    [InlineData("0.00E+00", "")]
    [InlineData("# ?/?", "")]
    [InlineData("# ??/100", "")]
    [InlineData("#,##0.00_);(#,##0.00)", "")]
    [InlineData("\"No. \"0", "")]
    [InlineData("General", "")]
    public void A_unit_is_found_in_a_format(string format, string unit)
    {
        var read = NumberFormat.Of(format);
        Assert.Equal((unit, unit == "%", null), (read.Unit, read.IsPercent, read.Kind));
    }

    [Theory]
    [InlineData("dd.mm.yyyy", ColumnKind.Date)]
    [InlineData("m/d/yy h:mm", ColumnKind.Date)]
    [InlineData("[$-409]d-mmm-yy;@", ColumnKind.Date)]
    [InlineData("h:mm AM/PM", ColumnKind.Time)]
    [InlineData("hh:mm:ss.000", ColumnKind.Time)]
    [InlineData("[h]:mm:ss", ColumnKind.Duration)]
    [InlineData("mm:ss.0", ColumnKind.Duration)]
    public void Formats_of_dates_times_and_durations_differ(string format, ColumnKind kind) =>
        Assert.Equal(kind, NumberFormat.Of(format).Kind);

    [Theory]
    [InlineData("00000", 1234, "01234")]
    [InlineData("000-00-0000", 78051120, "078-05-1120")]
    [InlineData("\"ID-\"0000", 42, "ID-0042")]
    [InlineData("000", 12345, "12345")]
    public void Codes_are_read_as_shown(string format, double number, string shown) =>
        Assert.Equal(shown, NumberFormat.Of(format).Masked(number));

    [Fact]
    public async Task Units_of_formats_are_the_units_of_columns_and_said()
    {
        var opened = await OpenAsync(
            ["0.0%", "#,##0.00 \"€\"", "0.0\" kg\"", "0.00E+00", "# ?/?"],
            ["rate", "price", "mass", "count", "part", "kind"],
            Row => [(0.07 + Row / 100.0, 0), (1200.5 + Row, 1), (3 + Row, 2), (1.5e6 * (Row + 1), 3), (Row + 0.5, 4)]
        );
        Assert.Equal(["%", "€", "kg", null, null, null], opened.Schema.Columns.Select(c => c.Unit));
        Assert.Equal(["7", "8"], opened.Table["rate"].Cells.Take(2));
        Assert.Equal([1200.5, 1201.5], opened.Table["price"].Numbers.Take(2));
        Assert.Equal([1.5e6, 3e6], opened.Table["count"].Numbers.Take(2));
        Assert.Equal([0.5, 1.5], opened.Table["part"].Numbers.Take(2));
        Assert.Equal(
            [("percent-format", "rate"), ("unit-in-format", "price"), ("unit-in-format", "mass")],
            opened.Reading.Problems.Select(p => (p.Code, p.Column))
        );
        Assert.All(opened.Reading.Problems, p => Assert.Equal(Severity.Note, p.Severity));
    }

    [Fact]
    public async Task A_person_can_keep_the_stored_fractions_and_another_file_is_read_alike()
    {
        var bytes = Workbook.Formatted(["0%"], [("rate", -1), ("kind", -1)], [("0.5", 0), ("a", -1)], [("0.25", 0), ("b", -1)]);
        var shown = await SomeTable.ReadAsync(bytes);
        Assert.Equal([50, 25], shown.Table["rate"].Numbers);
        Assert.Equal([50, 25], (await SomeTable.ReadAsync(bytes, shown.AsRead)).Table["rate"].Numbers);
        var stored = await SomeTable.ReadAsync(bytes, TableReadOptions.Default.With(shown.Problems.Single().Remedies.Single()));
        Assert.Equal([0.5, 0.25], stored.Table["rate"].Numbers);
        Assert.Contains("stored fractions", stored.Problems.Single().What, StringComparison.Ordinal);
        // A run on fractions is asked with fractions, however they are formatted.
        Assert.Equal([0.5, 0.25], (await SomeTable.ReadAsync(bytes, stored.AsRead)).Table["rate"].Numbers);
    }

    [Fact]
    public async Task Formats_that_differ_within_a_column_are_warned_of()
    {
        var opened = await OpenAsync(
            ["0%", "\"$\"#,##0", "#,##0 \"€\""],
            ["rate", "price", "some", "kind"],
            row => [(0.5, row == 3 ? -1 : 0), (100 + row, row % 2 == 0 ? 1 : 2), (row, row == 0 ? 1 : -1)]
        );
        Assert.Equal([0.5, 0.5], opened.Table["rate"].Numbers.Take(2));
        Assert.Equal([null, null, "$", null], opened.Schema.Columns.Select(c => c.Unit));
        Assert.Equal(
            [
                ("percent-format", "rate", Severity.Warning),
                ("units-differ", "price", Severity.Warning),
                ("unit-in-format", "some", Severity.Warning),
            ],
            opened.Reading.Problems.Select(p => (p.Code, p.Column, p.Severity))
        );
    }

    [Fact]
    public async Task Percent_texts_among_percent_numbers_are_the_same_percentages()
    {
        var opened = await OpenAsync(["0%"], ["rate", "kind"], row => [row == 2 ? ("12%", -1) : (0.5, 0)]);
        Assert.Equal([50, 50, 12, 50], opened.Table["rate"].Numbers.Take(4));
    }

    [Fact]
    public async Task Headers_and_totals_have_no_say_in_formats()
    {
        (string, int)[][] rows =
        [
            [("product", -1), ("2023", -1), ("2024", -1)],
            .. Enumerable.Range(0, 8).Select(i => new[] { ($"p{i}", -1), ("0.1", 0), ($"0.{i + 1}", 0) }),
            [("Total", -1), ("0.8", -1), ("3.6", -1)],
        ];
        var reading = await SomeTable.ReadAsync(Workbook.Formatted(["0%"], rows));
        Assert.Equal((8, 10), (reading.Table.RowCount, reading.Table["2023"].Numbers[0]));
    }

    [Fact]
    public async Task Dates_times_and_durations_are_read_as_such()
    {
        var opened = await OpenAsync(
            ["dd.mm.yyyy", "h:mm", "[h]:mm:ss", "mm:ss", "00000"],
            ["day", "start", "total", "lap", "zip", "kind"],
            row => [(45000 + row, 0), (0.5 + row / 100.0, 1), (1.25 + row, 2), (0.001 + row / 10000.0, 3), (1230 + row, 4)]
        );
        Assert.Equal(
            [ColumnKind.Date, ColumnKind.Time, ColumnKind.Duration, ColumnKind.Duration, ColumnKind.Identifier],
            opened.Schema.Columns.Take(5).Select(c => c.Kind)
        );
        Assert.Equal("2023-03-15", opened.Table["day"].Cells[0]);
        Assert.Equal(12, opened.Table["start"].Numbers[0]);
        Assert.Equal(30 * 3600, opened.Table["total"].Numbers[0]);
        Assert.Equal(86.4, opened.Table["lap"].Numbers[0], 1e-3);
        Assert.Equal("01230", opened.Table["zip"].Cells[0]);
        Assert.Equal(["h", "s", "s"], opened.Schema.Columns.Skip(1).Take(3).Select(c => c.Unit));
        Assert.Equal(["times", "durations", "durations", "code-format"], opened.Reading.Problems.Select(p => p.Code));
    }

    [Fact]
    public async Task Errors_are_marks_and_formulas_without_results_are_said()
    {
        const string formula = "<c><f>A1*2</f></c>";
        var rows =
            Workbook.Row(1, "a", "b", "c")
            + "<row r=\"2\"><c><v>1</v></c><c t=\"e\"><v>#DIV/0!</v></c>"
            + formula
            + "</row>"
            + "<row r=\"3\"><c><v>2</v></c><c><v>5</v></c><c><f>A1</f><v>7</v></c></row>"
            + "<row r=\"4\"><c><v>3</v></c><c t=\"e\"><f>A1/B9</f><v>#N/A</v></c>"
            + formula
            + "</row>";
        var reading = await SomeTable.ReadAsync(Workbook.Of(("Data", "A1:C4", rows)));
        Assert.Equal([new("#DIV/0!", 1, 1), new("#N/A", 1, 3)], reading.Table["b"].Marks);
        Assert.Equal(["", "7", ""], reading.Table["c"].Cells);
        var said = Assert.Single(reading.Problems);
        Assert.Equal("formula-without-result", said.Code);
        Assert.StartsWith("2 cells have formulas", said.What, StringComparison.Ordinal);
        Assert.Contains("C2", said.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sheets_are_counted_as_they_are_read()
    {
        var table = Workbook.Row(1, "Report") + Workbook.Row(2, "a", "b") + Data(3, 5) + Workbook.Row(8, "Total", "15");
        var book = Workbook.Of(("One", "A1", table), ("Two", "A1", Workbook.Row(1, "x", "y") + Data(2, 4)), ("Empty", "A1", ""));
        var reading = await SomeTable.ReadAsync(book);
        Assert.Equal([("One", 5), ("Two", 4), ("Empty", 0)], reading.Format.Sheets.Select(s => (s.Name, s.Rows)));
        Assert.Contains("(5 rows); the workbook also has 'Two' (4 rows)", reading.Problems[0].What, StringComparison.Ordinal);
        foreach (var sheet in reading.Format.Sheets.Take(2))
            Assert.Equal(sheet.Rows, (await SomeTable.ReadAsync(book, new() { Sheet = sheet.Name })).Table.RowCount);

        static string Data(int from, int count) =>
            string.Concat(Enumerable.Range(0, count).Select(i => Workbook.Row(from + i, i % 2 == 0 ? "p" : "q", $"{i + 1}")));
    }

    [Fact]
    public async Task Percentages_currencies_and_units_of_open_documents_are_read()
    {
        static string Cell(string type, string value, string shown, string more = "") =>
            $"<table:table-cell office:value-type=\"{type}\" office:value=\"{value}\"{more}><text:p>{shown}</text:p></table:table-cell>";
        var rows = string.Concat(
            Enumerable
                .Range(1, 6)
                .Select(i =>
                    "<table:table-row>"
                    + Cell("percentage", $"0.{i}", $"{i}0 %")
                    + Cell("currency", $"{i}", $"{i},00 €", " office:currency=\"EUR\"")
                    + Cell("float", $"{i}.5", $"{i},5 kg")
                    + Cell("float", $"{i}", $"{i}")
                    + "</table:table-row>"
                )
        );
        var reading = await SomeTable.ReadAsync(OpenDocument(["rate", "price", "mass", "plain"], rows));
        Assert.Equal(["%", "EUR", "kg", null], reading.Table.Columns.Select(c => c.Unit));
        Assert.Equal([10, 1, 1.5, 1], reading.Table.Columns.Select(c => c.Numbers[0]));
    }

    static byte[] OpenDocument(string[] names, string rows)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, true))
        {
            Workbook.Put(zip, "mimetype", "application/vnd.oasis.opendocument.spreadsheet");
            Workbook.Put(
                zip,
                "content.xml",
                "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:spreadsheet><table:table table:name=\"S\"><table:table-row>"
                    + string.Concat(
                        names.Select(n => $"<table:table-cell office:value-type=\"string\"><text:p>{n}</text:p></table:table-cell>")
                    )
                    + "</table:table-row>"
                    + rows
                    + "</table:table></office:spreadsheet></office:body></office:document-content>"
            );
        }
        return stream.ToArray();
    }

    /// <summary>Twelve rows with the given cells and a class of two values.</summary>
    static async Task<OpenedTable> OpenAsync(string[] formats, string[] names, Func<int, (object Value, int Format)[]> row)
    {
        (string, int)[][] rows =
        [
            [.. names.Select(n => (n, -1))],
            .. Enumerable
                .Range(0, 12)
                .Select(i =>
                    ((string, int)[])
                        [
                            .. row(i)
                                .Select(c => (Convert.ToString(c.Value, System.Globalization.CultureInfo.InvariantCulture)!, c.Format)),
                            (i % 2 == 0 ? "a" : "b", -1),
                        ]
                ),
        ];
        return OpenedTable.Of(await SomeTable.ReadAsync(Workbook.Formatted(formats, rows)));
    }
}
