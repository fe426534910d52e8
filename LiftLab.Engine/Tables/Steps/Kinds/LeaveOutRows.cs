namespace LiftLab.Engine.Tables.Steps.Kinds;

/// <summary>Leaves out the rows whose cell in a column fulfils a condition.</summary>
/// <param name="Values">For is and isNot.</param>
/// <param name="Number">For the comparisons.</param>
public sealed record LeaveOutRows(string Column, RowCondition Condition, IReadOnlyList<string>? Values = null, double? Number = null)
    : TableStep
{
    protected override string Describe() => $"Leave out rows where '{Column}' is {Compared}";

    string Compared =>
        Condition switch
        {
            RowCondition.Is => List(" or "),
            RowCondition.IsNot => $"not {List(" or ")}",
            RowCondition.Below => $"below {Limit}",
            RowCondition.AtMost => $"at most {Limit}",
            RowCondition.Above => $"above {Limit}",
            _ => $"at least {Limit}",
        };

    string List(string joint) =>
        Values is null or []
            ? "…"
            : string.Join(joint, Values.Take(4).Select(Quoted)) + (Values.Count > 4 ? $"{joint}{Values.Count - 4} more" : "");

    string Limit => Number is { } number ? StepCells.Text(number) : "…";

    protected override bool Keeps() => false;

    public override Stepped Apply(Table table)
    {
        var column = Find(table, Column);
        var meets = Meets(column);
        return Keeping(table, [.. Enumerable.Range(0, table.RowCount).Where(row => column.IsMissing(row) || !meets(row))]);
    }

    Func<int, bool> Meets(Column column)
    {
        if (Condition is RowCondition.Is or RowCondition.IsNot)
        {
            if (Values is null or [])
                throw new StepFailedException("no value is given", "Give at least one value.");
            var wanted = Values.ToHashSet(ClassLabels.Same);
            return row => wanted.Contains(column.Cells[row]) == (Condition == RowCondition.Is);
        }
        if (Number is not { } number || !double.IsFinite(number))
            throw new StepFailedException("no number is given to compare with", "Give a number.");
        StepCells.DemandNumbers(column, "Compare a column of numbers, or read this one as numbers first.");
        return Condition switch
        {
            RowCondition.Below => row => column.Numbers[row] < number,
            RowCondition.AtMost => row => column.Numbers[row] <= number,
            RowCondition.Above => row => column.Numbers[row] > number,
            _ => row => column.Numbers[row] >= number,
        };
    }
}
