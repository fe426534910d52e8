using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Tests.Engine.Tables.Reading;

/// <summary>Which sheet of a workbook is read, what is said of the others, and the limits of workbooks.</summary>
public sealed class SheetTests
{
    [Fact]
    public async Task The_first_visible_table_is_read_and_the_others_are_named()
    {
        var hidden = await TableReader.ReadAsync(CaseFile.At("hidden-first.xlsx"));
        Assert.Equal(("Data", 40), (hidden.Format.Sheet, hidden.Table.RowCount));
        Assert.Contains("'Lists' (hidden, 3 rows)", Assert.Single(hidden.Problems).What, StringComparison.Ordinal);

        var three = await TableReader.ReadAsync(CaseFile.At("three-sheets.xlsx"));
        Assert.Equal(("Loans 2024", 90), (three.Format.Sheet, three.Table.RowCount));
        Assert.Equal([("Notes", 1), ("Loans 2024", 90), ("Clean", 60)], three.Format.Sheets.Select(s => (s.Name, s.Rows)));
        Assert.Equal(["other-sheets", "title-rows", "merged-cells"], three.Problems.Select(p => p.Code).Take(3));
        Assert.Equal(30, three.Table["Region"].Cells.Count(c => c == "North"));
    }

    [Theory]
    [InlineData("Clean", "Clean")]
    [InlineData("clean ", "Clean")]
    [InlineData("3", "Clean")]
    [InlineData("1", "Notes")]
    public async Task A_sheet_is_named_or_numbered(string wanted, string sheet)
    {
        var reading = await TableReader.ReadAsync(CaseFile.At("three-sheets.xlsx"), new() { Sheet = wanted });
        Assert.Equal(sheet, reading.Format.Sheet);
        Assert.DoesNotContain(reading.Problems, p => p.Code == "other-sheets");
    }

    [Fact]
    public async Task Header_cells_that_are_merged_name_their_columns()
    {
        var reading = await TableReader.ReadAsync(CaseFile.At("merged-header.xlsx"));
        Assert.Equal(["Body mass", "Body length", "Result score", "Result soil"], reading.Table.Columns.Select(c => c.Name));
        Assert.Equal((40, "header-rows"), (reading.Table.RowCount, Assert.Single(reading.Problems).Code));
    }

    [Fact]
    public async Task A_strict_workbook_is_read()
    {
        var reading = await TableReader.ReadAsync(CaseFile.At("strict.xlsx"));
        Assert.Equal((40, 3), (reading.Table.RowCount, reading.Table.Columns.Count));
        Assert.Equal(1.3, reading.Table["mass"].Numbers[0]);
    }

    [Fact]
    public void A_cell_outside_the_sheet_is_refused_at_once()
    {
        var bytes = File.ReadAllBytes(CaseFile.At("far-cell.xlsx"));
        var start = GC.GetAllocatedBytesForCurrentThread();
        var bad = Assert.Throws<BadDataException>(() => TableReader.Read(bytes, "far", new()));
        Assert.Equal("cell-outside", bad.Problems[0].Code);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - start) >> 20, 0, 20);
    }

    [Theory]
    [InlineData("<row r=\"1\"><c r=\"XFE1\"><v>1</v></c></row>", "cell-outside")]
    [InlineData("<row r=\"1\"><c r=\"ZZZZZZZZZZZZZZ1\"><v>1</v></c></row>", "cell-outside")]
    [InlineData("<row r=\"2147483647\"><c r=\"A1\"><v>1</v></c></row>", "cell-outside")]
    public async Task Places_that_a_sheet_does_not_have_are_refused(string rows, string code) =>
        Assert.Equal(code, (await SomeTable.RefusedAsync(Workbook.Of(("Data", "A1", rows)))).Problems[0].Code);

    [Fact]
    public async Task Workbooks_that_expand_are_bounded()
    {
        var many = "<row>" + string.Concat(Enumerable.Repeat("<c><v>1</v></c>", 3000)) + "</row>";
        var cells = await SomeTable.RefusedAsync(Workbook.Of(("Data", "A1", many)), new() { MaxCells = 2000 });
        Assert.Equal("too-many-cells", cells.Problems[0].Code);
        var pieces = string.Concat(Enumerable.Repeat("<r><t>q</t></r>", 100_000));
        var rich = Workbook.Of(("Data", "A1", $"<row><c t=\"inlineStr\"><is>{pieces}</is></c></row>"));
        Assert.Equal("cell-too-long", (await SomeTable.RefusedAsync(rich)).Problems[0].Code);
    }

    [Fact]
    public async Task A_row_of_millions_of_delimiters_is_refused_in_time()
    {
        var commas = await SomeTable.RefusedAsync("a" + new string(',', 2_000_000) + "\n1\n");
        Assert.Equal("too-many-columns", commas.Problems[0].Code);
        var names = string.Join(',', Enumerable.Repeat("a", 1_000_000));
        Assert.Equal("too-many-columns", (await SomeTable.RefusedAsync(names + "\n" + names + "\n")).Problems[0].Code);
        var quoted = await SomeTable.ReadAsync($"a,b\n1,\"{new string(',', 100_000)}\"\n2,x\n");
        Assert.Equal(2, quoted.Table.RowCount);
    }

    [Fact]
    public async Task Reading_can_be_cancelled()
    {
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        var book = Workbook.Of(("Data", "A1:B3", Workbook.Row(1, "a", "b") + Workbook.Row(2, "1", "x") + Workbook.Row(3, "2", "y")));
        foreach (var bytes in (byte[][])[book, "a,b\n1,2\n"u8.ToArray()])
            Assert.ThrowsAny<OperationCanceledException>(() => TableReader.Read(bytes, "t", new(), stopped.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            TableReader.ReadAsync(new MemoryStream(book), "t.xlsx", null, stopped.Token)
        );
    }
}
