using System.Text.RegularExpressions;

namespace LiftLab.Engine.Tables.Cells;

/// <summary>
/// Cells that programs write so that a spreadsheet program keeps them as they are: ="007", or '007 with the sign before a number.
/// </summary>
static partial class GuardedCells
{
    /// <summary>Whether a cell makes it worth while to look at the whole column.</summary>
    public static bool IsSuspect(ReadOnlySpan<char> cell) => cell.Length > 1 && cell[0] is '=' or '\'';

    /// <summary>
    /// What each such text becomes; empty where there is none, and where single quotes stand before other texts than numbers.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Of(IReadOnlyList<string> cells, out CountedText first)
    {
        var bare = new Dictionary<string, string>(StringComparer.Ordinal);
        (first, var count, var quoted) = (default, 0, true);
        for (var row = 0; row < cells.Count; row++)
        {
            var cell = cells[row];
            if (!IsSuspect(cell))
                continue;
            if (!bare.ContainsKey(cell))
                if (Formula().Match(cell) is { Success: true } formula)
                    bare[cell] = formula.Groups[1].Value.Replace("\"\"", "\"", StringComparison.Ordinal).Trim();
                else if (cell[0] == '=')
                    continue;
                else if (IsNumber(cell[1..]))
                    bare[cell] = cell[1..].Trim();
                else
                {
                    quoted = false; // 'tis, '90s
                    continue;
                }
            if (count++ == 0)
                first = new(cell, 0, row + 1);
        }
        if (!quoted)
            foreach (var text in bare.Keys.Where(t => t[0] == '\'').ToArray())
            {
                bare.Remove(text);
                count = 0;
            }
        if (count == 0 && bare.Count > 0) // counted anew without the single quotes
            for (var row = cells.Count - 1; row >= 0; row--)
                if (bare.ContainsKey(cells[row]))
                    (first, count) = (new(cells[row], 0, row + 1), count + 1);
        first = first with { Count = count };
        return bare;
    }

    static bool IsNumber(string text) =>
        text.Length > 0
        && (NumberText.IsNumber(text) || (NumberNotation.Read(text, '.') ?? NumberNotation.Read(text, ',')) is { Unit: "", Power: "" });

    public static Problem Said(string column, CountedText first, string becomes) =>
        new(
            Severity.Note,
            "guarded-cells",
            $"{ColumnMeaning.Cells(first.Count)} {(first.Count == 1 ? "is" : "are")} written so that a spreadsheet program keeps "
                + $"{(first.Count == 1 ? "it" : "them")}, and {(first.Count == 1 ? "was" : "were")} read without the signs ('{first.Text}' as '{becomes}')",
            "Make the column a category if these are codes.",
            first.Row,
            column
        )
        {
            Remedies = [Remedy.Kind(column, ColumnKind.Category, "Read as codes")],
        };

    [GeneratedRegex("^=\"((?:[^\"]|\"\")*)\"$", RegexOptions.CultureInvariant)]
    private static partial Regex Formula();
}
