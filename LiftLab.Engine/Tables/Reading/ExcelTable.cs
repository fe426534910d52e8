using System.Text;
using ExcelDataReader;
using ExcelDataReader.Exceptions;

namespace LiftLab.Engine.Tables.Reading;

/// <summary>Reads a sheet of a workbook (XLSX, XLS) as a table.</summary>
static class ExcelTable
{
    static ExcelTable() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <exception cref="BadDataException">The file is not a workbook, has a password or is damaged, or the sheet does not exist or has no
    /// rows.</exception>
    public static TableReading Read(byte[] bytes, string name, string kind, TableReadOptions options)
    {
        var problems = new ProblemLog();
        if (
            kind == "xlsx"
            && !ZipGuard.Check(bytes, options.MaxUnpackedBytes).Any(n => n.StartsWith("xl/", StringComparison.OrdinalIgnoreCase))
        )
            throw problems.Fail("not-a-table", "the file is a zip archive and not a workbook", "Unpack it and choose the table inside.");
        try
        {
            using var reader = ExcelReaderFactory.CreateReader(new MemoryStream(bytes, writable: false));
            // NextResult parses all cells of a sheet, so one pass collects the sheet names and reads the wanted sheet.
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
                ? problems.Fail("no-rows", "all sheets of the workbook are empty", "Choose a workbook that contains a table.")
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
            // On damaged files the library throws exceptions of many types.
            throw problems.Fail(
                "broken-workbook",
                $"the workbook cannot be read ({e.Message.TrimEnd('.')})",
                "Open it in a spreadsheet program and save it again, or save the sheet as CSV."
            );
        }
    }
}
