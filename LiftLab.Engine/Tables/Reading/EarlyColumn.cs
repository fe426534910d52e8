namespace LiftLab.Engine.Tables.Reading;

/// <summary>
/// Asks for one column of a large delimited text before the whole table is read: the bytes are gone through a second time at the same
/// time. The column is given only where it is exactly that of the table, so not where rows are left out or anything else is said of the
/// file.
/// </summary>
/// <param name="Name">The name of the column.</param>
/// <param name="Come">Takes the column, on a thread of its own.</param>
public sealed record EarlyColumn(string Name, Action<Column> Come)
{
    /// <summary>Size of the smallest file in bytes that is gone through a second time; a smaller one is read at once.</summary>
    public int Smallest { get; init; } = 1 << 23;
}
