using System.IO.Compression;
using System.Text;

namespace LiftLab.Engine.Tables.Reading.Workbooks;

/// <summary>
/// Workbooks saved as "Strict Open XML": the same parts as in other workbooks under other namespaces. The library knows the others only.
/// </summary>
static class StrictWorkbook
{
    static readonly (string Strict, string Usual)[] Namespaces =
    [
        ("http://purl.oclc.org/ooxml/spreadsheetml/main", "http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
        ("http://purl.oclc.org/ooxml/officeDocument/relationships", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
        ("http://purl.oclc.org/ooxml/drawingml/main", "http://schemas.openxmlformats.org/drawingml/2006/main"),
    ];

    /// <summary>The workbook with the usual namespaces; the same bytes if it has them already.</summary>
    public static byte[] Usual(byte[] bytes, CancellationToken cancel)
    {
        using var source = new ZipArchive(new CancellableBytes(bytes, cancel), ZipArchiveMode.Read);
        if (source.GetEntry("xl/workbook.xml") is not { } book || !Text(book).Contains(Namespaces[0].Strict, StringComparison.Ordinal))
            return bytes;
        var result = new MemoryStream();
        using (var target = new ZipArchive(result, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var entry in source.Entries)
            {
                if (Path.GetExtension(entry.FullName) is not (".xml" or ".rels"))
                    continue;
                cancel.ThrowIfCancellationRequested();
                using var part = target.CreateEntry(entry.FullName, CompressionLevel.Fastest).Open();
                part.Write(
                    Encoding.UTF8.GetBytes(
                        Namespaces.Aggregate(Text(entry), (text, n) => text.Replace(n.Strict, n.Usual, StringComparison.Ordinal))
                    )
                );
            }
        return result.ToArray();
    }

    static string Text(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open());
        return reader.ReadToEnd();
    }
}
