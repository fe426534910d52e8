using LiftLab.Engine.Runs.Resident;

namespace LiftLab.Engine.Launching.Resident;

/// <summary>The process that keeps a run's models ended before it answered.</summary>
/// <param name="lastWords">The last line on its standard error; null for none.</param>
public sealed class ResidentGoneException(int? exitCode, string? lastWords)
    : Exception(Words(exitCode, lastWords) + ". " + Remedy),
        IExplained
{
    const string Remedy = "It is started again by the next question: ask again.";

    public string Code => "resident-gone";
    public string What => Words(exitCode, lastWords);
    public string WhatToDo => Remedy;

    static string Words(int? exitCode, string? lastWords) =>
        "the process that keeps the run's models ended before it answered"
        + (
            exitCode is { } code
                ? FormattableString.Invariant($" (exit code {code}{(code == 137 ? ", killed, as where memory ran out" : "")})")
                : ""
        )
        + (string.IsNullOrWhiteSpace(lastWords) ? "" : $": {lastWords.Trim()}");
}

/// <summary>A resident worker refused a question, or there is no room for one more worker.</summary>
public sealed class ResidentRefusedException(ResidentRefusal refusal) : Exception(refusal.What + ". " + refusal.WhatToDo), IExplained
{
    public ResidentRefusal Refusal => refusal;
    public string Code => refusal.Code;
    public string What => refusal.What;
    public string WhatToDo => refusal.WhatToDo;
}
