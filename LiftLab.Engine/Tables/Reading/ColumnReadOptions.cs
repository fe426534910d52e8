namespace LiftLab.Engine.Tables.Reading;

/// <summary>How the cells of one column are read, where a person or an earlier reading has decided it. Null: guessed.</summary>
public sealed record ColumnReadOptions
{
    public static ColumnReadOptions Guessed { get; } = new();

    /// <summary>
    /// Number, integer, date, time and duration: cells that are none are missing. Category, text and identifier: cells stay as written.
    /// </summary>
    public ColumnKind? Kind { get; init; }
}
