namespace LiftLab.Engine.Tables.Reading;

/// <summary>
/// Collects problems and keeps only the first few of each kind: a file may have a million short rows.
/// </summary>
sealed class ProblemLog
{
    const int Shown = 10;
    readonly List<Problem> problems = [];
    readonly Dictionary<(Severity Severity, string Code), int> counts = [];

    public bool Any => counts.Values.Any(c => c > 0);

    public void Add(Severity severity, string code, string what, string whatToDo, int? row = null, string? column = null) =>
        Add(new(severity, code, what, whatToDo, row, column));

    public void Add(Problem problem)
    {
        var count = counts[(problem.Severity, problem.Code)] = Count(problem.Severity, problem.Code) + 1;
        if (count <= Shown)
            problems.Add(problem);
    }

    public void Warn(string code, string what, string whatToDo, int? row = null, string? column = null) =>
        Add(Severity.Warning, code, what, whatToDo, row, column);

    public void Error(string code, string what, string whatToDo, int? row = null, string? column = null) =>
        Add(Severity.Error, code, what, whatToDo, row, column);

    /// <summary>Takes back a problem of a column that turned out to be none.</summary>
    public void TakeBack(string code, string column)
    {
        foreach (var problem in problems.FindAll(p => p.Code == code && p.Column == column))
        {
            problems.Remove(problem);
            counts[(problem.Severity, code)]--;
        }
    }

    public int Count(Severity severity, string code) => counts.GetValueOrDefault((severity, code));

    /// <summary>Errors first; a kind with omitted problems ends with a problem that counts them.</summary>
    public IReadOnlyList<Problem> ToList()
    {
        var rest = counts
            .Where(c => c.Value > Shown)
            .Select(c => new Problem(
                c.Key.Severity,
                c.Key.Code,
                $"{c.Value - Shown} more of the same ({c.Value} in all)",
                problems.First(p => p.Code == c.Key.Code).WhatToDo
            ));
        return [.. problems.Concat(rest).OrderByDescending(p => p.Severity)];
    }

    /// <summary>Puts these problems before those of another log.</summary>
    public void AddTo(ProblemLog other)
    {
        other.problems.InsertRange(0, problems);
        foreach (var (kind, count) in counts)
            other.counts[kind] = other.counts.GetValueOrDefault(kind) + count;
    }

    public BadDataException Fail(string code, string what, string whatToDo, int? row = null, string? column = null)
    {
        problems.Insert(0, new(Severity.Error, code, what, whatToDo, row, column));
        return new(ToList());
    }
}
