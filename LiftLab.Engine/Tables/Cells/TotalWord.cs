namespace LiftLab.Engine.Tables.Cells;

/// <summary>Words that name the sum of rows, in several languages.</summary>
static class TotalWord
{
    const int Longest = 60;

    static readonly HashSet<string> Totals = new(StringComparer.OrdinalIgnoreCase)
    {
        "total",
        "totals",
        "grand total",
        "sum",
        "summe",
        "gesamt",
        "insgesamt",
        "gesamtsumme",
        "somme",
        "total général",
        "suma",
        "totale",
        "totaal",
        "totalt",
        "итого",
        "всего",
        "合计",
        "合計",
        "总计",
        "總計",
    };

    static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> TotalSpans = Totals.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>"Total", "Sum:" and the like.</summary>
    public static bool Is(ReadOnlySpan<char> cell) => TotalSpans.Contains(cell.TrimEnd(": "));

    /// <summary>A text with such a word in it: "North total", "Subtotal: 2023".</summary>
    public static bool IsIn(string cell) =>
        cell.Length < Longest && cell.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries).Any(w => Is(w) || IsSubtotal(w));

    static bool IsSubtotal(string word) =>
        word.Equals("subtotal", StringComparison.OrdinalIgnoreCase) || word.Equals("sub-total", StringComparison.OrdinalIgnoreCase);
}
