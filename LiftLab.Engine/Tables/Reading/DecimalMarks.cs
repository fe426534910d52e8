using LiftLab.Engine.Tables.Cells;

namespace LiftLab.Engine.Tables.Reading;

/// <summary>Guesses the decimal mark of a file.</summary>
static class DecimalMarks
{
    /// <summary>Cells of each column that are looked at, from the first.</summary>
    public const int Sample = 2_000;

    /// <summary>Numbers with one mark and three digits behind it that make a column one of grouped digits.</summary>
    const int FewestGrouped = 3;

    /// <summary>
    /// A mark is certainly decimal if the number of digits after it is not three (1,5), if only a 0 or nothing precedes it (0,125), if more
    /// than three digits do (1234,567), or if the other mark precedes it (1.234,5). It certainly groups digits if it comes twice
    /// (1,234,567).
    /// Where nothing is certain, a comma groups digits in files whose cells are separated by commas, and in columns where the numbers
    /// without a comma are under 1000; else it is decimal, if the file has no number with a point. In files with semicolons the same holds
    /// for points.
    /// </summary>
    /// <param name="knowsNumbers">True for workbooks: numbers are marked as such and have a point.</param>
    public static DecimalMark Guess(IReadOnlyList<ColumnBuilder> columns, char? delimiter, bool knowsNumbers)
    {
        Evidence comma = new(','),
            point = new('.');
        foreach (var column in columns)
        {
            comma.Begin();
            point.Begin();
            foreach (var cell in column.Cells.Take(Sample))
            {
                if (knowsNumbers && NumberText.IsNumber(cell))
                    continue;
                if (cell.Length == 0 || NumberNotation.DigitsOf(cell) is not { } digits)
                    continue;
                comma.Take(digits);
                point.Take(digits);
            }
            comma.End();
            point.End();
        }
        int sureComma = comma.Decimal + point.Grouping,
            surePoint = point.Decimal + comma.Grouping;
        if (sureComma != surePoint)
            return new(sureComma > surePoint ? ',' : '.', false, false);
        if (knowsNumbers || sureComma > 0)
            return new('.', false, comma.Open > 0);
        if (comma.Open > 0 && point.Open == 0)
            return new(delimiter == ',' || comma.LooksGrouped ? '.' : ',', false, true);
        if (point.Open > 0 && comma.Open == 0 && delimiter == ';' && point.LooksGrouped)
            return new(',', false, true);
        // Programs that separate cells by semicolons often group digits with points.
        var points = delimiter == ';' && point.Open >= FewestGrouped && comma.Open == 0;
        return new('.', false, comma.Open > 0 || points, points);
    }

    /// <summary>What the numbers of a file say about one mark.</summary>
    sealed class Evidence(char mark)
    {
        int open,
            small,
            large;

        /// <summary>Numbers in which the mark is certainly decimal.</summary>
        public int Decimal { get; private set; }

        /// <summary>Numbers in which it certainly groups digits.</summary>
        public int Grouping { get; private set; }

        /// <summary>Numbers in which both are possible.</summary>
        public int Open { get; private set; }

        /// <summary>Whether in some column numbers without the mark are whole and under 1000, as with grouped digits.</summary>
        public bool LooksGrouped { get; private set; }

        public void Begin() => (open, small, large) = (0, 0, 0);

        public void End()
        {
            Open += open;
            LooksGrouped |= open >= FewestGrouped && small > 0 && large == 0;
        }

        public void Take(string digits)
        {
            var other = mark == ',' ? '.' : ',';
            int last = digits.LastIndexOf(mark),
                lastOther = digits.LastIndexOf(other);
            if (last < 0)
            {
                if (lastOther < 0 && NumberText.IsInteger(digits))
                    _ = digits.Length <= 3 ? small++ : large++;
                return;
            }
            if (last < lastOther)
                return; // counted for the other mark
            if (lastOther >= 0)
            {
                if (NumberText.Invariant(digits, mark) is not null)
                    Decimal++;
            }
            else if (digits.IndexOf(mark) != last)
            {
                if (NumberText.Invariant(digits, other) is not null)
                    Grouping++;
            }
            else if (NumberText.Invariant(digits, mark) is not null)
            {
                var fraction = 0;
                while (last + 1 + fraction < digits.Length && char.IsAsciiDigit(digits[last + 1 + fraction]))
                    fraction++;
                if (fraction != 3 || last > 3 || digits.AsSpan(0, last) is "0" or "")
                    Decimal++;
                else
                    open++;
            }
        }
    }
}
