namespace LiftLab.Engine.Tables.Reading.Formats;

/// <summary>A file format that is recognised by the first bytes of the file.</summary>
/// <param name="What">The format with its article ("a PDF document"), for a message.</param>
/// <param name="Workbook">"zip" or "xls" where the file may be a workbook.</param>
/// <param name="WhatToDo">How to get a table out of it; null for the usual advice.</param>
sealed record FileSignature(string What, string? Workbook = null, string? WhatToDo = null)
{
    const string FromProgram = "Open it in the program that wrote it, and save the table as CSV (UTF-8) or XLSX.";
    const string FromPython = "Load it in Python, and save the table as CSV (for example with pandas: to_csv).";
    const string Unpack = "Unpack it and choose the table inside.";

    static readonly (byte[] Start, FileSignature Signature)[] Known =
    [
        ([0x50, 0x4B, 0x03, 0x04], new("a workbook or other zip archive", "zip")),
        ([0x50, 0x4B, 0x05, 0x06], new("an empty zip archive")),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], new("a workbook or other old Office document", "xls")),
        ([0x09, 0x00, 0x04, 0x00], new("a workbook of Excel 2", "xls")),
        ([0x09, 0x02, 0x06, 0x00], new("a workbook of Excel 3", "xls")),
        ([0x09, 0x04, 0x06, 0x00], new("a workbook of Excel 4", "xls")),
        ([0x09, 0x08, 0x08, 0x00, 0x00, 0x05], new("a workbook of Excel 5", "xls")),
        ("%PDF-"u8.ToArray(), new("a PDF document", null, "Copy the table out of the document, or ask for the data as CSV.")),
        ([0x89, 0x50, 0x4E, 0x47], new("a PNG image")),
        ([0xFF, 0xD8, 0xFF], new("a JPEG image")),
        ("GIF8"u8.ToArray(), new("a GIF image")),
        ([0x49, 0x49, 0x2A, 0x00], new("a TIFF image")),
        ([0x4D, 0x4D, 0x00, 0x2A], new("a TIFF image")),
        ("BZh91AY&SY"u8.ToArray(), new("a bzip2 archive", null, Unpack)),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], new("an xz archive", null, Unpack)),
        ([0x28, 0xB5, 0x2F, 0xFD], new("a Zstandard archive", null, Unpack)),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], new("a 7-Zip archive", null, Unpack)),
        ("Rar!"u8.ToArray(), new("a RAR archive", null, Unpack)),
        ("PAR1"u8.ToArray(), new("a Parquet file in a gzip archive", null, Unpack)),
        ("PARE"u8.ToArray(), new("an encrypted Parquet file", null, FromPython)),
        ("ARROW1"u8.ToArray(), new("an Arrow or Feather file", null, FromPython)),
        ("FEA1"u8.ToArray(), new("a Feather file", null, FromPython)),
        ("Obj\u0001"u8.ToArray(), new("an Avro file", null, FromPython)),
        ([0x89, 0x48, 0x44, 0x46], new("an HDF5 file", null, FromPython)),
        ([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59], new("a NumPy array", null, FromPython)),
        ([0x80, 0x02], new("a Python pickle", null, FromPython)),
        ([0x80, 0x03], new("a Python pickle", null, FromPython)),
        ([0x80, 0x04], new("a Python pickle", null, FromPython)),
        ([0x80, 0x05], new("a Python pickle", null, FromPython)),
        ("MATLAB 5.0"u8.ToArray(), new("a MATLAB file", null, "Save the table in MATLAB with writetable as CSV.")),
        ("RDX2"u8.ToArray(), new("an R data file", null, "Save the table in R with write.csv.")),
        ("RDX3"u8.ToArray(), new("an R data file", null, "Save the table in R with write.csv.")),
        ([0x58, 0x0A, 0x00, 0x00, 0x00], new("an R data file", null, "Save the table in R with write.csv.")),
        ("$FL2"u8.ToArray(), new("an SPSS file", null, FromProgram)),
        ("$FL3"u8.ToArray(), new("an SPSS file", null, FromProgram)),
        ("<stata_dta>"u8.ToArray(), new("a Stata file", null, FromProgram)),
        ("SQLite format 3"u8.ToArray(), new("an SQLite database", null, "Export the table as CSV (in the sqlite3 program: .mode csv).")),
        ([0x00, 0x01, 0x00, 0x00, 0x53, 0x74, 0x61, 0x6E], new("an Access database", null, FromProgram)),
        ([0x7F, 0x45, 0x4C, 0x46], new("an executable program")),
        ([0x4D, 0x5A, 0x90, 0x00], new("an executable program")),
        ("{\\rtf"u8.ToArray(), new("an RTF document", null, FromProgram)),
    ];

    public static FileSignature? Of(byte[] bytes) =>
        Known.FirstOrDefault(k => bytes.AsSpan().StartsWith(k.Start)).Signature
        ?? (IsTar(bytes) ? new("a tar archive", null, Unpack) : null);

    public BadDataException Refusal() => Refusal(What, WhatToDo);

    /// <param name="what">The format with its article.</param>
    public static BadDataException Refusal(string what, string? whatToDo = null) =>
        new([
            new(
                Severity.Error,
                "not-a-table",
                $"the file is {what}",
                whatToDo ?? "Save the table as CSV (UTF-8) or XLSX and choose that file."
            ),
        ]);

    static bool IsTar(byte[] bytes) => bytes.Length > 262 && bytes.AsSpan(257, 5).SequenceEqual("ustar"u8);
}
