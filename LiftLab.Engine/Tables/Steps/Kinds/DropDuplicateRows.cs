using LiftLab.Engine.Tables.Profile;

namespace LiftLab.Engine.Tables.Steps.Kinds;

/// <summary>Leaves out every row that equals an earlier row in the columns; the first stays.</summary>
/// <param name="Columns">Null: all columns of the table.</param>
public sealed record DropDuplicateRows(IReadOnlyList<string>? Columns = null) : TableStep
{
    protected override string Describe() => $"Leave out rows that repeat an earlier row in {Names(Columns, "all columns")}";

    protected override bool Keeps() => false;

    public override Stepped Apply(Table table)
    {
        var columns = Find(table, Columns);
        var seen = new HashSet<RowOf>(table.RowCount);
        return Keeping(table, [.. Enumerable.Range(0, table.RowCount).Where(row => seen.Add(new(columns, row)))]);
    }
}
