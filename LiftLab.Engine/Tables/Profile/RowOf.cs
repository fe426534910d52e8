namespace LiftLab.Engine.Tables.Profile;

/// <summary>A row; equality compares the cells of the columns in use.</summary>
readonly struct RowOf(Column[] columns, int row) : IEquatable<RowOf>
{
    readonly Column[] columns = columns;
    readonly int row = row;

    public bool Equals(RowOf other)
    {
        foreach (var column in columns)
            if (!string.Equals(column.Cells[row], column.Cells[other.row], StringComparison.Ordinal))
                return false;
        return true;
    }

    public override bool Equals(object? other) => other is RowOf row && Equals(row);

    public override int GetHashCode()
    {
        var hash = 17;
        foreach (var column in columns)
            hash = hash * 31 + string.GetHashCode(column.Cells[row], StringComparison.Ordinal);
        return hash;
    }
}
