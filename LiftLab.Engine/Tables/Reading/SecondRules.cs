namespace LiftLab.Engine.Tables.Reading;

/// <summary>
/// The reading of cells in run folders of the versions 1 and 2: decimal commas and grouped digits are converted, doubtful marks are missing
/// among numbers.
/// </summary>
static class SecondRules
{
    public static char Read(IReadOnlyList<ColumnBuilder> columns, char? told, bool knowsNumbers)
    {
        var mark = told ?? Guess(columns, knowsNumbers);
        foreach (var column in columns)
        {
            Rewrite(column, mark, knowsNumbers);
            column.DropDoubtfulMarks();
        }
        return mark;
    }

    const int Sample = 2_000;
    const double Most = 0.9;

    /// <summary>
    /// Guesses the decimal mark of the file. A mark is certainly decimal if the number of digits after it is not three (1,5), if only a 0
    /// or nothing precedes it (0,125), or if the other mark precedes it (1.234,5). Where no mark is certain, a comma is decimal only if the
    /// file has no number with a point.
    /// </summary>
    static char Guess(IReadOnlyList<ColumnBuilder> columns, bool knowsNumbers)
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

    /// <summary>
    /// False where a number has several commas (1,234,567), which are digit grouping; 1,234 alone may be either. Decides only in files
    /// without a certain mark.
    /// </summary>
    static bool AllOneMark(IReadOnlyList<ColumnBuilder> columns) =>
        !columns.Any(c =>
            c.Cells.Take(Sample).Any(cell => NumberText.Invariant(cell, '.') is { Length: > 6 } && cell.Count(x => x == ',') > 1)
        );

    /// <summary>
    /// Converts a column in which at least 90 % of the values are numbers with the given decimal mark and some are not yet in invariant
    /// notation.
    /// </summary>
    static void Rewrite(ColumnBuilder column, char mark, bool knowsNumbers)
    {
        if (column.NumberCount == column.Filled && mark == '.')
            return;
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
            return;
        // A workbook stores numbers as numbers: decimal commas occur only in columns of texts.
        if (knowsNumbers && plain > 0 && mark == ',')
            return;
        column.RewriteNumbers(mark);
    }
}
