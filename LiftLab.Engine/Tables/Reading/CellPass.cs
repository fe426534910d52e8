using LiftLab.Engine.Tables.Cells;

namespace LiftLab.Engine.Tables.Reading;

/// <summary>
/// The second pass over a table's cells, when all are known: numbers, dates and marks of missing values, column by column.
/// </summary>
static class CellPass
{
    /// <returns>The decimal mark of the file.</returns>
    public static char Read(
        IReadOnlyList<ColumnBuilder> columns,
        IReadOnlyList<string> names,
        TableReadOptions options,
        bool knowsNumbers,
        ProblemLog problems
    )
    {
        if (options.Cells == CellRules.AsWritten)
            return options.DecimalMark ?? '.';
        if (options.Cells == CellRules.Second)
            return SecondRules.Read(columns, options.DecimalMark, knowsNumbers);
        var mark = MarkOf(columns, options, knowsNumbers);
        if (mark.Doubt && (mark.Is == ',' || mark.OfPoints) && FirstOpen(columns, mark.Is) is { } open)
            problems.Add(
                new(
                    Severity.Warning,
                    "decimal-or-grouped",
                    $"'{columns[open.Column].Cells[open.Row]}' was read with a decimal {NumberProblems.Name(mark.Is)}; every {NumberProblems.Name(mark.Is)} precedes exactly three digits, so it could group digits too",
                    "Choose the decimal mark if this is wrong.",
                    open.Row + 1,
                    names[open.Column]
                )
                {
                    Remedies = [NumberProblems.Decimal(mark.Is == ',' ? '.' : ',')],
                }
            );
        for (var i = 0; i < columns.Count; i++)
            foreach (var problem in columns[i].Read(names[i], mark, knowsNumbers))
                problems.Add(problem);
        return mark.Is;
    }

    /// <summary>Reads one column, as it is read beside the others.</summary>
    /// <param name="columns">The others have at least the cells that tell the decimal mark.</param>
    /// <returns>Whether it can be read alone.</returns>
    public static bool ReadOne(
        IReadOnlyList<ColumnBuilder> columns,
        IReadOnlyList<string> names,
        int one,
        TableReadOptions options,
        bool knowsNumbers
    )
    {
        if (options.Cells == CellRules.Second)
            return false;
        if (options.Cells != CellRules.AsWritten)
            columns[one].Read(names[one], MarkOf(columns, options, knowsNumbers), knowsNumbers);
        return true;
    }

    static DecimalMark MarkOf(IReadOnlyList<ColumnBuilder> columns, TableReadOptions options, bool knowsNumbers) =>
        options.DecimalMark is { } told ? new DecimalMark(told, true, false) : DecimalMarks.Guess(columns, options.Delimiter, knowsNumbers);

    static (int Column, int Row)? FirstOpen(IReadOnlyList<ColumnBuilder> columns, char mark)
    {
        for (var c = 0; c < columns.Count; c++)
        for (var r = 0; r < columns[c].Cells.Count; r++)
            if (columns[c].Cells[r].Contains(mark, StringComparison.Ordinal) && NumberText.Invariant(columns[c].Cells[r], mark) is not null)
                return (c, r);
        return null;
    }

    /// <summary>The columns with the parts of dates that were chosen, each behind its dates.</summary>
    public static IReadOnlyList<Column> WithParts(IReadOnlyList<Column> columns, TableReadOptions options)
    {
        var names = columns.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        var all = new List<Column>();
        foreach (var column in columns)
        {
            all.Add(column);
            if (column.Told == ColumnKind.Date)
                foreach (var part in options.Of(column.Name).Parts ?? [])
                {
                    all.Add(DateColumns.Of(column, part, names.Contains));
                    names.Add(all[^1].Name);
                }
        }
        return all;
    }
}
