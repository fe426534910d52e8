using System.IO.Compression;
using System.Text;

namespace LiftLab.Tests.Engine.Tables.Reading;

/// <summary>Files of every format, and seeded ways to spoil them: bytes, lines, and the parts of an archive.</summary>
static class SpoiltFiles
{
    static readonly string[] Texts =
    [
        "@relation t\n@attribute a numeric\n@attribute 'b c' {x,'y, z',?}\n@attribute d date \"yyyy-MM-dd\"\n@attribute s string\n@data\n"
            + "1.5,x,2024-05-01,'it\\'s'\n?,'y, z',?,\"two words\"\n3e2,x,2024-05-02,'\\u00e9'\n",
        "% comment\n@RELATION t\n@ATTRIBUTE a REAL\n@ATTRIBUTE b {no,yes}\n@ATTRIBUTE c INTEGER\n@DATA\n{0 1.5, 1 yes}\n{}\n{2 7},{2}\n",
        "{\"a\": 1.5, \"b\": {\"c\": 2}}\n{\"a\": null, \"d\": [1, 2]}\n{\"a\": \"x\"}\n",
        "a;b;c\n1,5;\"x \"\"y\"\"\";2024-05-01\n2,5;z;03.04.2024\n",
        "# note\nname\tsize\nA\t1,234.5\nB\tn/a\n\nTotal\t2\n",
    ];

    static readonly string[] Pieces =
    [
        "@attribute",
        "@data",
        "{",
        "}",
        "'",
        "\"",
        "\\",
        "%",
        "?",
        ",",
        "\t",
        "\r",
        "\n\n",
        "\0",
        "\uFEFF",
        "1e999",
        "-0",
        "NaN",
        "99999999999999999999",
        "2147483648 x",
        "<row r=\"1048577\">",
        "<c r=\"ZZZZZZ9\">",
        "number-rows-repeated=\"2147483647\"",
        "number-columns-repeated=\"-1\"",
        "date \"''\"",
        "date \"'\"",
        "relational",
        "&#x0;",
        "]]>",
        "<!DOCTYPE a [<!ENTITY b \"c\">]>",
    ];

    static readonly byte[][] Whole =
    [
        .. Texts.Select(Encoding.UTF8.GetBytes),
        .. ((string[])["snappy", "zstd", "gzip", "brotli", "nested"]).Select(n =>
            File.ReadAllBytes(GoldenFile.At("tables", n + ".parquet"))
        ),
        .. ((string[])["three-sheets.xlsx", "merged-header.xlsx", "hidden-first.xlsx", "strict.xlsx"]).Select(n =>
            File.ReadAllBytes(CaseFile.At(n))
        ),
        Workbook.Of(("Data", "A1:B3", Workbook.Row(1, "a", "b") + Workbook.Row(2, "1", "x") + Workbook.Row(3, "2", "y"))),
        Ods(),
        Packed(Texts[0]),
    ];

    static readonly byte[][] Archives = [.. Whole.Where(b => b.AsSpan().StartsWith("PK"u8))];

    public static byte[] Draw(Random random)
    {
        var kind = random.Next(8);
        return kind switch
        {
            0 => Noise(random),
            1 or 2 => Text(random),
            3 or 4 => Archive(random),
            _ => Bytes(Whole[random.Next(Whole.Length)], random),
        };
    }

    static byte[] Noise(Random random)
    {
        var bytes = new byte[random.Next(2_000)];
        random.NextBytes(bytes);
        if (random.Next(2) == 0)
            ((byte[][])["PAR1"u8.ToArray(), "PK\u0003\u0004"u8.ToArray(), "@data\n"u8.ToArray(), [0x1F, 0x8B]])[random.Next(4)]
                .AsSpan()
                .TryCopyTo(bytes);
        if (random.Next(4) == 0 && bytes.Length > 8)
            "PAR1"u8.CopyTo(bytes.AsSpan(bytes.Length - 4));
        return bytes;
    }

