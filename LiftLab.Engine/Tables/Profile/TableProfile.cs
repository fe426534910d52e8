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
public sealed record ValueCount(string Value, int Count);
