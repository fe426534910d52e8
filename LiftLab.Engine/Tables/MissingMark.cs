namespace LiftLab.Engine.Tables;

/// <summary>
/// Texts that mark a missing value. The sure ones count in every column; the doubtful ones ("none" may be a category, "-" a grade)
/// only in a column whose other cells are all numbers.
/// </summary>
static class MissingMark
{
    static readonly HashSet<string> Sure = new(StringComparer.Ordinal)
    {
        "NA",
        "N/A",
        "n/a",
        "#N/A",
        "#NA",
        "<NA>",
        "NaN",
        "nan",
        "NAN",
        "null",
        "NULL",
        "Null",
        "?",
        "#NULL!",
        "#DIV/0!",
        "#VALUE!",
        "#REF!",
        "#NAME?",
        "#NUM!",
    };

    static readonly HashSet<string> Doubtful = new(StringComparer.OrdinalIgnoreCase)
    {
        "-",
        "--",
        ".",
        "none",
        "missing",
        "unknown",
        "na",
        "inf",
        "-inf",
        "infinity",
        "-infinity",
        "..",
        "...",
        "…",
        "–",
        "—",
        "*",
        "**",
        "/",
        "n.a.",
        "n.a",
        "n.d.",
        "n.d",
        "nd",
        "n/d",
        "n.r.",
        "k.a.",
        "k. a.",
        "s.d.",
        "nil",
        "bdl",
        "b.d.l.",
        "lod",
        "loq",
        "trace",
        "tr",
        "tr.",
        "tba",
        "tbd",
        "error",
        "err",
        "blank",
        "empty",
        "(blank)",
        "(null)",
        "(none)",
        "no data",
        "nodata",
        "not available",
        "not applicable",
        "not detected",
        "not measured",
        "not reported",
        "below detection",
    };

    static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> SureSpans = Sure.GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool IsSure(ReadOnlySpan<char> cell) =>
        cell.Length is > 0 and < 8 && (cell[0] is 'N' or 'n' or '#' or '<' or '?') && SureSpans.Contains(cell);

    public static bool IsDoubtful(string cell) => Doubtful.Contains(cell);
}