    static byte[] Text(Random random) => Encoding.UTF8.GetBytes(Edited(Texts[random.Next(Texts.Length)], random));

    static string Edited(string text, Random random)
    {
        for (var edit = random.Next(1, 6); edit > 0; edit--)
        {
            var at = random.Next(text.Length + 1);
            var length = Math.Min(random.Next(20), text.Length - at);
            text = random.Next(4) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
                2 => text.Insert(at, string.Concat(Enumerable.Repeat(text.Substring(at, length), random.Next(1, 40)))),
                _ => text[..at] + Pieces[random.Next(Pieces.Length)] + text[(at + length)..],
            };
        }
        return text;
    }

    /// <summary>An archive with a part whose text was edited, so that the archive itself is sound.</summary>
    static byte[] Archive(Random random)
    {
        using var from = new ZipArchive(new MemoryStream(Archives[random.Next(Archives.Length)]));
        var spoilt = random.Next(from.Entries.Count);
        using var to = new MemoryStream();
        using (var zip = new ZipArchive(to, ZipArchiveMode.Create, leaveOpen: true))
            for (var i = 0; i < from.Entries.Count; i++)
            {
                if (i == spoilt && random.Next(8) == 0)
                    continue;
                using var reader = new StreamReader(from.Entries[i].Open());
                var text = reader.ReadToEnd();
                Workbook.Put(zip, from.Entries[i].FullName, i == spoilt ? Edited(text, random) : text);
            }
        return to.ToArray();
    }

    static byte[] Bytes(byte[] whole, Random random)
    {
        byte[] bytes = [.. whole];
        for (var edit = random.Next(1, 8); edit > 0; edit--)
        {
            if (bytes.Length == 0)
                return bytes;
            // Half of the changes are near the end, where Parquet and zip archives have their directories.
            var at = random.Next(2) == 0 ? random.Next(bytes.Length) : Math.Max(0, bytes.Length - 1 - random.Next(300));
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes[at] = (byte)(random.Next(2) == 0 ? 0 : 0xFF);
                    break;
                case 3:
                    bytes.AsSpan(at, Math.Min(random.Next(64), bytes.Length - at)).Fill((byte)random.Next(256));
                    break;
                case 4 when random.Next(3) == 0:
                    bytes = bytes[..at];
                    break;
                case 5:
                    bytes = [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(40))..]];
                    break;
                default:
                    var other = Whole[random.Next(Whole.Length)];
                    var from = random.Next(other.Length);
                    var length = Math.Min(Math.Min(random.Next(40), other.Length - from), bytes.Length - at);
                    other.AsSpan(from, length).CopyTo(bytes.AsSpan(at));
                    break;
            }
        }
        return bytes;
    }

    static byte[] Packed(string text)
    {
        using var stream = new MemoryStream();
        using (var zip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
            zip.Write(Encoding.UTF8.GetBytes(text));
        return stream.ToArray();
    }

    static byte[] Ods()
    {
        const string Cells =
            "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>a</text:p></table:table-cell>"
            + "<table:table-cell office:value-type=\"string\"><text:p>b</text:p></table:table-cell></table:table-row>"
            + "<table:table-row table:number-rows-repeated=\"3\"><table:table-cell office:value-type=\"float\" office:value=\"1.5\"/>"
            + "<table:table-cell office:value-type=\"date\" office:date-value=\"2024-05-01\"/></table:table-row>"
            + "<table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>";
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Workbook.Put(zip, "mimetype", "application/vnd.oasis.opendocument.spreadsheet");
            Workbook.Put(
                zip,
                "content.xml",
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" "
                    + "xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\">"
                    + $"<office:body><office:spreadsheet><table:table table:name=\"A\">{Cells}</table:table></office:spreadsheet></office:body></office:document-content>"
            );
        }
        return stream.ToArray();
    }
}
