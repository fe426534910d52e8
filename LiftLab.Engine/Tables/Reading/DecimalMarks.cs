namespace LiftLab.Engine.Tables.Reading;

/// <summary>Finds and undoes decimal commas and grouped digits, column by column: cells leave here in invariant notation.</summary>
static class DecimalMarks
{
    const int Sample = 2_000;
    const double Most = 0.9;

    /// <summary>
    /// The file's decimal mark. A mark followed by other than three digits, or after a lone 0, speaks for itself; where all
    /// stand before three digits, a comma in a text is a decimal mark only if no point competes.
    /// </summary>
    public static char Guess(IReadOnlyList<ColumnBuilder> columns, bool knowsNumbers)
    {
        int sureComma = 0,
            surePoint = 0,
            anyComma = 0,
            anyPoint = 0;
        foreach (var column in columns)
        foreach (var cell in column.Cells.Take(Sample))
        {
            var comma = cell.LastIndexOf(',');
            var point = cell.LastIndexOf('.');
            if (comma < 0 && point < 0)
                continue;
            if (comma > point && NumberText.Invariant(cell, ',') is not null)
            {
                anyComma++;
                if (Sure(cell, comma) || point >= 0)
                    sureComma++;
            }
            else if (!knowsNumbers && point > comma && NumberText.Invariant(cell, '.') is not null)
            {
                anyPoint++;
                if (Sure(cell, point) || comma >= 0)
                    surePoint++;
            }
        }
        if (sureComma != surePoint)
            return sureComma > surePoint ? ',' : '.';
        return anyComma > 0 && anyPoint == 0 && !knowsNumbers && sureComma == surePoint && AllOneMark(columns) ? ',' : '.';

        static bool Sure(string cell, int mark)
        {
            var fraction = 0;
            while (mark + 1 + fraction < cell.Length && char.IsAsciiDigit(cell[mark + 1 + fraction]))
                fraction++;
            return fraction != 3 || cell.AsSpan(0, mark).TrimStart("+-") is "0" or "";
        }
    }

    /// <summary>1,234 alone may be either; thousands of it with no 1,234,567 or plain 12345 among them are more likely decimals.</summary>
    static bool AllOneMark(IReadOnlyList<ColumnBuilder> columns) =>
        !columns.Any(c =>
            c.Cells.Take(Sample).Any(cell => NumberText.Invariant(cell, '.') is { Length: > 6 } && cell.Count(x => x == ',') > 1)
        );

    /// <summary>
    /// Rewrites a column that is not yet all numbers and becomes so, nearly, in the given notation. True where only grouping marks were
    /// taken out.
    /// </summary>
    public static bool Rewrite(ColumnBuilder column, char mark, bool knowsNumbers)
    {
        if (column.NumberCount == column.Filled && mark == '.')
            return false;
        int filled = 0,
            plain = 0,
            marked = 0,
            changed = 0;
        foreach (var cell in column.Cells)
        {
            if (cell.Length == 0 || MissingMark.IsDoubtful(cell))
                continue;
            filled++;
            var isPlain = NumberText.IsNumber(cell);
            if (isPlain)
                plain++;
            if (!isPlain || mark == ',')
            {
                var rewritten = NumberText.Invariant(cell, mark);
                if (rewritten is null)
                    continue;
                marked++;
                if (!string.Equals(rewritten, cell, StringComparison.Ordinal))
                    changed++;
            }
            else
                marked++;
        }
        if (changed == 0 || marked < Most * filled)
            return false;
        // A workbook's numbers are known: only a column of texts can hold commas.
        if (knowsNumbers && plain > 0 && mark == ',')
            return false;
        column.RewriteNumbers(mark);
        return mark == '.';
    }
}
