namespace LiftLab.Engine.Tables.Steps.Kinds;

/// <summary>Leaves out every row with a missing value in one of the columns.</summary>
/// <param name="Columns">Null: any column of the table.</param>
public sealed record DropMissingRows(IReadOnlyList<string>? Columns = null) : TableStep
{
    protected override string Describe() => $"Leave out rows with a missing value in {Names(Columns, "any column")}";

    protected override bool Keeps() => false;

    public override Stepped Apply(Table table)
    {
        var columns = Find(table, Columns);
        return Keeping(table, [.. Enumerable.Range(0, table.RowCount).Where(row => !columns.Any(c => c.IsMissing(row)))]);
    }
}
