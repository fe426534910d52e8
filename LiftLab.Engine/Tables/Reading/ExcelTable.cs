using System.Text;
using ExcelDataReader;
using ExcelDataReader.Exceptions;

namespace LiftLab.Engine.Tables.Reading;

/// <summary>A sheet of a workbook (XLSX, XLS) as a table.</summary>
static class ExcelTable
{
    static ExcelTable() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <exception cref="BadDataException">Not a workbook, locked, damaged, no such sheet, no rows.</exception>
    public static TableReading Read(byte[] bytes, string name, string kind, TableReadOptions options)
    {
        var problems = new ProblemLog();
        if (
            kind == "xlsx"
            && !ZipGuard.Check(bytes, options.MaxUnpackedBytes).Any(n => n.StartsWith("xl/", StringComparison.OrdinalIgnoreCase))
        )
            throw problems.Fail("not-a-table", "the file is a zip archive and not a workbook", "Unpack it and read the table inside.");
        try
        {
            using var reader = ExcelReaderFactory.CreateReader(new MemoryStream(bytes, writable: false));
            // Stepping to a sheet goes through all its cells once, so sheets are met once, the wanted one read in passing.
            var names = new List<string>();
            TableAssembly? assembly = null;
            string? sheet = null;
            do
            {
                names.Add(reader.Name);
                if (assembly is not null || (options.Sheet is { } wanted ? reader.Name != wanted : reader.FieldCount == 0))
                    continue;
                using var rows = new ExcelRows(reader);
                (assembly, sheet) = (TableAssembly.Read(rows, options, problems), reader.Name);
            } while (reader.NextResult());
            if (assembly is not null)
                return assembly.ToReading(name, new(kind, null, null, '.', true, sheet, names, []));
            throw options.Sheet is null
                ? problems.Fail("no-rows", "no sheet of the workbook has cells", "Choose a workbook with a table in it.")
                : problems.Fail(
                    "no-such-sheet",
                    $"the workbook has no sheet '{options.Sheet}'",
                    $"Choose one of: {string.Join(", ", names)}."
                );
        }
        catch (InvalidPasswordException)
        {
            throw problems.Fail(
                "locked-workbook",
                "the workbook is protected by a password",
                "Save a copy without a password, or save the sheet as CSV."
            );
        }
        catch (Exception e) when (e is not (BadDataException or OutOfMemoryException or OperationCanceledException))
        {
            // The reader's own failures on damaged files are of many types; each means the same to a person.
            throw problems.Fail(
                "broken-workbook",
                $"the workbook cannot be read ({e.Message.TrimEnd('.')})",
                "Open it in a spreadsheet program and save it again, or save the sheet as CSV."
            );
        }
    }
}
