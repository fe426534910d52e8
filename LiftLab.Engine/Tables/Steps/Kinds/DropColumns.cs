namespace LiftLab.Engine.Tables.Steps.Kinds;

/// <summary>Removes columns.</summary>
public sealed record DropColumns(IReadOnlyList<string> Columns) : TableStep
{
    protected override string Describe() => $"Remove the {(Columns.Count == 1 ? "column" : "columns")} {Names(Columns, "…")}";

    public override Stepped Apply(Table table)
    {
        if (Columns.Count == 0)
            throw new StepFailedException("no column is named", "Name at least one column.");
        var gone = Find(table, Columns).ToHashSet();
        return gone.Count == table.Columns.Count
            ? throw new StepFailedException("no column would be left", "Keep at least one column.")
            : new(new Table(table.Name, [.. table.Columns.Where(c => !gone.Contains(c))]));
    }
}
