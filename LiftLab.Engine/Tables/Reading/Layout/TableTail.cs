using LiftLab.Engine.Tables.Cells;

namespace LiftLab.Engine.Tables.Reading.Layout;

/// <summary>
/// Holds back rows that may be notes or totals until it is known whether a full row follows. What is still held at the end of the file is
/// looked at from the end: notes and totals are left out, and each is reported.
/// </summary>
sealed class TableTail(ProblemLog problems)
{
    const int Most = 200;

    /// <summary>Relative difference up to which a cell is the sum or mean of a column: totals are often rounded.</summary>
    const double Rounding = 0.005;

    const int FewestForASum = 5;
    readonly Queue<(RowAhead Row, int Number)> held = [];

    public int Count => held.Count;

    /// <summary>Whether the row is not certainly data, and has to be held back.</summary>
    public static bool IsDoubtful(RowReader? row, string[]? cells, int fields, int columns, bool afterBlank)
    {
        if (columns < 2)
            return false;
        if (afterBlank || fields != columns)
            return true;
        int filled = 0,
            first = -1;
        for (var i = 0; i < fields && filled < 2; i++)
            if (!Cell(i).IsWhiteSpace())
            {
                if (filled++ == 0)
                    first = i;
            }
        if (filled < 2)
            return true;
        var text = Cell(first).Trim();
        return first > 0 || !char.IsAsciiDigit(text[0]) && (TotalWord.Is(text) || CellText.IsSummary(text) || CellText.BeginsNote(text));

        ReadOnlySpan<char> Cell(int i) => cells is null ? row!.Field(i) : cells[i];
    }

    public void Hold(RowAhead row, int number) => held.Enqueue((row, number));

    /// <summary>The rows that are data after all, in order: all if a full row follows, else those that are more than are held.</summary>
    public IEnumerable<(RowAhead Row, int Number)> Release(bool fullRowFollows)
    {
        while (held.Count > (fullRowFollows ? 0 : Most))
            yield return held.Dequeue();
    }

    /// <summary>Drops notes and totals from the end of the table; the remaining rows are data.</summary>
    public IEnumerable<(RowAhead Row, int Number)> End(IReadOnlyList<ColumnBuilder> columns)
    {
        var rows = held.ToArray();
        held.Clear();
        bool[] numeric = [.. columns.Select(IsNumeric)];
        var keep = rows.Length;
        var found = new Stack<(string Code, string What, int Number)>();
        while (keep > 0)
        {
            var (row, number) = rows[keep - 1];
            var apart = rows.Take(keep).Any(r => r.Row.AfterBlank);
            var again = rows.Count(r => r.Row.FirstFilled == row.FirstFilled) > 1;
            var several = rows.Take(keep).Count(r => CellText.IsSummary(r.Row.FirstFilled)) + found.Count(f => f.Code == "total-row") > 1;
            if (!again && IsTotal(row, columns, numeric, apart, several))
                found.Push(("total-row", "sums up the rows above it", number));
            else if (IsNote(row, columns.Count, numeric, apart))
                found.Push(("note-below", "is a note below the table", number));
            else
                break;
            keep--;
        }
        foreach (var (row, (code, what, number)) in rows.Skip(keep).Zip(found))
            problems.Warn(
                code,
                $"'{CellText.Short(row.Row.Text)}' {what} and was left out",
                "If it is a row of data, read every row (--every-row).",
                number
            );
        return rows.Take(keep);
    }

    static bool IsNote(RowAhead row, int columns, bool[] numeric, bool apart)
    {
        var lead = CellText.BeginsNote(row.FirstFilled) || CellText.BeginsComment(row.FirstFilled);
        var wordsOverNumbers = false;
        for (var i = 0; i < row.Cells.Length; i++)
            if (row.Cells[i].Length > 0 && (i >= columns || numeric[i]))
            {
                if (!CellText.IsWord(row.Cells[i]))
                    return false;
                wordsOverNumbers |= i < columns;
            }
        if (row.Filled == 1)
            return !CellText.IsNumber(row.FirstFilled)
                && (wordsOverNumbers || lead || apart && numeric.Contains(true) || CellText.Words(row.FirstFilled) >= 4);
        return lead && (wordsOverNumbers || row.Cells.Length != columns) || wordsOverNumbers && (apart || row.Cells.Length != columns);
    }

    /// <param name="several">Whether another row that may be one is beside it: "Mean" above "Std".</param>
    static bool IsTotal(RowAhead row, IReadOnlyList<ColumnBuilder> columns, bool[] numeric, bool apart, bool several)
    {
        var at = Array.FindIndex(row.Cells, c => c.Length > 0);
        if (at < 0 || at >= columns.Count || row.Filled < 2 && !CellText.IsNumber(row.Cells[at]))
            return false;
        var agrees = false;
        var disagrees = false;
        for (var i = 0; i < Math.Min(columns.Count, row.Cells.Length); i++)
            if (i < numeric.Length && numeric[i] && !CellText.IsMissing(row.Cells[i]) && !double.IsNaN(Column.ParseNumber(row.Cells[i])))
                (agrees, disagrees) = Sums(columns[i], Column.ParseNumber(row.Cells[i])) ? (true, disagrees) : (agrees, true);
        var text = row.Cells[at];
        if (CellText.IsNumber(text))
            // Without a word: the only filled cells are sums of their columns.
            return agrees && !disagrees && columns.Count >= 2 && at > 0 && columns[at].Filled >= FewestForASum;
        if (columns[at].Cells.Contains(text, StringComparer.Ordinal))
            return false;
        return TotalWord.Is(text) || CellText.IsSummary(text) && (agrees || apart || several || numeric[at]);
    }

    static bool Sums(ColumnBuilder column, double value)
    {
        double sum = 0,
            size = 0;
        var count = 0;
        foreach (var cell in column.Cells)
            if (Column.ParseNumber(cell) is var x && !double.IsNaN(x))
            {
                sum += x;
                size += Math.Abs(x);
                count++;
            }
        return count > 0 && size > 0 && (Near(value, sum, size) || Near(value, sum / count, size / count));

        static bool Near(double a, double b, double size) => Math.Abs(a - b) <= Rounding * size;
    }

    static bool IsNumeric(ColumnBuilder column)
    {
        const int sample = 200;
        string[] cells = [.. column.Cells.Take(sample).Where(c => !CellText.IsMissing(c))];
        return cells.Length > 0 && cells.Count(CellText.IsNumber) >= 0.8 * cells.Length;
    }
}
