namespace LiftLab.Engine.Prompts;

/// <summary>
/// How one column of words becomes letters, one token each for byte-level models: the commonest category of the training rows is A, the
/// next B, and so on to z. Rarer ones, and those that the training rows do not have, share <see cref="Other"/>.
/// </summary>
/// <param name="Categories">Commonest first; at most 52.</param>
public sealed record CategoryLetters(IReadOnlyList<string> Categories)
{
    public const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    public const string Other = "*";

    /// <param name="cells">The training rows'; empty ones are left out.</param>
    public static CategoryLetters Fit(IEnumerable<string> cells) =>
        new([.. cells.Where(c => c.Length > 0).GroupBy(c => c, StringComparer.Ordinal).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal)
            .Take(Alphabet.Length).Select(g => g.Key)]);

    public string Letter(string cell)
    {
        for (var i = 0; i < Categories.Count; i++)
            if (string.Equals(Categories[i], cell, StringComparison.Ordinal)) return Letters[i];
        return Other;
    }

    static readonly string[] Letters = [.. Alphabet.Select(c => c.ToString())];
}
