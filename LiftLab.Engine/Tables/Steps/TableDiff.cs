namespace LiftLab.Engine.Tables.Steps;

/// <summary>Two tables side by side, cell by cell: the table before a step and after it.</summary>
public sealed class TableDiff
{
    readonly int[]? afterRow;

    TableDiff(Table before, Table after, int[]? afterRow, IReadOnlyList<DiffColumn> columns, IReadOnlyList<int> rows, StepCounts counts)
    {
        (Before, After, this.afterRow) = (before, after, afterRow);
        (Columns, Rows, Counts) = (columns, rows, counts);
    }

    public Table Before { get; }

    public Table After { get; }

    /// <summary>The columns of both: those of the table before with those that are added in their places.</summary>
    public IReadOnlyList<DiffColumn> Columns { get; }

    /// <summary>Rows of the table before that go or in which a cell changes or is added, ascending.</summary>
    public IReadOnlyList<int> Rows { get; }

    public StepCounts Counts { get; }

    /// <summary>Where a row of the table before is afterwards; null where it goes.</summary>
    public int? Now(int row) =>
        afterRow is null ? row
        : afterRow[row] is >= 0 and var now ? now
        : null;

    /// <summary>A cell before and after; null where there is none.</summary>
    public (string? Before, string? After) Cell(DiffColumn column, int row) =>
        (column.Before?.Cells[row], Now(row) is { } now ? column.After?.Cells[now] : null);

    public static TableDiff Of(Table before, Stepped step)
    {
        var after = step.Table;
        int[]? now = null;
        if (step.Kept is { } kept)
        {
            now = new int[before.RowCount];
            Array.Fill(now, -1);
            for (var i = 0; i < kept.Count; i++)
                now[kept[i]] = i;
        }
        var columns = Pairs(before, after, step.Renamed);
        var touched = new bool[before.RowCount];
        int cells = 0,
            filled = 0,
            emptied = 0;
        for (var i = 0; i < columns.Count; i++)
        {
            var (old, changed) = (columns[i].Before, columns[i].After);
            if (old is null || changed is null || ReferenceEquals(old.Cells, changed.Cells))
                continue;
            var others = cells;
            for (var row = 0; row < touched.Length; row++)
            {
                if (
                    (now is null ? row : now[row]) is not (>= 0 and var at)
                    || string.Equals(old.Cells[row], changed.Cells[at], StringComparison.Ordinal)
                )
                    continue;
                cells++;
                touched[row] = true;
                if (old.Cells[row].Length == 0)
                    filled++;
                if (changed.Cells[at].Length == 0)
                    emptied++;
            }
            columns[i] = columns[i] with { Changed = cells - others };
        }
        var added = columns.Count(c => c.Before is null);
        var counts = new StepCounts(
            cells,
            filled,
            emptied,
            before.RowCount - after.RowCount,
            columns.Count(c => c.After is null),
            added,
            columns.Count(c => c is { Before: { } b, After: { } a } && b.Name != a.Name),
            columns.Count(c => c is { Before: { } b, After: { } a } && (b.Told != a.Told || b.Use != a.Use || b.Unit != a.Unit))
        );
        int[] rows = [.. Enumerable.Range(0, touched.Length).Where(row => touched[row] || now?[row] < 0)];
        return new(before, after, now, columns, rows, counts);
    }

    static List<DiffColumn> Pairs(Table before, Table after, IReadOnlyDictionary<string, string> renamed)
    {
        var nowOf = new Dictionary<string, Column>(StringComparer.Ordinal);
        var all = new List<DiffColumn>();
        foreach (var column in after.Columns)
            if (renamed.GetValueOrDefault(column.Name, column.Name) is var former && before.Has(former))
                nowOf[former] = column;
        foreach (var column in before.Columns)
            all.Add(new(column, nowOf.GetValueOrDefault(column.Name)));
        for (var i = 0; i < after.Columns.Count; i++)
        {
            var column = after.Columns[i];
            if (all.Any(c => c.After == column))
                continue;
            var at = i == 0 ? -1 : all.FindIndex(c => c.After == after.Columns[i - 1]);
            all.Insert(at + 1, new(null, column));
        }
        return all;
    }
}

/// <summary>A column before and after; null where there is none.</summary>
/// <param name="Changed">Number of its cells that change.</param>
public sealed record DiffColumn(Column? Before, Column? After, int Changed = 0)
{
    public string Name => (Before ?? After)!.Name;
}
