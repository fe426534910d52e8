namespace LiftLab.Engine.Prompts;

/// <summary>
/// How one column of words becomes one character a cell, one token each for byte-level models. A letter counts within the column: the
/// commonest
/// category of the training rows is A, the next B. A symbol counts through the whole table, so that it also says which column it stands in.
/// </summary>
/// <param name="Categories">Commonest first; at most 52.</param>
/// <param name="FirstSymbol">Place of this column's first symbol among all; the one behind its categories stands for a missing
/// cell.</param>
public sealed record CategoryCodes(IReadOnlyList<string> Categories, int FirstSymbol)
{
    /// <summary>For categories that the training rows do not have, and those beyond the 52 commonest.</summary>
    public const string Other = "*";

    const int Most = 52;

    static readonly string[] Characters =
    [
        .. "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!$%&()+-./:;=[]^_{|}~".Select(c => c.ToString()),
    ];

    /// <summary>Symbols that the column uses up.</summary>
    public int Symbols => Categories.Count + 1;

    /// <param name="cells">The training rows'; empty ones are left out.</param>
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

    /// <summary>Tables with more categories than characters use some twice.</summary>
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
