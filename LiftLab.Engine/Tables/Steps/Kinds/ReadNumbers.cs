using LiftLab.Engine.Tables.Cells;

namespace LiftLab.Engine.Tables.Steps.Kinds;

/// <summary>
/// Reads a column of texts as numbers: units, currencies and grouped digits are recognised. A cell that is no number becomes missing.
/// </summary>
/// <param name="DecimalMark">"." or ","; null: the mark with which most cells are numbers.</param>
public sealed record ReadNumbers(string Column, string? DecimalMark = null) : TableStep
{
    protected override string Describe() =>
        $"Read '{Column}' as numbers{DecimalMark switch { "," => " with decimal commas", "." => " with decimal points", _ => "" }}";

    public override Stepped Apply(Table table)
    {
        if (DecimalMark is not (null or "." or ","))
            throw new StepFailedException($"'{DecimalMark}' is no decimal mark", "Give . or , or neither.");
        var column = Find(table, Column);
        var facts = column.Facts;
        if (facts.Filled == 0)
            throw new StepFailedException($"every cell of '{Column}' is missing", "Leave the step out.");
        if (facts.Numbers == facts.Filled)
            return new(
                (column.Told is null || column.Told.Value.IsNumeric()) && !facts.AreCodes
                    ? table
                    : Changed(table, Told(column, column.Unit))
            );
        var meaning = ColumnMeaning.Of(
            Column,
            column.Cells,
            facts.Numbers,
            facts.Filled,
            new((DecimalMark ?? ".")[0], DecimalMark is not null, false),
            false,
            new() { Kind = ColumnKind.Number }
        );
        var read = StepCells.With(column, [.. column.Cells.Select(c => c.Length > 0 ? meaning.Rewritten.GetValueOrDefault(c, c) : c)]);
        if (read.Facts.Numbers == 0)
            throw new StepFailedException($"no cell of '{Column}' is a number", "Leave the step out, or choose another column.");
        return new(Changed(table, Told(read, meaning.Unit ?? column.Unit))) { Notes = [.. meaning.Problems.Select(p => p.What)] };
    }

    static Column Told(Column column, string? unit) =>
        column.As(column.Facts.Integers == column.Facts.Numbers ? ColumnKind.Integer : ColumnKind.Number, unit);
}
