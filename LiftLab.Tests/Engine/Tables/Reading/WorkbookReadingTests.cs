using System.Globalization;
using System.IO.Compression;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Tests.Engine.Tables.Reading;

public sealed class WorkbookReadingTests
{
    static readonly string Small =
        Workbook.Row(1, "size", "kind") + Workbook.Row(2, "1.5", "a") + Workbook.Row(3, "0.1", "b") + Workbook.Row(4, "", "a");

    [Fact]
    public async Task Numbers_texts_and_empty_cells_are_read()
    {
        var reading = await SomeTable.ReadAsync(Workbook.Of(("Data", "A1:B4", Small)), name: "flowers.xlsx");
        Assert.Equal(("xlsx", "Data", "flowers"), (reading.Format.Kind, reading.Format.Sheet, reading.Table.Name));
        Assert.Equal(["1.5", "0.1", ""], reading.Table["size"].Cells);
        Assert.Equal(["a", "b", "a"], reading.Table["kind"].Cells);
    }

    [Fact]
    public async Task The_first_sheet_with_cells_is_taken_unless_another_is_named()
    {
        var book = Workbook.Of(
            ("Empty", "A1", ""),
            ("Small", "A1:B4", Small),
            ("Other", "A1:A3", Workbook.Row(1, "x") + Workbook.Row(2, "7") + Workbook.Row(3, "8"))
        );
        var first = await SomeTable.ReadAsync(book);
        Assert.Equal("Small", first.Format.Sheet);
        Assert.Equal(["Empty", "Small", "Other"], first.Format.SheetNames);
        Assert.Equal(["7", "8"], (await SomeTable.ReadAsync(book, new() { Sheet = "Other" })).Table["x"].Cells);
        var bad = await SomeTable.RefusedAsync(book, new() { Sheet = "Othr" });
        Assert.Equal("no-such-sheet", bad.Problems[0].Code);
        Assert.Contains("Empty, Small, Other", bad.Problems[0].WhatToDo, StringComparison.Ordinal);
    }

    /// <summary>Other programs than Excel write all digits of a number, which a double does not hold.</summary>
    [Fact]
    public async Task Whole_numbers_of_more_than_fifteen_digits_keep_their_digits()
    {
        string[] ids = ["1234567890123456789", "-12345678901234567", "1234567890123457", "123456789012345"];
        var rows = Workbook.Row(1, "id", "kind") + string.Concat(ids.Select((id, i) => Workbook.Row(i + 2, id, "ab"[(i % 2)..][..1])));
        var reading = await SomeTable.ReadAsync(Workbook.Of(("Data", "A1:B5", rows)));
        Assert.Equal(ids, reading.Table["id"].Cells);
        var result = "<row r=\"6\"><c><f>A2</f><v>9007199254740993</v></c><c t=\"inlineStr\"><is><t>9007199254740995</t></is></c></row>";
        reading = await SomeTable.ReadAsync(Workbook.Of(("Data", "A1:B6", rows + result)));
        Assert.Equal(("9007199254740993", "9007199254740995"), (reading.Table["id"].Cells[4], reading.Table["kind"].Cells[4]));
    }

    /// <summary>The parts of a file come in pieces: no number is cut where a piece ends.</summary>
    [Fact]
    public async Task Long_numbers_of_a_long_sheet_are_the_same_as_in_a_text_file()
    {
        var ids = Enumerable.Range(0, 5_000).Select(i => (1_234_567_890_123_456_789 + 7_919L * i).ToString(CultureInfo.InvariantCulture));
        string[] cells = [.. ids];
        var rows = Workbook.Row(1, "id", "kind") + string.Concat(cells.Select((id, i) => Workbook.Row(i + 2, id, "ab"[(i % 2)..][..1])));
        var text = "id,kind\n" + string.Concat(cells.Select((id, i) => $"{id},{"ab"[i % 2]}\n"));
        var book = await SomeTable.ReadAsync(Workbook.Of(("Data", "A1", rows)));
        var file = await SomeTable.ReadAsync(System.Text.Encoding.UTF8.GetBytes(text), name: "ids.csv");
        Assert.Equal(cells, book.Table["id"].Cells);
        Assert.Equal(file.Table["id"].Cells, book.Table["id"].Cells);
        Assert.Equal(SchemaGuess.Guess(file.Table).Columns[0].Kind, SchemaGuess.Guess(book.Table).Columns[0].Kind);
    }

    [Fact]
    public async Task A_number_whose_text_is_in_pieces_is_not_taken_by_its_first_piece()
    {
        const string Pieces = "<row r=\"5\"><c><v>1234567890123456<![CDATA[7]]></v></c><c t=\"inlineStr\"><is><t>a</t></is></c></row>";
        var reading = await SomeTable.ReadAsync(Workbook.Of(("Data", "A1:B5", Small + Pieces)));
        Assert.DoesNotContain("1234567890123456", reading.Table["size"].Cells);
    }

    [Fact]
    public async Task An_old_workbook_is_read()
    {
        var reading = await SomeTable.ReadAsync(OldWorkbook.Of("Blatt", ["Größe", "kind"], ["1.5", "a"], ["-2", "é"], ["", "a"]));
        Assert.Equal(("xls", "Blatt"), (reading.Format.Kind, reading.Format.Sheet));
        Assert.Equal(["1.5", "-2", ""], reading.Table["Größe"].Cells);
        Assert.Equal(["a", "é", "a"], reading.Table["kind"].Cells);
    }

