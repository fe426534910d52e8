namespace LiftLab.Engine.Tables.Steps.Kinds;

/// <summary>Reads texts or numbers of a column as missing (-999).</summary>
public sealed record MarkMissing(string Column, IReadOnlyList<string> Texts) : TableStep
{
    protected override string Describe() => $"Read {string.Join(" and ", Texts.Take(4).Select(Quoted))} as missing in '{Column}'";

    public override Stepped Apply(Table table)
    {
        var column = Find(table, Column);
        if (Texts.Count == 0)
            throw new StepFailedException("no text is given", "Give at least one text that marks a missing value.");
        var marks = Texts.ToHashSet(ClassLabels.Same);
        return new(Changed(table, StepCells.Replace(column, text => marks.Contains(text) ? "" : text)));
    }
}
