namespace LiftLab.Engine.Tables.Reading.Layout;

/// <summary>Finds title rows and the header row at the beginning of a file.</summary>
static class HeaderRow
{
    /// <summary>
    /// Number of title and note rows before the table. They have at most one value, or a few at the left that are fewer than half of the
    /// table's columns and end before it ("Station:, Bern"); rows of the table have several.
    /// </summary>
    public static int TitleRows(IReadOnlyList<string[]> first)
    {
        static int Filled(string[] row) => row.Count(c => c.Length > 0);
        if (first.Count < 3)
            return 0;
        var usual = first.Skip(first.Count / 2).Max(Filled);
        if (usual < 2)
            return 0;
        var titles = Count(pairs: true);
        return titles > 0 && !IsHeader(first[titles], [.. first.Skip(titles + 1)]) ? Count(pairs: false) : titles;

        int Count(bool pairs)
        {
            var count = 0;
            while (count < first.Count - 2 && (Filled(first[count]) < 2 || pairs && IsPair(first[count], usual)))
                count++;
            return count;
        }

        // A name with its value. A row that names groups of columns has gaps, and is as wide as the table.
        static bool IsPair(string[] row, int usual)
        {
            var filled = Filled(row);
            return filled * 2 <= usual
                && row[0].Length > 0
                && row.Take(filled).All(c => c.Length > 0)
                && (row.Length < usual || row[0].EndsWith(':'))
                && !CellText.IsNumber(row[0]);
        }
    }

    /// <summary>Whether cells name their rows: all filled, and different words or ascending whole numbers.</summary>
    public static bool AreRowNames(IReadOnlyList<string> cells)
    {
        if (cells.Any(c => c.Length == 0) || cells.Distinct(StringComparer.Ordinal).Count() < cells.Count)
            return false;
        if (!cells.Any(CellText.IsNumber))
            return true;
        return cells.All(c => NumberText.IsInteger(c))
            && cells.Zip(cells.Skip(1)).All(p => Column.ParseNumber(p.Second) > Column.ParseNumber(p.First));
    }

    /// <summary>Whether a column of this name usually names the rows.</summary>
    public static bool NamesRows(string name) =>
        name.ToLowerInvariant() is "" or "id" or "index" or "no" or "no." or "nr" or "nr." or "#" or "row" or "name" or "case" or "sample";

    /// <summary>
    /// Whether the first row is a header row: it has a word above a column of numbers, or its numbers count from 0 or 1 (pixels) or are
    /// ascending years (two are enough above numbers that are no years). In a table of words it is a header row unless each of its words
    /// occurs again in the same column.
    /// </summary>
    public static bool IsHeader(string[] row, IReadOnlyList<string[]> below)
    {
        var wordOverNumbers = false;
        bool anyNumberColumn = false,
            allRepeated = true,
            yearsBelow = false;
        var series = new List<double>();
        for (var i = 0; i < row.Length; i++)
        {
            var isNumber = NumberText.IsNumber(row[i]) || NumberText.Invariant(row[i], ',') is not null;
            var column = below.Where(r => i < r.Length && r[i].Length > 0 && !MissingMark.IsSure(r[i])).Select(r => r[i]).ToList();
            var numbers = column.Count(c => NumberText.IsNumber(c) || NumberText.Invariant(c, ',') is not null);
            if (isNumber)
            {
                series.Add(Column.ParseNumber(row[i]));
                yearsBelow |= column.Count == 0 || column.TrueForAll(c => IsYear(Column.ParseNumber(c)));
            }
            if (column.Count > 0 && numbers >= 0.9 * column.Count)
            {
                anyNumberColumn = true;
                if (!isNumber && row[i].Length > 0 && !MissingMark.IsSure(row[i]))
                    wordOverNumbers = true;
            }
            if (row[i].Length == 0 || !column.Contains(row[i], StringComparer.Ordinal))
                allRepeated = false;
        }
        if (wordOverNumbers)
            return true;
        if (series.Count == 0)
            return anyNumberColumn || !allRepeated;
        return series.Count >= 3 && series[0] is 0 or 1 && IsSeries(series)
            || series.Count >= (yearsBelow ? 3 : 2) && series.TrueForAll(IsYear) && series.Zip(series.Skip(1)).All(p => p.Second > p.First);

        static bool IsYear(double x) => x is >= 1800 and <= 2100 && x == Math.Floor(x);

        static bool IsSeries(List<double> numbers) => numbers.Zip(numbers.Skip(1)).All(p => p.Second == p.First + 1);
    }

    /// <summary>Column names on one line, not empty and unique. Changed names are reported.</summary>
    public static string[] Names(IReadOnlyList<string> header, ProblemLog problems)
    {
        var names = new string[header.Count];
        var used = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < names.Length; i++)
        {
            var name = string.Join(' ', header[i].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            if (name.Length == 0)
            {
                name = $"column {i + 1}";
                // pandas and R write row numbers as a first column without a name: not worth a warning.
                if (i > 0)
                    problems.Warn(
                        "empty-name",
                        $"column {i + 1} has no name and was named '{name}'",
                        "Enter a name in the header row.",
                        null,
                        name
                    );
            }
            if (!used.Add(name))
            {
                var number = 2;
                while (!used.Add($"{name} ({number})"))
                    number++;
                problems.Warn(
                    "duplicate-name",
                    $"two columns are named '{name}'; the second was renamed to '{name} ({number})'",
                    "Give each column a unique name.",
                    null,
                    $"{name} ({number})"
                );
                name = $"{name} ({number})";
            }
            names[i] = name;
        }
        return names;
    }
}
