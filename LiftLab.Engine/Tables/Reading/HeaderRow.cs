namespace LiftLab.Engine.Tables.Reading;

/// <summary>Finds title rows and the header row at the beginning of a file.</summary>
static class HeaderRow
{
    /// <summary>Number of title and note rows before the table. They have at most one value; rows of the table have several.</summary>
    public static int TitleRows(IReadOnlyList<string[]> first)
    {
        static int Filled(string[] row) => row.Count(c => c.Length > 0);
        if (first.Count < 3)
            return 0;
        var usual = first.Skip(first.Count / 2).Max(Filled);
        if (usual < 2)
            return 0;
        var titles = 0;
        while (titles < first.Count - 2 && Filled(first[titles]) < 2)
            titles++;
        return titles;
    }

    /// <summary>
    /// Whether the first row is a header row: it has a word above a column of numbers, or its numbers count from 0 or 1 (pixels) or are
    /// ascending years. In a table of words it is a header row unless each of its words occurs again in the same column.
    /// </summary>
    public static bool IsHeader(string[] row, IReadOnlyList<string[]> below)
    {
        var wordOverNumbers = false;
        bool anyNumberColumn = false,
            allRepeated = true;
        var series = new List<double>();
        for (var i = 0; i < row.Length; i++)
        {
            var isNumber = NumberText.IsNumber(row[i]) || NumberText.Invariant(row[i], ',') is not null;
            if (isNumber)
                series.Add(Column.ParseNumber(row[i]));
            var column = below.Where(r => i < r.Length && r[i].Length > 0 && !MissingMark.IsSure(r[i])).Select(r => r[i]).ToList();
            var numbers = column.Count(c => NumberText.IsNumber(c) || NumberText.Invariant(c, ',') is not null);
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
        return series.Count >= 3
            && (
                series[0] is 0 or 1 && IsSeries(series)
                || series.TrueForAll(x => x is >= 1800 and <= 2100 && x == Math.Floor(x))
                    && series.Zip(series.Skip(1)).All(p => p.Second > p.First)
            );

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
