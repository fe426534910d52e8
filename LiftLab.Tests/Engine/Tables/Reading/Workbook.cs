using System.IO.Compression;
using System.Text;

namespace LiftLab.Tests.Engine.Tables.Reading;

/// <summary>Writes XLSX files part by part, so that a test can write false dimensions and sizes.</summary>
static class Workbook
{
    /// <summary>A sheet whose cells have number formats.</summary>
    /// <param name="formats">The formats; cells refer to them by index.</param>
    /// <param name="rows">Cells as value and index of the format; -1 for none. Values that are not numbers are texts.</param>
    public static byte[] Formatted(string[] formats, params (string Value, int Format)[][] rows)
    {
        var stream = new MemoryStream();
        stream.Write(
            Of(("Data", "A1", string.Concat(rows.Select((row, r) => $"<row r=\"{r + 1}\">{string.Concat(row.Select(Cell))}</row>"))))
        );
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Update, true))
        {
            var numbers = formats.Select((f, i) => $"<numFmt numFmtId=\"{200 + i}\" formatCode=\"{f.Replace("\"", "&quot;")}\"/>");
            var styles = formats.Select((_, i) => $"<xf numFmtId=\"{200 + i}\" applyNumberFormat=\"1\"/>");
            Put(
                zip,
                "xl/styles.xml",
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">"
                    + $"<numFmts count=\"{formats.Length}\">{string.Concat(numbers)}</numFmts>"
                    + $"<cellXfs count=\"{formats.Length + 1}\"><xf numFmtId=\"0\"/>{string.Concat(styles)}</cellXfs></styleSheet>"
            );
            zip.GetEntry("xl/_rels/workbook.xml.rels")!.Delete();
            Put(
                zip,
                "xl/_rels/workbook.xml.rels",
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
                    + "<Relationship Id=\"s1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
                    + "<Relationship Id=\"st\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/></Relationships>"
            );
        }
        return stream.ToArray();

        static string Cell((string Value, int Format) cell) =>
            cell.Value.Length == 0 ? "<c/>"
            : double.TryParse(cell.Value, System.Globalization.CultureInfo.InvariantCulture, out _)
                ? $"<c s=\"{cell.Format + 1}\"><v>{cell.Value}</v></c>"
            : $"<c t=\"inlineStr\"><is><t>{cell.Value}</t></is></c>";
    }

    /// <param name="sheets">Name, declared cell range and XML of sheetData of each sheet.</param>
    public static byte[] Of(params (string Name, string Dimension, string Rows)[] sheets)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, true))
        {
            const string head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";
            const string main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
            const string office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
            Put(
                zip,
                "[Content_Types].xml",
                head
                    + "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>"
            );
            Put(
                zip,
                "_rels/.rels",
                head
                    + $"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            );
            Put(
                zip,
                "xl/workbook.xml",
                head
                    + $"<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets>"
                    + string.Concat(sheets.Select((s, i) => $"<sheet name=\"{s.Name}\" sheetId=\"{i + 1}\" r:id=\"s{i + 1}\"/>"))
                    + "</sheets></workbook>"
            );
            Put(
                zip,
                "xl/_rels/workbook.xml.rels",
                head
                    + "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
                    + string.Concat(
                        sheets.Select(
                            (_, i) => $"<Relationship Id=\"s{i + 1}\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet{i + 1}.xml\"/>"
                        )
                    )
                    + "</Relationships>"
            );
            for (var i = 0; i < sheets.Length; i++)
                Put(
                    zip,
                    $"xl/worksheets/sheet{i + 1}.xml",
                    head
                        + $"<worksheet xmlns=\"{main}\"><dimension ref=\"{sheets[i].Dimension}\"/><sheetData>{sheets[i].Rows}</sheetData></worksheet>"
                );
        }
        return stream.ToArray();
    }

    public static string Row(int number, params string[] cells) =>
        $"<row r=\"{number}\">"
        + string.Concat(
            cells.Select(
                (c, i) =>
                    c.Length == 0
                        ? ""
                        : $"<c r=\"{(char)('A' + i)}{number}\" "
                            + (
                                double.TryParse(
                                    c,
                                    System.Globalization.NumberStyles.Float,
                                    System.Globalization.CultureInfo.InvariantCulture,
                                    out _
                                )
                                    ? $"><v>{c}</v></c>"
                                    : $"t=\"inlineStr\"><is><t>{c}</t></is></c>"
                            )
            )
        )
        + "</row>";

    public static void Put(ZipArchive zip, string path, string text)
    {
        using var entry = zip.CreateEntry(path, CompressionLevel.Fastest).Open();
        entry.Write(Encoding.UTF8.GetBytes(text));
    }
}
