namespace LiftLab.Engine.Tables.Reading.Layout;

/// <summary>What a single cell looks like to the rules that find header, notes and totals.</summary>
static class CellText
{
    static readonly HashSet<string> Summaries = new(StringComparer.OrdinalIgnoreCase)
    {
        "mean",
        "average",
        "avg",
        "avg.",
        "median",
        "std",
        "sd",
        "s.d.",
        "std dev",
        "std. dev.",
        "standard deviation",
        "min",
        "minimum",
        "max",
        "maximum",
        "count",
        "n",
        "all",
        "overall",
        "subtotal",
        "mittelwert",
        "durchschnitt",
        "moyenne",
        "media",
        "promedio",
        "gemiddelde",
        "平均",
    };

    static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> SummarySpans = Summaries.GetAlternateLookup<ReadOnlySpan<char>>();

    static readonly string[] NoteLeads =
    [
        "note",
        "source",
        "footnote",
        "remark",
        "comment",
        "data from",
        "quelle",
        "anmerkung",
        "hinweis",
        "fuente",
        "nota",
        "fonte",
        "(c)",
        "©",
        "*",
        "†",
        "‡",
        "§",
    ];

    /// <summary>True for a number in any notation that is recognised; the decimal mark is not known yet.</summary>
    public static bool IsNumber(string cell) =>
        cell.Length > 0
        && (NumberText.IsNumber(cell) || NumberText.Invariant(cell, ',') is not null || NumberText.Invariant(cell, '.') is not null);

    public static bool IsMissing(string cell) => cell.Length == 0 || MissingMark.IsSure(cell) || MissingMark.IsDoubtful(cell);

    /// <summary>A text that is neither a number nor a mark of a missing value.</summary>
    public static bool IsWord(string cell) => !IsMissing(cell) && !IsNumber(cell);

    /// <summary>"Mean", "Median", "n" and the like.</summary>
    public static bool IsSummary(ReadOnlySpan<char> cell) => SummarySpans.Contains(cell.TrimEnd(": "));

    /// <summary>A beginning that is usual in notes below a table.</summary>
    public static bool BeginsNote(ReadOnlySpan<char> cell)
    {
        foreach (var lead in NoteLeads)
            if (cell.StartsWith(lead, StringComparison.OrdinalIgnoreCase) && cell.Length > lead.Length)
            {
                // "Sources" and "Note 3" begin notes, "notebook" does not.
                var rest = cell[lead.Length..].TrimStart("sS");
                if (!char.IsLetter(lead[^1]) || rest.Length == 0 || !char.IsLetterOrDigit(rest[0]))
                    return true;
            }
        return false;
    }

    /// <summary>Whether the cell begins as programs begin comments. "#N/A" is a mark of a missing value.</summary>
    public static bool BeginsComment(ReadOnlySpan<char> cell) =>
        cell.Length > 0 && (cell[0] is '#' or '%' || cell.StartsWith("//")) && !MissingMark.IsSure(cell);

    /// <summary>A row between header and data that only draws a line: dashes, equals signs, vertical bars.</summary>
    public static bool IsRule(string cell) =>
        cell.Length > 1 && cell.All(c => "-=+|: ".Contains(c, StringComparison.Ordinal)) && cell.AsSpan().ContainsAny("-=");

    public static int Words(string cell) => cell.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;

    public static string Short(string cell) => cell.Length <= 60 ? cell : cell[..59] + "…";
}
