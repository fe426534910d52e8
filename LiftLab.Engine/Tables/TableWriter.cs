using System.Buffers;
using LiftLab.Engine.Tables.Cells;
using MiniExcelLibs;

namespace LiftLab.Engine.Tables;

/// <summary>
/// Writes tables as CSV (UTF-8, comma, line feed) or XLSX. A text that a spreadsheet program would evaluate as a formula gets a leading
/// apostrophe; numbers are unchanged.
/// </summary>
public static class TableWriter
{
    static readonly SearchValues<char> Quotable = SearchValues.Create(",\"\r\n;\t");

    const string FormulaStarts = "=+-@\t\r\n＝＋－＠";

    static readonly SearchValues<char> Signs = SearchValues.Create(FormulaStarts + " ");

    /// <param name="defuse">Whether formulas get a leading apostrophe. False for a file that only this program reads.</param>
    public static void WriteCsv(Table table, TextWriter output, bool defuse = true)
    {
        Write(i => table.Columns[i].Name);
        for (var row = 0; row < table.RowCount; row++)
            Write(i => table.Columns[i].Cells[row]);

        void Write(Func<int, string> cell) =>
            WriteRow([.. Enumerable.Range(0, table.Columns.Count).Select(i => defuse ? Defused(cell(i)) : cell(i))], output);
    }

    /// <summary>Writes one row with its line feed; cells are quoted where they must be.</summary>
    public static void WriteRow(IReadOnlyList<string> cells, TextWriter output)
    {
        for (var i = 0; i < cells.Count; i++)
        {
            if (i > 0)
                output.Write(',');
            output.Write(Quoted(cells[i], alone: cells.Count == 1));
        }
        output.Write('\n');
    }

    public static async Task WriteCsvAsync(Table table, string path, CancellationToken cancel = default)
    {
        using var text = new StringWriter();
        WriteCsv(table, text);
        await File.WriteAllTextAsync(path, text.ToString(), cancel);
    }

    /// <summary>Writes one sheet: numeric cells as numbers, codes as texts, missing values as empty cells.</summary>
    public static async Task WriteXlsxAsync(Table table, Stream output, CancellationToken cancel = default)
    {
        await output.SaveAsAsync(SheetRows(table), sheetName: "table", cancellationToken: cancel);
    }

    /// <summary>The rows of a sheet: numbers, codes (007) as texts, null for missing values.</summary>
    public static IEnumerable<Dictionary<string, object?>> SheetRows(Table table)
    {
        for (var row = 0; row < table.RowCount; row++)
        {
            var cells = new Dictionary<string, object?>(table.Columns.Count, StringComparer.Ordinal);
            foreach (var column in table.Columns)
                cells[Defused(column.Name)] = Value(column, row);
            yield return cells;
        }
    }

    /// <summary>
    /// The text with a leading apostrophe where a spreadsheet program would evaluate it as a formula. Signs alone ("+", "--") compute
    /// nothing and are unchanged.
    /// </summary>
    public static string Defused(string cell)
    {
        var start = cell.AsSpan().TrimStart(' ');
        return
            start.Length > 0
            && FormulaStarts.Contains(start[0], StringComparison.Ordinal)
            && start.ContainsAnyExcept(Signs)
            && !IsNumber(cell)
            ? "'" + cell
            : cell;
    }

    /// <summary>A signed number as people write it ("-5 %", "+1,234.5") computes only itself.</summary>
    static bool IsNumber(string cell) =>
        NumberText.IsNumber(cell)
        || cell[0] is '-' or '+' && (NumberNotation.Read(cell, '.') ?? NumberNotation.Read(cell, ',')) is not null;

    static object? Value(Column column, int row) =>
        column.IsMissing(row) ? null
        : double.IsNaN(column.Numbers[row]) || IsCode(column, column.Cells[row]) ? Defused(column.Cells[row])
        : column.Numbers[row];

    /// <summary>Whether a cell that could be a number is a code, which a workbook must hold as text.</summary>
    internal static bool IsCode(Column column, string cell) =>
        column.Facts.AreCodes
        || NumberText.IsCode(cell)
        || PartNumbers.HasShape(cell)
        || column.Told is ColumnKind.Category or ColumnKind.Identifier or ColumnKind.Text && !IsWrittenBack(cell);

    /// <summary>Whether the number of a cell is written as the cell is: 1.9, and not 1.10.</summary>
    static bool IsWrittenBack(string cell) =>
        Column.ParseNumber(cell).ToString("R", System.Globalization.CultureInfo.InvariantCulture) == cell;

    static string Quoted(string cell, bool alone) =>
        // Unquoted, a row of one empty cell is a blank line, which readers skip.
        cell.AsSpan().ContainsAny(Quotable)
        || cell.Length > 0 && (cell[0] == ' ' || cell[^1] == ' ')
        || alone && cell.Length == 0
            ? "\"" + cell.Replace("\"", "\"\"", StringComparison.Ordinal) + "\""
            : cell;
}
