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
            while (reader.Name != chosen.Name)
                if (!reader.NextResult())
                    throw problems.Fail("no-rows", $"the sheet '{chosen.Name}' has no cells", "Choose another sheet (--sheet).");
            using var rows = new ExcelRows(reader, chosen, cancel);
            var assembly = TableAssembly.Read(rows, options, problems, cancel);
            rows.Tell(problems);
            chosen.TellUncomputed(problems);
            chosen.TellHidden(problems);
            var facts = Counted(reader, sheets, chosen, assembly.RowCount, options, cancel);
            if (options.Sheet is null)
                SheetLook.Tell(facts.First(f => f.Name == chosen.Name), facts, problems);
            var format = new TableFormat(kind, null, null, '.', true, chosen.Name, [.. sheets.Select(s => s.Name)], []);
            return assembly.ToReading(name, format with { Sheets = facts });
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

    /// <summary>The sheets with their numbers of data rows.</summary>
    static List<SheetFacts> Counted(
        IExcelDataReader reader,
        IReadOnlyList<SheetLook> sheets,
        SheetLook chosen,
        int rowsOfChosen,
        TableReadOptions options,
        CancellationToken cancel
    )
    {
        var rows = new Dictionary<string, int>(StringComparer.Ordinal) { [chosen.Name] = rowsOfChosen };
        if (sheets.Any(s => s != chosen && s.FilledRows > 0))
        {
            reader.Reset();
            do if (
                sheets.FirstOrDefault(s => s.Name == reader.Name) is { FilledRows: > 0 } sheet
                && sheet != chosen
                && !rows.ContainsKey(sheet.Name)
            )
                rows[sheet.Name] = sheet.CountRows(new ExcelRows(reader, sheet, cancel), options, cancel);
            while (reader.NextResult());
        }
        return [.. sheets.Select(s => new SheetFacts(s.Name, rows.GetValueOrDefault(s.Name), s.Columns, s.Hidden))];
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
            sheets.Add(new(reader.Name, reader.VisibleState is not "visible", rows, columns, wide));
        } while (reader.NextResult());
        reader.Reset();
        return sheets;
    }
}
