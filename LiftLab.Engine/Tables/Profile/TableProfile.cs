namespace LiftLab.Engine.Tables.Profile;

/// <summary>Summary statistics of a table, by column.</summary>
/// <param name="Classes">Rows of each class of a classification target, in class order; null in regression or without a target.</param>
public sealed record TableProfile(
    string Name,
    int Rows,
    TaskKind Task,
    string? Target,
    IReadOnlyList<ColumnProfile> Columns,
    IReadOnlyList<ValueCount>? Classes
)
{
    public static TableProfile Of(Table table, Schema schema)
    {
        var target = schema.Columns.FirstOrDefault(c => c.Role == ColumnRole.Target && table.Has(c.Name));
        return new(
            table.Name,
            table.RowCount,
            schema.Task,
            target?.Name,
            [.. schema.Columns.Where(c => table.Has(c.Name)).AsParallel().AsOrdered().Select(c => ColumnProfile.Of(table[c.Name], c))],
            target is null ? null : TargetCheck.Balance(table[target.Name], schema.Task)
        );
    }
}

/// <summary>A value and the number of cells that have it.</summary>
public sealed record ValueCount(string Value, int Count)
{
    /// <summary>The distinct texts of a column in class order.</summary>
    /// <param name="most">Where there are more, one more than this many are returned.</param>
    public static IReadOnlyList<ValueCount> Of(Column column, int most)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        char[] room = [];
        for (var r = 0; r < column.Cells.Count && counts.Count <= most; r++)
            if (column.CellAt(r, ref room) is { Length: > 0 } cell)
                lookup[cell] = lookup.TryGetValue(cell, out var count) ? count + 1 : 1;
        var numeric = counts.Keys.All(k => !double.IsNaN(Column.ParseNumber(k)));
        return
        [
            .. counts
                .OrderBy(c => numeric ? Column.ParseNumber(c.Key) : 0)
                .ThenBy(c => c.Key, StringComparer.Ordinal)
                .Select(c => new ValueCount(c.Key, c.Value)),
        ];
    }
}
