using System.Text;

namespace LiftLab.Engine.Tokens;

/// <summary>A change to the text before it is split; an entry of "normalizer" in a tokenizer.json.</summary>
abstract record NormaliserStep
{
    public abstract string Apply(string text);

    /// <summary>Steps that make a text longer than this multiple of it, and <see cref="Room"/> characters, are refused.</summary>
    const int MostGrowth = 32,
        Room = 1 << 16;

    /// <exception cref="TokenizerFileException">The steps multiply the text, or a pattern takes too long.</exception>
    public static string Apply(IReadOnlyList<NormaliserStep> steps, string text)
    {
        var most = Room + (long)MostGrowth * text.Length;
        foreach (var step in steps)
        {
            text = step.Apply(text);
            if (text.Length > most)
                throw new TokenizerFileException(
                    $"the normalizer in tokenizer.json makes texts more than {MostGrowth} times as long",
                    "Use a model with another tokenizer."
                );
        }
        return text;
    }

    /// <summary>
    /// Maps positions of a normalised text to the original: entry i is the index in <paramref name="text"/> of position i. Normalises every
    /// prefix of the text, so it takes quadratic time; for display only.
    /// </summary>
    public static int[] Origins(IReadOnlyList<NormaliserStep> steps, string text, string normalised)
    {
        var origins = new int[normalised.Length + 1];
        var (from, at) = (0, 0);
        for (var end = 1; end <= text.Length; end++)
        {
            if (end < text.Length && (char.IsLowSurrogate(text[end]) || IsMark(text, end)))
                continue; // inside a surrogate pair or combining sequence
            var reached = Math.Clamp(Apply(steps, text[..end]).Length, at, normalised.Length);
            if (reached > at)
                Array.Fill(origins, from, at + 1, reached - at - 1);
            if (reached > at)
                origins[reached] = end;
            (from, at) = (end, reached);
        }
        Array.Fill(origins, text.Length, at, origins.Length - at);
        return origins;
    }

    static bool IsMark(string text, int index) =>
        Rune.GetUnicodeCategory(Rune.GetRuneAt(text, index))
            is System.Globalization.UnicodeCategory.NonSpacingMark
                or System.Globalization.UnicodeCategory.SpacingCombiningMark;
}

sealed record UnicodeForm(NormalizationForm Form) : NormaliserStep
{
    public override string Apply(string text) => text.Normalize(Form);
}

sealed record Lowercased : NormaliserStep
{
    // ToLowerInvariant does not change the dotted capital I
    public override string Apply(string text) => text.Replace("\u0130", "i\u0307", StringComparison.Ordinal).ToLowerInvariant();
}

sealed record Prepended(string Prefix) : NormaliserStep
{
    public override string Apply(string text) => text.Length == 0 ? text : Prefix + text;
}

sealed record Replaced(string Text, string By) : NormaliserStep
{
    public override string Apply(string text) => text.Replace(Text, By, StringComparison.Ordinal);
}

sealed record ReplacedPattern(SplitPattern Pattern, string By) : NormaliserStep
{
    public override string Apply(string text) => Pattern.Replace(text, By);
}

sealed record Stripped(bool Left, bool Right) : NormaliserStep
{
    public override string Apply(string text)
    {
        if (Left)
            text = text.TrimStart();
        return Right ? text.TrimEnd() : text;
    }
}
