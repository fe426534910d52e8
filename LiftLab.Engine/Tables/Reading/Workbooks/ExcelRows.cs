using System.Globalization;
using ExcelDataReader;
using LiftLab.Engine.Tables.Reading.Layout;

namespace LiftLab.Engine.Tables.Reading.Workbooks;

/// <summary>
/// The rows of the workbook reader's current sheet; every value is text in invariant notation. A value that is merged over several rows of
/// one column is the value of each of them.
/// </summary>
sealed class ExcelRows : RowReader
{
    readonly IExcelDataReader reader;
    readonly CancellationToken cancel;
    readonly Dictionary<int, List<CellRange>> merged = [];
    readonly Dictionary<int, (int Last, string Text)> falling = [];
    string?[] fields = [];
    int row = -1,
        repeated;
    string? firstRepeated;

    public ExcelRows(IExcelDataReader reader, CancellationToken cancel)
    {
        (this.reader, this.cancel) = (reader, cancel);
        foreach (var range in reader.MergeCells ?? [])
        {
            if (!merged.TryGetValue(range.FromRow, out var ranges))
                merged[range.FromRow] = ranges = [];
            ranges.Add(range);
        }
    }

    public override bool KnowsNumbers => true;

    public override int FieldCount => fields.Length;

    public override bool Next()
    {
        cancel.ThrowIfCancellationRequested();
        if (!reader.Read())
            return false;
        row++;
        if (fields.Length != reader.FieldCount)
            fields = new string?[reader.FieldCount];
        for (var i = 0; i < fields.Length; i++)
            fields[i] = Text(reader.GetValue(i));
        if (merged.Count > 0)
            Fall();
        return true;
    }

    public override ReadOnlySpan<char> Field(int index) => fields[index];

    public override int MergedTo(int column) =>
        merged.TryGetValue(row, out var ranges) && ranges.Find(r => r.FromColumn == column) is { } range ? range.ToColumn : column;

    /// <summary>Reports values that were repeated down merged cells.</summary>
    public void Tell(ProblemLog problems)
    {
        if (repeated > 0)
            problems.Warn(
                "merged-cells",
                $"{repeated} {(repeated == 1 ? "cell belongs" : "cells belong")} to cells that are merged over several rows and were read with their value "
                    + $"('{CellText.Short(firstRepeated!)}' is the first)",
                "Unmerge the cells in a spreadsheet program if they should be empty."
            );
    }

    /// <summary>Repeats values down merged cells of one column, and remembers those that begin in this row.</summary>
    void Fall()
    {
        foreach (var (column, (last, text)) in falling)
            if (row > last)
                falling.Remove(column);
            else if (column < fields.Length && string.IsNullOrEmpty(fields[column]) && Array.Exists(fields, f => !string.IsNullOrEmpty(f)))
            {
                fields[column] = text;
                repeated++;
                firstRepeated ??= text;
            }
        if (!merged.TryGetValue(row, out var ranges))
            return;
        foreach (var range in ranges)
            if (
                range.ToRow > row
                && range.FromColumn == range.ToColumn
                && range.FromColumn < fields.Length
                && fields[range.FromColumn] is { Length: > 0 } value
            )
                falling[range.FromColumn] = (range.ToRow, value);
    }

    static string? Text(object? value) =>
        value switch
        {
            null => null,
            string text => text,
            double number => double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : null,
            bool truth => truth ? "true" : "false",
            DateTime time => time.ToString(
                time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss",
                CultureInfo.InvariantCulture
            ),
            IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };

    public override void Dispose() { }
}
