namespace LiftLab.Engine.Tables.Reading;

/// <summary>A file format that is recognised by the first bytes of the file.</summary>
/// <param name="What">The format with its article ("a PDF document"), for a message.</param>
/// <param name="Workbook">"xlsx" or "xls" where the file may be a workbook.</param>
sealed record FileSignature(string What, string? Workbook = null)
{
    static readonly (byte[] Start, FileSignature Signature)[] Known =
    [
        ([0x50, 0x4B, 0x03, 0x04], new("a workbook or other zip archive", "xlsx")),
        ([0x50, 0x4B, 0x05, 0x06], new("an empty zip archive")),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], new("a workbook or other old Office document", "xls")),
        ("%PDF-"u8.ToArray(), new("a PDF document")),
        ([0x89, 0x50, 0x4E, 0x47], new("a PNG image")),
        ([0xFF, 0xD8, 0xFF], new("a JPEG image")),
        ("GIF8"u8.ToArray(), new("a GIF image")),
        ([0x1F, 0x8B], new("a gzip archive; unpack it first")),
        ("PAR1"u8.ToArray(), new("a Parquet file")),
        ("SQLite format 3"u8.ToArray(), new("an SQLite database")),
        ([0x7F, 0x45, 0x4C, 0x46], new("an executable program")),
        ("{\\rtf"u8.ToArray(), new("an RTF document")),
        ("<!DOCTYPE"u8.ToArray(), new("a web page")),
        ("<html"u8.ToArray(), new("a web page")),
    ];

    public static FileSignature? Of(byte[] bytes) => Known.FirstOrDefault(k => bytes.AsSpan().StartsWith(k.Start)).Signature;
}
