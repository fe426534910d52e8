using LiftLab.Engine.Tables.Cells;

namespace LiftLab.Engine.Tables.Steps.Kinds;

/// <summary>
/// Reads a column as dates, and adds numbers computed from them as columns behind it. A cell that is no date becomes missing.
/// </summary>
/// <param name="Order">The order of day and month; null: guessed from the cells.</param>
public sealed record ReadDates(string Column, IReadOnlyList<DatePart>? Parts = null, DateOrder? Order = null) : TableStep
{
    protected override string Describe() =>
        $"Read '{Column}' as dates{Order switch { DateOrder.DayFirst => ", day first", DateOrder.MonthFirst => ", month first", _ => "" }}"
        + (Parts is null or [] ? "" : $" and add {string.Join(", ", Parts.Select(Remedy.WordOf))}");

    public override Stepped Apply(Table table)
    {
        var column = Find(table, Column);
        var notes = new List<string>();
        DateOrder? found = null;
        var dates = column.Told == ColumnKind.Date ? column : Read(column, notes, out found);
        var names = table.Columns.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        var parts = new List<Column>();
        foreach (var part in (Parts ?? []).Distinct())
        {
            parts.Add(DateColumns.Of(dates, part, names.Contains));
            names.Add(parts[^1].Name);
        }
        return new(new Table(table.Name, [.. table.Columns.SelectMany(c => c.Name == Column ? (Column[])[dates, .. parts] : [c])]))
        {
            Notes = notes,
            Settled = this with { Order = Order ?? found },
        };
    }

    Column Read(Column column, List<string> notes, out DateOrder? found)
    {
        var meaning = DateMeaning.Of(Column, new CellTally(column.Cells), new() { Kind = ColumnKind.Date, Order = Order });
        if (
            meaning.Problems.Count == 0
            && meaning.Rewritten.Count == 0
            && !column.Cells.Any(c => DateNotation.Read(c, DateOrder.DayFirst) is not null)
        )
            throw new StepFailedException($"no cell of '{Column}' is a date", "Leave the step out, or choose another column.");
        found = meaning.Order;
        notes.AddRange(meaning.Problems.Select(p => p.What));
        return column
            .With(cells: [.. column.Cells.Select(c => c.Length > 0 ? meaning.Rewritten.GetValueOrDefault(c, c) : c)])
            .As(ColumnKind.Date, null);
    }
}
