namespace LiftLab.Engine.Tables.Profile;

/// <summary>A row; equality compares the cells of the columns in use.</summary>
readonly struct RowOf(Column[] columns, int row) : IEquatable<RowOf>
{
    [ThreadStatic]
    static char[]? mine,
        others;

    readonly Column[] columns = columns;
    readonly int row = row;

    public bool Equals(RowOf other)
    {
        char[] a = mine ?? [],
            b = others ?? [];
        var same = true;
        for (var i = 0; same && i < columns.Length; i++)
            same = columns[i].CellAt(row, ref a).SequenceEqual(columns[i].CellAt(other.row, ref b));
        (mine, others) = (a, b);
        return same;
    }

    public override bool Equals(object? other) => other is RowOf row && Equals(row);

    public override int GetHashCode()
    {
        var hash = 17;
        var room = mine ?? [];
        foreach (var column in columns)
            hash = hash * 31 + string.GetHashCode(column.CellAt(row, ref room), StringComparison.Ordinal);
        mine = room;
        return hash;
    }
}
