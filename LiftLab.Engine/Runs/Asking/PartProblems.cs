using System.Globalization;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Runs.Asking;

/// <summary>The problems of a table that is read in parts: one of each kind and column, with the cells of all parts counted.</summary>
public sealed class PartProblems
{
    readonly List<Entry> entries = [];
    readonly Dictionary<(string Code, string? Column, Severity Severity), Entry> known = [];

    sealed class Entry(Problem first)
    {
        public Problem First => first;
        public int Parts { get; set; } = 1;
        public int Cells { get; set; } = first.Cells ?? 0;
    }

    /// <param name="before">Number of rows before the part.</param>
    public void Add(IReadOnlyList<Problem> problems, int before)
    {
        foreach (var problem in problems)
        {
            var key = (problem.Code, problem.Column, problem.Severity);
            if (!known.TryGetValue(key, out var entry))
                entries.Add(known[key] = new(problem.Row is { } row ? problem with { Row = row + before } : problem));
            else if (problem.Row is not null || problem.What != entry.First.What)
                (entry.Parts, entry.Cells) = (entry.Parts + 1, entry.Cells + (problem.Cells ?? 0));
        }
    }

    public IReadOnlyList<Problem> ToList() => [.. entries.Select(e => e.Parts == 1 ? e.First : e.First with { What = Words(e) })];

    static string Words(Entry entry) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{entry.First.What}; {(entry.First.Cells is not null ? $"{entry.Cells} cells in the whole file" : $"the same in {entry.Parts - 1} later parts of the file")}"
        );
}
