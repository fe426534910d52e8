using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Steps;

namespace LiftLab.Tests.Engine.Tables.Cells;

/// <summary>Codes that look like numbers stay what they are, or it is said with a way back.</summary>
public sealed class PartNumberTests
{
    static async Task<OpenedTable> OpenAsync(string name, string[] cells, TableReadOptions? options = null) =>
        OpenedTable.Of(
            await SomeTable.ReadAsync(
                $"{name},kind\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{cells[i % cells.Length]},{"xy"[i % 2]}\n")),
                options
            )
        );

    [Theory]
    [InlineData("part", "1E5 2E10 12E3 A1 B7")] // beside codes with a letter in front
    [InlineData("part", "1E5 1D7 3F2 2E1")] // beside codes with another letter
    [InlineData("part", "00E1 00E7 12E3 40E2")] // two of them would be 0
    [InlineData("clone", "2310009E13 4930594E02 1110020E07")] // clones of mouse genes, all of one width
    [InlineData("room", "12E3 14E1 22E9 31E4")] // rooms
    [InlineData("colour", "112233 00E100 445566 12E300")] // hexadecimal colours
    [InlineData("hash", "1234e56 12e4567 9e99999 7654321 1e5")] // abbreviated hashes
    [InlineData("icd11", "1E50 2E65 1E51.0 5A11")] // the classification of diseases
    [InlineData("seat", "1D07 2D10 12A 3C")] // an exponent of Fortran
    [InlineData("firmware", "1.9 1.10 2.0.1 1.1")] // versions
    [InlineData("version", "1.1 1.10 1.2 1.9")] // versions of two parts
    [InlineData("Note", "1 2 2- 3 3-")] // grades
    public async Task Codes_stay_text_and_it_is_said(string name, string cells)
    {
        var texts = cells.Split(' ');
        var opened = await OpenAsync(name, texts);
        Assert.Equal([.. Enumerable.Range(0, 40).Select(i => texts[i % texts.Length])], opened.Table[name].Cells);
        Assert.Contains(opened.Schema.Columns[0].Kind, (ColumnKind[])[ColumnKind.Category, ColumnKind.Identifier]);
        if (!cells.Contains('.', StringComparison.Ordinal))
            Assert.Equal(texts.Length, opened.Table[name].Cells.Distinct(ClassLabels.Same).Count());
        var said = Assert.Single(opened.Problems, p => p.Code == "codes-kept");
        Assert.Equal(("codes-kept", name, Severity.Note), (said.Code, said.Column, said.Severity));
        var back = Assert.Single(said.Remedies);
        var numbers = await OpenAsync(name, texts, TableReadOptions.Default.With(back));
        Assert.True(numbers.Schema.Columns[0].Kind.IsNumeric());
        // A workbook holds them as texts, too.
        using var book = new MemoryStream();
        await TableWriter.WriteXlsxAsync(opened.Table, book);
        var again = await SomeTable.ReadAsync(book.ToArray(), name: "x.xlsx");
        Assert.Equal(opened.Table[name].Cells, again.Table[name].Cells);
    }

    [Theory]
    [InlineData("1E5 2E10 1E4", Severity.Warning)]
    [InlineData("1E5 200 40", Severity.Warning)]
    [InlineData("1e5 1e6 2e7", Severity.Note)] // as people write powers of ten
    [InlineData("1e5 1e6 n.d.", Severity.Note)]
    public async Task Powers_of_ten_that_could_be_codes_are_numbers_and_said(string cells, Severity severity)
    {
        var opened = await OpenAsync("count", cells.Split(' '));
        Assert.True(opened.Schema.Columns[0].Kind.IsNumeric());
        Assert.Equal(100_000, opened.Table["count"].Numbers[0]);
        var said = Assert.Single(opened.Problems, p => p.Code == "codes-or-powers");
        Assert.Equal((severity, "--kind count=category"), (said.Severity, said.Remedies.Single().Option));
    }

    [Theory]
    [InlineData("1.5e5 2e-3 4")] // points and signs: measurements
    [InlineData("1E+05 2E+10 3")]
    [InlineData("1e5 -2 0.5")]
    [InlineData("1 2 3")]
    [InlineData("1.5 2.25 10.125")]
    [InlineData("-1 2- 3.5-")] // amounts with the minus behind
    [InlineData("1.234 2.345.678 3")] // grouped digits
    public async Task Numbers_are_numbers_without_a_word_about_codes(string cells)
    {
        var opened = await OpenAsync("a", cells.Split(' '));
        Assert.DoesNotContain(opened.Problems, p => p.Code.StartsWith("codes-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Dates_of_parts_and_months_are_no_versions()
    {
        var opened = await OpenAsync("since", ["01.03.2024", "15.04.2023", "03.2024"]);
        Assert.DoesNotContain(opened.Problems, p => p.Code == "codes-kept");
    }

    [Fact]
    public async Task No_bundled_table_has_such_codes()
    {
        foreach (var table in BundledTables.All)
            Assert.DoesNotContain(
                (await OpenedTable.OpenAsync(table.Name)).Problems,
                p => p.Code is "codes-kept" or "codes-or-powers" or "dates-among-texts"
            );
    }

    [Fact]
    public async Task Genes_that_became_dates_are_named()
    {
        var opened = await OpenAsync("gene", ["TP53", "BRCA1", "1-Mar", "EGFR", "2-Sep", "MYC", "KRAS2", "PTEN"]);
        var said = Assert.Single(opened.Problems, p => p.Code == "dates-among-texts");
        Assert.Equal((Severity.Warning, 3, "gene"), (said.Severity, said.Row, said.Column));
        Assert.StartsWith("10 cells look like dates ('1-Mar', '2-Sep') among names or codes", said.What, StringComparison.Ordinal);
        Assert.Empty(said.Remedies); // nobody but the person knows the names
    }

    [Fact]
    public async Task Ranges_that_became_dates_are_written_as_ranges_again()
    {
        string[] cells = ["0-4", "9-May", "14-Oct", "15-19", "20-24", "25-29", "Jan-50", "5-Sep"];
        var opened = await OpenAsync("size", cells);
        var said = Assert.Single(opened.Problems, p => p.Code == "dates-among-texts");
        var mended = opened.With(SteppedTable.Of(opened.Table, [Assert.Single(said.Remedies).Step!]));
        Assert.Equal(["0-4", "5-9", "10-14", "15-19", "20-24", "25-29", "1-50", "5-9"], mended.Table["size"].Cells.Take(8));
        Assert.DoesNotContain(mended.Problems, p => p.Code == "dates-among-texts");
    }

    [Theory]
    [InlineData("1-Mar 2-Mar 3-Apr 4-May unknown")] // days of a year: most cells are dates
    [InlineData("red blue green")]
    [InlineData("A-1 B-2 C-3")]
    public async Task Other_texts_are_no_damaged_names(string cells) =>
        Assert.DoesNotContain((await OpenAsync("a", cells.Split(' '))).Problems, p => p.Code == "dates-among-texts");

    [Fact]
    public void Exponents_of_programs_have_no_shape_of_codes()
    {
        Assert.False(
            LiftLab.Engine.Tables.Cells.PartNumbers.HasShape(1e20.ToString("R", System.Globalization.CultureInfo.InvariantCulture))
        );
        Assert.True(LiftLab.Engine.Tables.Cells.PartNumbers.HasShape("1E5"));
        Assert.False(ClassLabels.Same.Equals("00E1", "00E7"));
        Assert.True(ClassLabels.Same.Equals("1", "1.0"));
    }
}
