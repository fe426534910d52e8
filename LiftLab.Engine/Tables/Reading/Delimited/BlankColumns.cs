using LiftLab.Engine.Tables.Reading.Layout;

namespace LiftLab.Engine.Tables.Reading.Delimited;

/// <summary>Finds out whether the cells of a text are separated by blanks.</summary>
static class BlankColumns
{
    const int Enough = 200;

    /// <summary>
    /// The least number of blanks between cells, 1 or 2; null where blanks do not separate cells: nine of ten lines
    /// must have the same number of cells, at least two, of which one column holds numbers.
    /// </summary>
    /// <param name="cut">Whether the file continues after the sample.</param>
    public static int? LeastGap(string sample, bool cut)
    {
        string[] lines =
        [
            .. sample
                .Split(["\r\n", "\n", "\r"], StringSplitOptions.None)
                .Where(l => !string.IsNullOrWhiteSpace(l) && !CellText.BeginsComment(l.TrimStart()) && !CellText.IsRule(l))
                .Take(Enough + 1),
        ];
        if (cut && lines.Length is > 1 and <= Enough)
            lines = lines[..^1];
        var two = Rows(lines, 2);
        if (AreColumns(two) && HasWords(two))
            return 2;
        return AreColumns(Rows(lines, 1)) ? 1
            : AreColumns(two) ? 2
            : null;
    }

    static string[][] Rows(string[] lines, int least) =>
        [
            .. lines.Select(l =>
            {
                var fields = new List<string>();
                BlankRows.Split(l, least, fields);
                return fields.ToArray();
            }),
        ];

    /// <summary>Whether some cells consist of several words, and none of a number beside something else.</summary>
    static bool HasWords(string[][] rows)
    {
        string[] several = [.. rows.SelectMany(r => r).Where(c => c.Contains(' ', StringComparison.Ordinal))];
        return several.Length > 0 && !several.Any(c => c.Split(' ').Any(CellText.IsNumber));
    }

    static bool AreColumns(string[][] rows)
    {
        if (rows.Length < 3)
            return false;
        // The header may lack the name of the first column; titles and notes have other numbers of cells.
        var width = rows.GroupBy(r => r.Length).MaxBy(g => g.Count())!.Key;
        var table = rows.Where(r => r.Length == width).ToArray();
        if (width < 2 || table.Length < 0.9 * (rows.Length - 1))
            return false;
        var first = Array.FindIndex(rows, r => r.Length == width || r.Length == width - 1 && width > 2);
        if (first > 0 && !HeaderRow.IsHeader(rows[first], rows[(first + 1)..]))
            return false;
        return Enumerable.Range(0, width).Any(i => table.Skip(1).All(r => CellText.IsMissing(r[i]) || CellText.IsNumber(r[i])));
    }
}
