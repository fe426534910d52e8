using LiftLab.Engine.Tables.Reading.Formats;

namespace LiftLab.Engine.Tables.Reading.Workbooks;

/// <summary>Reads a workbook of Excel (XLSX, XLSB) or of OpenDocument (ODS). Other zip archives are named.</summary>
static class ZippedTable
{
    static readonly string[] TableEndings = [".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods", ".arff", ".jsonl", ".gz"];

    /// <exception cref="BadDataException">The archive is no workbook, is damaged or exceeds a limit.</exception>
    public static TableReading Read(byte[] bytes, string name, TableReadOptions options, CancellationToken cancel)
    {
        var entries = ZipGuard.Check(bytes, options.MaxUnpackedBytes, cancel);
        if (Has("content.xml") && (Has("mimetype") || Has("META-INF/manifest.xml")))
            return OdsTable.Read(bytes, name, options, cancel);
        if (Under("xl/"))
            return ExcelTable.Read(bytes, name, "xlsx", options, cancel);
        throw Under("word/")
            ? FileSignature.Refusal("a Word document", "Copy the table into a spreadsheet program and save it as XLSX or CSV.")
        : Under("ppt/") ? FileSignature.Refusal("a PowerPoint presentation")
        : entries.Any(e => e.EndsWith(".iwa", StringComparison.OrdinalIgnoreCase))
            ? FileSignature.Refusal("a document of Apple Numbers or Pages", "Export the table as CSV or Excel (File, Export To).")
        : entries.Any(e => e.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
            ? FileSignature.Refusal("an archive of NumPy arrays", "Load it in Python, and save the table as CSV.")
        : entries.Any(e => e.EndsWith("data.pkl", StringComparison.OrdinalIgnoreCase))
            ? FileSignature.Refusal("a PyTorch file", "Models belong on the page Models; a table is a CSV or XLSX file.")
        : FileSignature.Refusal(
            "a zip archive and not a workbook",
            entries.Where(e => TableEndings.Contains(Path.GetExtension(e).ToLowerInvariant())).ToArray() is { Length: > 0 } tables
                ? $"Unpack it and choose the table inside: {string.Join(", ", tables.Take(5).Select(t => $"'{t}'"))}{(tables.Length > 5 ? ", …" : "")}."
                : "Unpack it and choose the table inside."
        );

        bool Has(string entry) => entries.Contains(entry, StringComparer.OrdinalIgnoreCase);
        bool Under(string folder) => entries.Any(e => e.StartsWith(folder, StringComparison.OrdinalIgnoreCase));
    }
}
