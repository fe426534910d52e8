namespace LiftLab.Engine.Tables.Reading;

/// <summary>Which of a file's first rows holds the column names, if any does.</summary>
static class HeaderRow
{
    /// <summary>Rows before the table: titles and notes, which fill one cell where the table's rows fill several.</summary>
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
    /// The first row is a header where a word stands over a column of numbers; where its numbers count from 0 or 1 (pixels) or are
    /// ascending years; and, in a table of words, unless each of its words comes again below it.
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

    /// <summary>Usable column names: one line, none empty, none twice. What had to be changed is reported.</summary>
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
                // The nameless first column is how pandas and R write row numbers.
                if (i > 0)
                    problems.Warn(
                        "empty-name",
                        $"column {i + 1} has no name and is called '{name}'",
                        "Give it a name in the header.",
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
                    $"two columns are named '{name}'; the later one is called '{name} ({number})'",
                    "Give each column a name of its own.",
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
