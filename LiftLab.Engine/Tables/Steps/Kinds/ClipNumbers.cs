namespace LiftLab.Engine.Tables.Steps.Kinds;

/// <summary>Replaces numbers below a bound by it, and numbers above another bound by that.</summary>
public sealed record ClipNumbers(string Column, double? Low = null, double? High = null) : TableStep
{
    protected override string Describe() =>
        $"Clip '{Column}' to {(Low, High) switch
        {
            ({ } low, { } high) => $"{StepCells.Text(low)} to {StepCells.Text(high)}",
            ({ } low, null) => $"at least {StepCells.Text(low)}",
            (null, { } high) => $"at most {StepCells.Text(high)}",
            _ => "…",
        }}";

    public override Stepped Apply(Table table)
    {
        if (Low is null && High is null || Low > High || Low is { } l && !double.IsFinite(l) || High is { } h && !double.IsFinite(h))
            throw new StepFailedException(
                "the bounds are no range",
                "Give a lower or an upper bound, the lower one not above the upper one."
            );
        var column = Find(table, Column);
        StepCells.DemandNumbers(column, "Clip a column of numbers, or read this one as numbers first.");
        return new(Changed(table, StepCells.Replace(column, text => Clipped(text))));
    }

    string Clipped(string text) =>
        Tables.Column.ParseNumber(text) is var number && number < Low ? StepCells.Text(Low.Value)
        : number > High ? StepCells.Text(High.Value)
        : text;
}
