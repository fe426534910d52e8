using System.Text;
using System.Xml;
using ExcelDataReader;
using ExcelDataReader.Exceptions;

namespace LiftLab.Engine.Tables.Reading.Workbooks;

/// <summary>Reads a sheet of a workbook of Excel (XLSX, XLSB, XLS) as a table.</summary>
static class ExcelTable
{
    static ExcelTable() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <param name="kind">"xlsx" for a zip archive, "xls" for older files.</param>
    /// <exception cref="BadDataException">The file is not a workbook, has a password or is damaged, exceeds a limit, or the sheet does not
    /// exist or has no rows.</exception>
    public static TableReading Read(byte[] bytes, string name, string kind, TableReadOptions options, CancellationToken cancel)
    {
        var problems = new ProblemLog();
        try
        {
            IReadOnlyList<SheetLook>? sheets = null;
            if (kind == "xlsx")
            {
                bytes = StrictWorkbook.Usual(bytes, cancel);
                sheets = SheetScan.Of(bytes, options, cancel);
            }
            using var reader = ExcelReaderFactory.CreateReader(new CancellableBytes(bytes, cancel));
            sheets ??= Look(reader, cancel);
            if (SheetLook.Choose(sheets, options.Sheet, problems) is not { } chosen)
                throw problems.Fail("no-rows", "all sheets of the workbook are empty", "Choose a workbook that contains a table.");
            if (options.Sheet is null)
                SheetLook.Tell(chosen, sheets, problems);
            while (reader.Name != chosen.Facts.Name)
                if (!reader.NextResult())
                    throw problems.Fail("no-rows", $"the sheet '{chosen.Facts.Name}' has no cells", "Choose another sheet (--sheet).");
            using var rows = new ExcelRows(reader, cancel);
            var assembly = TableAssembly.Read(rows, options, problems, cancel);
            rows.Tell(problems);
            var format = new TableFormat(kind, null, null, '.', true, chosen.Facts.Name, [.. sheets.Select(s => s.Facts.Name)], []);
            return assembly.ToReading(name, format with { Sheets = [.. sheets.Select(s => s.Facts)] });
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
            if (kind == "xls" && OldDocument.Of(bytes) is { } other)
                throw Formats.FileSignature.Refusal(other);
            // On damaged files the library throws exceptions of many types.
            throw problems.Fail(
                "broken-workbook",
                $"the workbook cannot be read ({(e is XmlException ? "a part of it is damaged" : e.Message.TrimEnd('.'))})",
                "Open it in a spreadsheet program and save it again, or save the sheet as CSV."
            );
        }
    }

    /// <summary>Counts the rows of all sheets of a workbook whose format has narrow limits of its own.</summary>
    static List<SheetLook> Look(IExcelDataReader reader, CancellationToken cancel)
    {
        const int blankRowsThatEnd = 1_000;
        var sheets = new List<SheetLook>();
        do
        {
            int rows = 0,
                columns = 0,
                wide = 0,
                blank = 0;
            while (blank < blankRowsThatEnd && reader.Read())
            {
                cancel.ThrowIfCancellationRequested();
                var filled = 0;
                for (var i = 0; i < reader.FieldCount; i++)
                    if (reader.GetValue(i) is { } value and not "")
                        (filled, columns) = (filled + 1, Math.Max(columns, i + 1));
                blank = filled == 0 ? blank + 1 : 0;
                rows += filled > 0 ? 1 : 0;
                wide += filled > 1 ? 1 : 0;
            }
            sheets.Add(new(new(reader.Name, rows, columns, reader.VisibleState is not "visible"), wide));
        } while (reader.NextResult());
        reader.Reset();
        return sheets;
    }
}
