namespace LiftLab.Engine.Tables.Steps;

/// <summary>What a step made of a table.</summary>
public sealed record Stepped(Table Table)
{
    /// <summary>The row of the former table that each row was; null where all rows stay.</summary>
    public IReadOnlyList<int>? Kept { get; init; }

    /// <summary>Former names of renamed columns, by their new names.</summary>
    public IReadOnlyDictionary<string, string> Renamed { get; init; } = new Dictionary<string, string>();

    /// <summary>What a person should know: a computed value, cells that could not be read.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>
    /// The same step with what it found in this table written out (the mean as a number, alike labels by name), for rows that are changed
    /// alike later; null where it is the step itself.
    /// </summary>
    public TableStep? Settled { get; init; }
}
