using System.IO.Compression;

namespace LiftLab.Tests.Engine.Tables.Reading;

/// <summary>Workbooks of OpenDocument.</summary>
public sealed class OdsTests
{
    [Fact]
    public async Task Values_repeated_cells_and_hidden_sheets_are_read()
    {
        var book = Of(
            "<table:table table:name=\"Lists\" table:style-name=\"h\">"
                + Row(Text("k"), Text("w"))
                + Row(Text("a"), Text("b"))
                + Row(Text("a"), Text("b"))
                + "</table:table><table:table table:name=\"Data\">"
                + Row(Text("size"), Text("share"), Text("day"), Text("kind"))
                + Row(
                    Number("float", "1.5"),
                    Number("percentage", "0.25"),
                    "<table:table-cell office:value-type=\"date\" office:date-value=\"2024-05-01\"/>",
                    Text("x")
                )
                + Row("<table:table-cell table:number-columns-repeated=\"3\"/>", Text("y <b>"))
                + "<table:table-row table:number-rows-repeated=\"2\">"
                + Number("float", "2")
                + "</table:table-row>"
                + "<table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>"
                + "</table:table>"
        );
        var reading = await SomeTable.ReadAsync(book, name: "book.ods");
        Assert.Equal(("ods", "Data"), (reading.Format.Kind, reading.Format.Sheet));
        Assert.Equal([true, false], reading.Format.Sheets.Select(s => s.Hidden));
        Assert.Equal(["1.5", "", "2", "2"], reading.Table["size"].Cells);
        Assert.Equal(["25", "", "", ""], reading.Table["share"].Cells);
        Assert.Equal("%", reading.Table["share"].Unit);
        Assert.Equal(["2024-05-01", "", "", ""], reading.Table["day"].Cells);
        Assert.Equal(["x", "y <b>", "", ""], reading.Table["kind"].Cells);
    }

    [Fact]
    public async Task Damaged_and_locked_files_are_refused_in_words()
    {
        Assert.Equal("broken-workbook", (await SomeTable.RefusedAsync(Of("<table:table"))).Problems[0].Code);
        Assert.Equal("locked-workbook", (await SomeTable.RefusedAsync(Of("", manifest: "<encryption-data/>"))).Problems[0].Code);
        Assert.Equal("no-rows", (await SomeTable.RefusedAsync(Of("<table:table table:name=\"A\"/>"))).Problems[0].Code);
    }

    static string Row(params string[] cells) => $"<table:table-row>{string.Concat(cells)}</table:table-row>";

    static string Text(string text) =>
        $"<table:table-cell office:value-type=\"string\"><text:p>{System.Security.SecurityElement.Escape(text)}</text:p></table:table-cell>";

    static string Number(string type, string value) =>
        $"<table:table-cell office:value-type=\"{type}\" office:value=\"{value}\"><office:annotation><text:p>note</text:p></office:annotation></table:table-cell>";

    static byte[] Of(string tables, string manifest = "")
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, true))
        {
            Workbook.Put(zip, "mimetype", "application/vnd.oasis.opendocument.spreadsheet");
            Workbook.Put(zip, "META-INF/manifest.xml", $"<manifest>{manifest}</manifest>");
            Workbook.Put(
                zip,
                "content.xml",
                "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\"><office:automatic-styles><style:style style:name=\"h\"><style:table-properties table:display=\"false\"/></style:style></office:automatic-styles><office:body><office:spreadsheet>"
                    + tables
                    + "</office:spreadsheet></office:body></office:document-content>"
            );
        }
        return stream.ToArray();
    }
}
