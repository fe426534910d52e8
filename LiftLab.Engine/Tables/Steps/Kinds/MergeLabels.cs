namespace LiftLab.Engine.Tables.Steps.Kinds;

/// <summary>Replaces texts of a column by others.</summary>
/// <param name="Labels">The new text of each that is replaced.</param>
public sealed record MergeLabels(string Column, IReadOnlyDictionary<string, string> Labels) : TableStep
{
    protected override string Describe() => $"Change {string.Join(", ", Changes.Take(2))}{(Changes.Count > 2 ? ", …" : "")} in '{Column}'";

    IReadOnlyList<string> Changes =>
        [
            .. Labels
                .GroupBy(l => l.Value, StringComparer.Ordinal)
                .Select(g =>
                    $"{string.Join(" and ", g.Take(4).Select(l => Quoted(l.Key)))}{(g.Count() > 4 ? " and others" : "")} to {Quoted(g.Key)}"
                ),
        ];

    public override Stepped Apply(Table table)
    {
        var column = Find(table, Column);
        if (Labels.Any(l => string.IsNullOrWhiteSpace(l.Value)))
            throw new StepFailedException("a new text is empty", "Give a text; to remove values, read them as missing.");
        return new(Changed(table, StepCells.Replace(column, text => Labels.GetValueOrDefault(text, text))));
    }
}