    [Theory]
    [InlineData("A1:XFD1048576", "")]
    [InlineData("A1:B1048576", "<row r=\"1048576\"><c r=\"A1048576\"><v>1</v></c></row>")]
    [InlineData("A1:XFD1048576", "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>")]
    public void A_sheet_that_claims_a_million_rows_is_cheap(string dimension, string last)
    {
        var (reading, allocated) = Allocated(Workbook.Of(("Data", dimension, Small + last)), new());
        Assert.Equal(3, reading.Table.RowCount);
        Assert.Equal(["size", "kind"], reading.Table.Columns.Select(c => c.Name));
        // A million rows of the declared width would need about 130 GiB.
        Assert.InRange(allocated >> 20, 0, 600);
    }

    [Fact]
    public async Task A_bomb_is_refused_by_what_it_unpacks_to()
    {
        var bytes = WithZeros(megabytes: 16);
        var bad = await SomeTable.RefusedAsync(bytes, new() { MaxUnpackedBytes = 8 << 20 });
        Assert.Equal("unpacks-too-large", bad.Problems[0].Code);
        Assert.Equal(3, (await SomeTable.ReadAsync(bytes, new() { MaxUnpackedBytes = 32 << 20 })).Table.RowCount);
    }

    [Fact]
    public void An_archive_index_that_lies_about_sizes_gains_nothing()
    {
        var bytes = WithZeros(megabytes: 16);
        // Changes the size that the archive declares for the zeros to 100 bytes.
        var size = BitConverter.GetBytes(16 << 20);
        var places = Enumerable.Range(0, bytes.Length - 4).Where(i => bytes.AsSpan(i, 4).SequenceEqual(size)).ToArray();
        Assert.NotEmpty(places);
        foreach (var place in places)
            BitConverter.GetBytes(100).CopyTo(bytes, place);
        var (reading, allocated) = Allocated(bytes, new() { MaxUnpackedBytes = 8 << 20 });
        Assert.Equal(3, reading.Table.RowCount);
        Assert.InRange(allocated >> 20, 0, 100);
    }

    [Fact]
    public async Task Archives_and_damaged_workbooks_are_refused_in_words()
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, true))
            Workbook.Put(zip, "readme.txt", "no workbook");
        Assert.Equal("not-a-table", (await SomeTable.RefusedAsync(stream.ToArray())).Problems[0].Code);
        Assert.Equal("broken-workbook", (await SomeTable.RefusedAsync(Workbook.Of(("Data", "A1:B4", Small))[..400])).Problems[0].Code);
        Assert.Equal(
            "broken-workbook",
            (await SomeTable.RefusedAsync(Workbook.Of(("Data", "A1:B4", "<row r=\"1\"><c r=\"A1\"><v>1")))).Problems[0].Code
        );
        byte[] old = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[600]];
        Assert.Equal("broken-workbook", (await SomeTable.RefusedAsync(old)).Problems[0].Code);
        Assert.Equal("no-rows", (await SomeTable.RefusedAsync(Workbook.Of(("Data", "A1", "")))).Problems[0].Code);
    }

    [Fact]
    public async Task Entities_are_not_expanded()
    {
        var stream = new MemoryStream();
        stream.Write(Workbook.Of(("Data", "A1:B4", Small)));
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Update, true))
        {
            zip.GetEntry("xl/worksheets/sheet1.xml")!.Delete();
            Workbook.Put(
                zip,
                "xl/worksheets/sheet1.xml",
                "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>&b;</t></is></c></row></sheetData></worksheet>"
            );
        }
        Assert.Equal("broken-workbook", (await SomeTable.RefusedAsync(stream.ToArray())).Problems[0].Code);
    }

    [Fact]
    public async Task Decimal_commas_in_texts_are_numbers_and_numbers_stay()
    {
        var rows = Workbook.Row(1, "a", "b") + Workbook.Row(2, "1,5", "1.234") + Workbook.Row(3, "2,5", "5.678");
        var table = (await SomeTable.ReadAsync(Workbook.Of(("Data", "A1:B3", rows)))).Table;
        Assert.Equal([1.5, 2.5], table["a"].Numbers);
        Assert.Equal([1.234, 5.678], table["b"].Numbers);
    }

    [Theory]
    [InlineData("")]
    [InlineData("de-DE")]
    [InlineData("ar-SA")]
    public async Task What_is_written_is_read_again_under_any_culture(string culture)
    {
        System.Globalization.CultureInfo.CurrentCulture = new(culture);
        var table = SomeTable.Of(
            ("number", ["1.5", "-2", "1E-07", ""]),
            ("text", ["a", "b, c", "", "ünï"]),
            ("formula", ["=1+1", "@x", "-x", "-3"])
        );
        var stream = new MemoryStream();
        await TableWriter.WriteXlsxAsync(table, stream);
        var back = (await SomeTable.ReadAsync(stream.ToArray())).Table;
        Assert.Equal([1.5, -2, 1e-7], back["number"].Numbers.Take(3));
        Assert.Equal(["a", "b, c", "", "ünï"], back["text"].Cells);
        Assert.Equal(["'=1+1", "'@x", "'-x", "-3"], back["formula"].Cells);
    }

    static byte[] WithZeros(int megabytes)
    {
        var stream = new MemoryStream();
        stream.Write(Workbook.Of(("Data", "A1:B4", Small)));
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Update, true))
        using (var entry = zip.CreateEntry("xl/media/zeros.bin", CompressionLevel.Fastest).Open())
            for (var i = 0; i < megabytes; i++)
                entry.Write(new byte[1 << 20]);
        return stream.ToArray();
    }

    /// <summary>Reads on this thread, so that its allocations can be measured.</summary>
    static (TableReading Reading, long Allocated) Allocated(byte[] bytes, TableReadOptions options)
    {
        var start = GC.GetAllocatedBytesForCurrentThread();
        var reading = TableReader.Read(bytes, "test", options);
        return (reading, GC.GetAllocatedBytesForCurrentThread() - start);
    }
}
