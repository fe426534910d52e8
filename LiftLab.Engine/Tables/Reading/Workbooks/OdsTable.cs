using System.IO.Compression;
using System.Xml;

namespace LiftLab.Engine.Tables.Reading.Workbooks;

/// <summary>Reads a sheet of a workbook of OpenDocument (ODS) as a table.</summary>
static class OdsTable
{
    /// <exception cref="BadDataException">The file is no spreadsheet, has a password or is damaged, or the sheet does not exist or has no
    /// rows.</exception>
    public static TableReading Read(byte[] bytes, string name, TableReadOptions options, CancellationToken cancel)
    {
        var problems = new ProblemLog();
        try
        {
            using var archive = new ZipArchive(new CancellableBytes(bytes, cancel), ZipArchiveMode.Read);
            if (Text(archive, "META-INF/manifest.xml").Contains("encryption-data", StringComparison.Ordinal))
                throw problems.Fail(
                    "locked-workbook",
                    "the workbook is protected by a password",
                    "Save a copy without a password, or save the sheet as CSV."
                );
            if (Text(archive, "mimetype") is { Length: > 0 } type && !type.Contains("spreadsheet", StringComparison.Ordinal))
                throw Formats.FileSignature.Refusal("an OpenDocument file and not a spreadsheet");
            var sheets = Look(archive, options, cancel);
            if (SheetLook.Choose(sheets, options.Sheet, problems) is not { } chosen)
                throw problems.Fail("no-rows", "all sheets of the workbook are empty", "Choose a workbook that contains a table.");
            using var rows = OdsRows.Of(archive, chosen.Name, options.MaxColumns, cancel);
            var assembly = TableAssembly.Read(rows, options, problems, cancel);
            SheetFacts[] facts = [.. sheets.Select(s => new SheetFacts(s.Name, Rows(s), s.Columns, s.Hidden))];
            if (options.Sheet is null)
                SheetLook.Tell(facts.First(f => f.Name == chosen.Name), facts, problems);
            var format = new TableFormat("ods", null, null, '.', true, chosen.Name, [.. sheets.Select(s => s.Name)], []);
            return assembly.ToReading(name, format with { Sheets = facts });

            int Rows(SheetLook sheet)
            {
                if (sheet.Name == chosen.Name)
                    return assembly.RowCount;
                using var others = OdsRows.Of(archive, sheet.Name, options.MaxColumns, cancel);
                return sheet.CountRows(others, options, cancel);
            }
        }
        catch (Exception e) when (e is XmlException or InvalidDataException or IOException)
        {
            throw problems.Fail(
                "broken-workbook",
                "the workbook is damaged",
                "Open it in a spreadsheet program and save it again, or save the sheet as CSV."
            );
        }
    }

    static List<SheetLook> Look(ZipArchive archive, TableReadOptions options, CancellationToken cancel)
    {
        var sheets = new List<SheetLook>();
        using var rows = OdsRows.Of(archive, null, options.MaxColumns, cancel);
        while (rows.NextSheet() is { } sheet)
        {
            int count = 0,
                columns = 0,
                wide = 0;
            long cells = 0;
            while (rows.Next())
                if (rows.Filled() is > 0 and var filled)
                {
                    count++;
                    wide += Enumerable.Range(0, filled).Count(i => !rows.Field(i).IsWhiteSpace()) > 1 ? 1 : 0;
                    columns = Math.Max(columns, filled);
                    if ((cells += filled) > options.MaxCells || count > options.MaxRows)
                        break;
                }
            sheets.Add(new(sheet.Name, sheet.Hidden, count, columns, wide));
        }
        return sheets;
    }

    static string Text(ZipArchive archive, string part)
    {
        if (archive.GetEntry(part) is not { } entry)
            return "";
        using var reader = new StreamReader(entry.Open());
        var buffer = new char[1 << 20];
        return new(buffer, 0, reader.ReadBlock(buffer));
    }
}
