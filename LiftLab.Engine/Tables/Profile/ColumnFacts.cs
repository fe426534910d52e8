namespace LiftLab.Engine.Tables.Profile;

/// <summary>Counts over one column's cells, used to guess its kind and to find problems. Computed once per column.</summary>
sealed class ColumnFacts
{
    ColumnFacts() { }

    public int Missing { get; private init; }

    /// <summary>Cells that are finite numbers.</summary>
    public int Numbers { get; private init; }

    /// <summary>Cells written as an integer ("5", not "5.0").</summary>
    public int Integers { get; private init; }

    /// <summary>Cells that are codes: integers with leading zeros or too many digits for a number.</summary>
    public int Codes { get; private init; }

    /// <summary>Whether the numbers are codes, to be compared as texts: at least one in 200 is, and none has a fraction.</summary>
    public bool AreCodes => Codes > 0 && Integers == Numbers && 200L * Codes >= Numbers;

    /// <summary>Distinct classes as <see cref="ClassLabels"/> defines them: numbers by value, other cells by text.</summary>
    public int Distinct { get; private init; }

    /// <summary>Mean number of words in the non-missing cells.</summary>
    public double Words { get; private init; }

    /// <summary>True where the cells are 0, 1, 2, … or 1, 2, 3, … in row order, without missing cells.</summary>
    public bool CountsRows { get; private init; }

    public int Filled { get; private init; }

    public static ColumnFacts Of(Column column)
    {
        var cells = column.Cells;
        var numbers = column.Numbers;
        int missing = 0,
            numeric = 0,
            codes = 0,
            integers = 0;
        long words = 0;
        var counts = cells.Count > 0;
        var start = cells.Count > 0 ? numbers[0] : double.NaN;
        if (start is not (0 or 1))
            counts = false;
        char[] room = [];
        for (var i = 0; i < cells.Count; i++)
        {
            var cell = column.CellAt(i, ref room);
            if (counts && numbers[i] != start + i)
                counts = false;
            if (cell.Length == 0)
            {
                missing++;
                continue;
            }
            if (double.IsNaN(numbers[i]))
                words += WordsOf(cell);
            else
            {
                numeric++;
                words++;
                if (NumberText.IsCode(cell))
                    codes++;
                if (codes > 0 && cell.Length > 18 ? NumberText.IsCode(cell) : NumberText.IsInteger(cell))
                    integers++;
            }
        }
        var filled = cells.Count - missing;
        return new()
        {
            Missing = missing,
            Numbers = numeric,
            Integers = integers,
            Codes = codes,
            Distinct =
                numeric == filled && codes == 0 ? Different(numbers, filled)
                : numeric == 0 ? Different(column)
                : cells.Where(c => c.Length > 0).Distinct(ClassLabels.Same).Count(),
            Words = filled == 0 ? 0 : (double)words / filled,
            CountsRows = counts && missing == 0,
            Filled = filled,
        };
    }

    /// <summary>Distinct texts beyond which they are counted without keeping them.</summary>
    const int MostTexts = 100_000;

    /// <summary>Counts distinct numbers by sorting: several times faster than a hash set of texts for columns of measurements.</summary>
    static int Different(IReadOnlyList<double> numbers, int filled)
    {
        var sorted = System.Buffers.ArrayPool<double>.Shared.Rent(filled);
        var n = 0;
        for (var i = 0; i < numbers.Count; i++)
            if (!double.IsNaN(numbers[i]))
                sorted[n++] = numbers[i];
        Array.Sort(sorted, 0, n);
        var different = Math.Min(n, 1);
        for (var i = 1; i < n; i++)
            if (sorted[i] != sorted[i - 1])
                different++;
        System.Buffers.ArrayPool<double>.Shared.Return(sorted);
        return different;
    }

    static int Different(Column column)
    {
        var distinct = new HashSet<string>(StringComparer.Ordinal);
        var known = distinct.GetAlternateLookup<ReadOnlySpan<char>>();
        char[] room = [];
        for (var i = 0; i < column.Cells.Count && distinct.Count < MostTexts; i++)
            if (column.CellAt(i, ref room) is { Length: > 0 } cell)
                known.Add(cell);
        return distinct.Count < MostTexts ? distinct.Count : DifferentBySorting(column);
    }

    /// <summary>Counts distinct texts by sorting their hash codes; texts of one hash code are compared.</summary>
    static int DifferentBySorting(Column column)
    {
        var hashes = new int[column.Cells.Count];
        var rows = new int[column.Cells.Count];
        char[] room = [],
            other = [];
        var filled = 0;
        for (var i = 0; i < rows.Length; i++)
            if (column.CellAt(i, ref room) is { Length: > 0 } cell)
                (hashes[filled], rows[filled++]) = (string.GetHashCode(cell, StringComparison.Ordinal), i);
        Array.Sort(hashes, rows, 0, filled);
        var different = 0;
        for (int start = 0, i = 0; i < filled; i++)
        {
            if (hashes[i] != hashes[start])
                start = i;
            var known = false;
            for (var k = start; k < i && !known; k++)
                known = column.CellAt(rows[k], ref room).SequenceEqual(column.CellAt(rows[i], ref other));
            if (!known)
                different++;
        }
        return different;
    }

    static int WordsOf(ReadOnlySpan<char> cell)
    {
        var words = 1;
        for (var i = 1; i < cell.Length; i++)
            if (cell[i - 1] == ' ' && cell[i] != ' ')
                words++;
        return words;
    }
}
