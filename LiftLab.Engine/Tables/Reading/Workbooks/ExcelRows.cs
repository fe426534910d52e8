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
    readonly Dictionary<int, (int Last, string Text, NumberFormat? Format)> falling = [];
    readonly IReadOnlyDictionary<(int Row, int Column), string> errors,
        longNumbers;
    readonly Dictionary<int, NumberFormat> known = [];
    string?[] fields = [];
    NumberFormat?[] formats = [];
    int row = -1,
        repeated;
    string? firstRepeated;

    /// <param name="look">What was seen of the sheet that the library leaves out or rounds.</param>
    public ExcelRows(IExcelDataReader reader, SheetLook look, CancellationToken cancel)
    {
        (this.reader, errors, longNumbers, this.cancel) = (reader, look.Errors, look.LongNumbers, cancel);
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
            (fields, formats) = (new string?[reader.FieldCount], new NumberFormat?[reader.FieldCount]);
        for (var i = 0; i < fields.Length; i++)
            fields[i] = Text(i, out formats[i]);
        if (merged.Count > 0)
            Fall();
        return true;
    }

    public override ReadOnlySpan<char> Field(int index) => fields[index];

    public override NumberFormat? FormatOf(int index) => formats[index];

    public override NumberFormat?[] Formats(int count) => formats[..count];

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
        foreach (var (column, (last, text, format)) in falling)
            if (row > last)
                falling.Remove(column);
            else if (column < fields.Length && string.IsNullOrEmpty(fields[column]) && Array.Exists(fields, f => !string.IsNullOrEmpty(f)))
            {
                (fields[column], formats[column]) = (text, format);
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
                falling[range.FromColumn] = (range.ToRow, value, formats[range.FromColumn]);
    }

    string? Text(int column, out NumberFormat? format)
    {
        format = null;
        switch (reader.GetValue(column))
        {
            case null:
                return errors.Count > 0 ? errors.GetValueOrDefault((row, column)) : null;
            case string text:
                return text;
            case double number:
                format = Format(column);
                return !double.IsFinite(number) ? null
                    : format.Mask is not null && format.Masked(number) is { } masked ? masked
                    : longNumbers.Count > 0 && longNumbers.TryGetValue((row, column), out var digits) ? digits
                    : number.ToString("R", CultureInfo.InvariantCulture);
            case bool truth:
                return truth ? "true" : "false";
            case DateTime time:
                format = Format(column);
                return
                    format.Kind is ColumnKind.Time or ColumnKind.Duration
                    && (
                        time < FirstMonths ? DayBeforeFirst
                        : time.Date == FirstOf1904 ? FirstOf1904
                        : (DateTime?)null
                    )
                        is { } start
                    ? Clock(time - start)
                    : time.ToString(time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            case TimeSpan span:
                format = Format(column);
                return Clock(span);
            case IFormattable other:
                return other.ToString(null, CultureInfo.InvariantCulture);
            case var other:
                return other.ToString();
        }
    }

    /// <summary>A time alone lies on the day before the first of the calendar; larger numbers of hours lie in its first months.</summary>
    static readonly DateTime DayBeforeFirst = new(1899, 12, 31, 0, 0, 0, DateTimeKind.Unspecified);

    static readonly DateTime FirstMonths = new(1900, 3, 1, 0, 0, 0, DateTimeKind.Unspecified);

    /// <summary>The first day of workbooks that count from 1904.</summary>
    static readonly DateTime FirstOf1904 = new(1904, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);

    NumberFormat Format(int column)
    {
        var index = reader.GetNumberFormatIndex(column);
        if (!known.TryGetValue(index, out var format))
            known[index] = format = NumberFormat.Of(reader.GetNumberFormatString(column));
        return format;
    }

    /// <summary>"26:15:00": hours may be over 23.</summary>
    static string Clock(TimeSpan span)
    {
        var size = span.Duration();
        var fraction = size.Milliseconds == 0 ? "" : size.ToString(@"\.fff", CultureInfo.InvariantCulture).TrimEnd('0');
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(span < TimeSpan.Zero ? "-" : "")}{(long)size.TotalHours:00}:{size.Minutes:00}:{size.Seconds:00}{fraction}"
        );
    }

    public override void Dispose() { }
}
