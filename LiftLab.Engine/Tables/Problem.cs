namespace LiftLab.Engine.Tables;

/// <summary>Errors block a run; warnings do not.</summary>
public enum Severity
{
    Warning,
    Error,
}

/// <summary>
/// Something about a table that a person should know or mend: where, what, and what to do about it.
/// <see cref="Code"/> is stable ("unclosed-quote"). <see cref="Row"/> counts data rows from 1, the header not included.
/// </summary>
public sealed record Problem(Severity Severity, string Code, string What, string WhatToDo, int? Row = null, string? Column = null)
{
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

/// <summary>Data that cannot be used, with every reason found.</summary>
public sealed class BadDataException(IReadOnlyList<Problem> problems)
    : Exception(string.Join(Environment.NewLine, problems.Select(p => p.ToString())))
{
    public IReadOnlyList<Problem> Problems { get; } = problems;
}
