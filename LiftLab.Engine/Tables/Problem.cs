namespace LiftLab.Engine.Tables;

/// <summary>Errors block a run; warnings do not. A note says how something was read that needs no correction if it is right.</summary>
public enum Severity
{
    Note,
    Warning,
    Error,
}

/// <summary>
/// A problem of a table: where it is, what it is and what the user can do about it. <see cref="Code"/> is stable
/// ("unclosed-quote"). <see cref="Row"/> counts data rows from 1; the header row is not counted.
/// </summary>
public sealed record Problem(Severity Severity, string Code, string What, string WhatToDo, int? Row = null, string? Column = null)
{
    /// <summary>Changes that remove the problem or overrule the guess; empty for none.</summary>
    public IReadOnlyList<Remedy> Remedies { get; init; } = [];

    /// <summary>Number of cells that it counts; null where it counts none. Not part of the problem's text as data.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int? Cells { get; init; }

    /// <summary>Equal for the same problem; the remedies follow from it.</summary>
    public bool Equals(Problem? other) =>
        other is not null
        && (Severity, Code, What, WhatToDo, Row, Column)
            == (other.Severity, other.Code, other.What, other.WhatToDo, other.Row, other.Column);

    public override int GetHashCode() => HashCode.Combine(Severity, Code, What, WhatToDo, Row, Column);

    public override string ToString() =>
        (Row, Column) switch
        {
            (null, null) => "",
            ({ } r, null) => $"row {r}: ",
            (null, { } c) => $"column '{c}': ",
            ({ } r, { } c) => $"row {r}, column '{c}': ",
        }
        + What
        + ". "
        + WhatToDo;
}

/// <summary>The data cannot be used; <see cref="Problems"/> lists every reason.</summary>
public sealed class BadDataException(IReadOnlyList<Problem> problems)
    : Exception(string.Join(Environment.NewLine, problems.Select(p => p.ToString())))
{
    public IReadOnlyList<Problem> Problems { get; } = problems;
}
