namespace LiftLab.Engine.Tables.Steps.Kinds;

/// <summary>
/// Uses a column as a feature although the guess leaves it out, or leaves it out although the guess uses it. No cell changes.
/// </summary>
public sealed record UseColumn(string Column, bool Used) : TableStep
{
    protected override string Describe() => Used ? $"Use '{Column}' as a feature" : $"Ignore the column '{Column}'";

    public override Stepped Apply(Table table) =>
        new(Changed(table, Find(table, Column).Using(Used ? ColumnRole.Feature : ColumnRole.Ignored)));
}
