namespace LiftLab.Engine.Tables.Steps;

/// <summary>Columns with changed cells.</summary>
static class StepCells
{
    /// <summary>The column with every text replaced as told. A column of numbers that gets words is no longer told to be one.</summary>
    /// <param name="replace">Called once for each distinct text that is not empty.</param>
    public static Column Replace(Column column, Func<string, string> replace)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        var cells = new string[column.Cells.Count];
        var changed = false;
        for (var i = 0; i < cells.Length; i++)
        {
            var cell = column.Cells[i];
            if (cell.Length > 0)
            {
                if (!known.TryGetValue(cell, out var text))
                    known[cell] = text = replace(cell);
                changed |= !string.Equals(text, cell, StringComparison.Ordinal);
                cell = text;
            }
            cells[i] = cell;
        }
        return changed ? With(column, cells) : column;
    }

    /// <summary>The column with other cells.</summary>
    public static Column With(Column column, IReadOnlyList<string> cells)
    {
        var changed = column.With(cells: cells);
        return column.Told is not { } told || !told.IsNumeric() ? changed
            : changed.Facts.Numbers < changed.Facts.Filled ? changed.As(null, column.Unit)
            : told == ColumnKind.Integer && changed.Facts.Integers < changed.Facts.Numbers ? changed.As(ColumnKind.Number, column.Unit)
            : changed;
    }

    /// <summary>A number as it is written in a cell.</summary>
    public static string Text(double number) => number.ToString("R", System.Globalization.CultureInfo.InvariantCulture);

    /// <exception cref="StepFailedException">A cell is no number, or the numbers are codes, or there is none.</exception>
    public static void DemandNumbers(Column column, string whatToDo)
    {
        var facts = column.Facts;
        if (facts.AreCodes)
            throw new StepFailedException($"the numbers of '{column.Name}' are codes (leading zeros or more than 15 digits)", whatToDo);
        if (facts.Filled == 0)
            throw new StepFailedException($"every cell of '{column.Name}' is missing", whatToDo);
        if (facts.Numbers < facts.Filled)
            throw new StepFailedException(
                $"'{column.Name}' has {facts.Filled - facts.Numbers} cells that are no numbers ('{column.Cells.Where((c, i) => c.Length > 0 && double.IsNaN(column.Numbers[i])).First()}' is the first)",
                whatToDo
            );
    }
}
