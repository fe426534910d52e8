using LiftLab.Engine.Tables.Profile;

namespace LiftLab.Engine.Tables.Steps.Kinds;

/// <summary>
/// Removes blanks and invisible characters at the ends of cells; between words one blank stays. A cell of nothing else becomes missing.
/// </summary>
/// <param name="Columns">Null: all columns of the table.</param>
public sealed record TrimBlanks(IReadOnlyList<string>? Columns = null) : TableStep
{
    protected override string Describe() => $"Trim blanks in {Names(Columns, "all columns")}";

    public override Stepped Apply(Table table) =>
        new(Changed(table, [.. Find(table, Columns).Select(c => StepCells.Replace(c, LookAlikes.Blanks))]));
}
