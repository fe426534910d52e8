using LiftLab.Engine.Tables.Cells;
using LiftLab.Engine.Tables.Profile;

namespace LiftLab.Engine.Tables.Steps.Kinds;

/// <summary>
/// Fills the missing cells of a column. Mean, median and the most frequent value are computed from all rows of the table, which include
/// those that become test rows; a note says so.
/// </summary>
/// <param name="Value">For <see cref="FillWith.Value"/>.</param>
public sealed record FillMissing(string Column, FillWith With, string? Value = null) : TableStep
{
    const int MostDecimals = 12;

    protected override string Describe() =>
        $"Fill the missing cells of '{Column}' with {(With == FillWith.Value ? Quoted(Value ?? "") : "the " + Name)}";

    string Name =>
        With switch
        {
            FillWith.Mean => "mean",
            FillWith.Median => "median",
            _ => "most frequent value",
        };

    public override Stepped Apply(Table table)
    {
        var column = Find(table, Column);
        var value = With == FillWith.Value ? Given(column) : Computed(column);
        var filled = StepCells.With(column.WithoutMarks(), [.. column.Cells.Select(c => c.Length == 0 ? value : c)]);
        return new(column.Facts.Missing == 0 ? table : Changed(table, filled))
        {
            Settled = this with { With = FillWith.Value, Value = value },
            Notes =
                With == FillWith.Value || column.Facts.Missing == 0
                    ? []
                    :
                    [
                        $"{Quoted(value)} is the {Name} of '{Column}' over all rows with a value, {column.Facts.Filled} of {table.RowCount}: also over those that become test rows",
                    ],
        };
    }

    string Given(Column column)
    {
        // Not trimmed: a settled value is a cell of the table, byte for byte.
        if (string.IsNullOrWhiteSpace(Value) || Value is not { } value)
            throw new StepFailedException("the value to fill in is empty", "Give a value.");
        var facts = column.Facts;
        if (column.Told == ColumnKind.Date)
            return DateNotation.Read(value, DateOrder.DayFirst)?.Text
                ?? throw new StepFailedException($"{Quoted(value)} is no date and '{Column}' has dates", "Write the date as 2024-03-01.");
        return facts is { Filled: > 0, AreCodes: false } && facts.Numbers == facts.Filled && double.IsNaN(Tables.Column.ParseNumber(value))
            ? throw new StepFailedException($"{Quoted(value)} is no number and '{Column}' has numbers", "Give a number.")
            : value;
    }

    string Computed(Column column)
    {
        if (With == FillWith.MostFrequent)
            return column.Cells.Where(c => c.Length > 0).CountBy(c => c, ClassLabels.Same).ToList() is { Count: > 0 } counts
                ? Shortest(column, ClassLabels.InOrder(counts.Where(c => c.Value == counts.Max(m => m.Value)).Select(c => c.Key))[0])
                : throw new StepFailedException($"every cell of '{Column}' is missing", "Give a value, or leave the column out.");
        StepCells.DemandNumbers(column, "Fill in the most frequent value, or a value of yours.");
        var numbers = NumberProfile.Of(column)!;
        var number = With == FillWith.Mean ? numbers.Mean : numbers.Median;
        // One decimal more than the cells have.
        return StepCells.Text(Decimals(column) is { } decimals ? Math.Round(number, decimals + 1) : number);
    }

    static string Shortest(Column column, string label) =>
        ClassLabels.InOrder(column.Cells.Where(c => ClassLabels.Same.Equals(c, label)))[0];

    static int? Decimals(Column column)
    {
        var most = 0;
        foreach (var cell in column.Cells)
        {
            if (cell.AsSpan().ContainsAny('e', 'E'))
                return null;
            if (cell.IndexOf('.', StringComparison.Ordinal) is >= 0 and var point)
                most = Math.Max(most, cell.Length - point - 1);
        }
        return most <= MostDecimals ? most : null;
    }
}
