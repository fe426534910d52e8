namespace LiftLab.Engine.Prompts.Cells;

/// <summary>
/// Codes of one categorical column: one character per cell, which is one token in byte-level models. Letters are numbered within the
/// column: the most frequent category of the training rows is A, the next B. Symbols are numbered through the whole table, so that a symbol
/// also identifies its column.
/// </summary>
/// <param name="Categories">Most frequent first; at most 52.</param>
/// <param name="FirstSymbol">Position of this column's first symbol among all symbols of the table; the symbol after those of its
/// categories means a missing cell.</param>
public sealed record CategoryCodes(IReadOnlyList<string> Categories, int FirstSymbol)
{
    /// <summary>The code of categories that are absent from the training rows or not among the 52 most frequent.</summary>
    public const string Other = "*";

    /// <summary>Maximum number of categories of a column that have codes of their own.</summary>
    public const int Most = 52;

    static readonly string[] Characters =
    [
        .. "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!$%&()+-./:;=[]^_{|}~".Select(c => c.ToString()),
    ];

    /// <summary>Number of symbols that the column uses.</summary>
    public int Symbols => Categories.Count + 1;

    /// <param name="cells">Cells of the training rows; empty cells are skipped.</param>
    public static CategoryCodes Fit(IEnumerable<string> cells, int firstSymbol) =>
        new(
            [
                .. cells
                    .Where(c => c.Length > 0)
                    .GroupBy(c => c, StringComparer.Ordinal)
                    .OrderByDescending(g => g.Count())
                    .ThenBy(g => g.Key, StringComparer.Ordinal)
                    .Take(Most)
                    .Select(g => g.Key),
            ],
            firstSymbol
        );

    public string Letter(string cell) => Place(cell) is >= 0 and var i ? Characters[i] : Other;

    /// <summary>Not unique in tables with more categories than there are characters: some characters are then used twice.</summary>
    public string Symbol(string cell) =>
        cell.Length == 0 ? At(Categories.Count)
        : Place(cell) is >= 0 and var i ? At(i)
        : Other;

    string At(int place) => Characters[(FirstSymbol + place) % Characters.Length];

    int Place(string cell)
    {
        for (var i = 0; i < Categories.Count; i++)
            if (string.Equals(Categories[i], cell, StringComparison.Ordinal))
                return i;
        return -1;
    }
}
