using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace LiftLab.Engine.Tokens;

/// <summary>
/// A regular expression that matches Unicode characters instead of UTF-16 code units. In .NET both code units of a character above U+FFFF
/// have the category "surrogate", so that \p{L} misses such letters. If a text contains one, the pattern is applied to a copy in which it
/// is replaced by a BMP character of the same category.
/// </summary>
sealed partial class SplitPattern
{
    /// <summary>Maximum time of one match. Ordinary patterns need microseconds; some need time exponential in the text.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Repetitions of a character in the texts with which a pattern is tried.</summary>
    const int TrialLength = 48;

    readonly Regex regex;

    public SplitPattern(Regex regex) => this.regex = regex;

    /// <exception cref="TokenizerFileException">.NET does not support the expression, or it takes too long.</exception>
    public SplitPattern(string expression)
    {
        try
        {
            regex = new(expression, RegexOptions.Compiled | RegexOptions.CultureInvariant, Patience);
            foreach (var character in expression.Where(c => c < 0x80).Concat(" aA1.\n").Distinct())
                regex.Count(new string(character, TrialLength) + '\u0001');
        }
        catch (RegexMatchTimeoutException e)
        {
            throw TooSlow(e);
        }
        catch (ArgumentException e)
        {
            throw new TokenizerFileException(
                $"tokenizer.json uses the split pattern {expression}, which cannot be parsed: {e.Message}",
                "Use a model whose tokenizer has another split pattern.",
                e
            );
        }
    }

    /// <summary>
    /// GPT-2's pattern: contractions; words, numbers and symbols, each with the preceding space; runs of white space without their last
    /// character.
    /// </summary>
    public static SplitPattern Gpt2 { get; } = new(Gpt2Expression());

    static TokenizerFileException TooSlow(RegexMatchTimeoutException e)
    {
        const int most = 100;
        var pattern = e.Pattern.Length <= most ? e.Pattern : e.Pattern[..most] + "…";
        return new(
            $"tokenizer.json uses the pattern {pattern}, of which a match takes more than {Patience.TotalSeconds:0} seconds",
            "Use a model whose tokenizer has another pattern.",
            e
        );
    }

    /// <exception cref="TokenizerFileException">A match takes too long.</exception>
    public string Replace(string text, string by)
    {
        try
        {
            return regex.Replace(text, _ => by);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw TooSlow(e);
        }
    }

    /// <summary>Splits the text into matches and the text between them, in order and without gaps.</summary>
    /// <exception cref="TokenizerFileException">A match takes too long.</exception>
    public List<(int Start, int Length, bool Matched)> Split(ReadOnlySpan<char> text)
    {
        try
        {
            return SplitAt(text);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw TooSlow(e);
        }
    }

    List<(int Start, int Length, bool Matched)> SplitAt(ReadOnlySpan<char> text)
    {
        var parts = new List<(int Start, int Length, bool Matched)>(text.Length / 4 + 1);
        var stood = text.IndexOfAnyInRange('\uD800', '\uDFFF') >= 0 ? StandIn(text) : null;
        var at = 0;
        void Add(int start, int length)
        {
            if (length == 0)
                return;
            if (start > at)
                parts.Add((at, start - at, false));
            parts.Add((start, length, true));
            at = start + length;
        }
        if (stood is null)
            foreach (var match in regex.EnumerateMatches(text))
                Add(match.Index, match.Length);
        else
            foreach (var match in regex.EnumerateMatches(stood.Value.Text))
                Add(stood.Value.Index[match.Index], stood.Value.Index[match.Index + match.Length] - stood.Value.Index[match.Index]);
        if (at < text.Length)
            parts.Add((at, text.Length - at, false));
        return parts;
    }

    static (string Text, int[] Index)? StandIn(ReadOnlySpan<char> text)
    {
        var (copy, index) = (new StringBuilder(text.Length), new List<int>(text.Length + 1));
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            copy.Append(rune.IsBmp ? (char)rune.Value : OfCategory(Rune.GetUnicodeCategory(rune)));
            index.Add(at);
            at += rune.Utf16SequenceLength;
        }
        index.Add(at);
        return (copy.ToString(), [.. index]);
    }

    /// <summary>A replacement of the same category, outside ASCII so that no pattern mentions it literally.</summary>
    static char OfCategory(UnicodeCategory category) =>
        category switch
        {
            UnicodeCategory.UppercaseLetter => '\u0100',
            UnicodeCategory.LowercaseLetter => '\u0101',
            UnicodeCategory.TitlecaseLetter => '\u01C5',
            UnicodeCategory.ModifierLetter => '\u02B0',
            UnicodeCategory.OtherLetter => '\u01BB',
            UnicodeCategory.NonSpacingMark => '\u0300',
            UnicodeCategory.SpacingCombiningMark => '\u0903',
            UnicodeCategory.EnclosingMark => '\u0488',
            UnicodeCategory.DecimalDigitNumber => '\u0660',
            UnicodeCategory.LetterNumber => '\u2160',
            UnicodeCategory.OtherNumber => '\u00B2',
            UnicodeCategory.MathSymbol => '\u00B1',
            UnicodeCategory.CurrencySymbol => '\u00A2',
            UnicodeCategory.ModifierSymbol => '\u00A8',
            UnicodeCategory.OtherSymbol => '\u00A6',
            UnicodeCategory.DashPunctuation => '\u2010',
            UnicodeCategory.ConnectorPunctuation => '\u203F',
            UnicodeCategory.OpenPunctuation => '\u0F3A',
            UnicodeCategory.ClosePunctuation => '\u0F3B',
            UnicodeCategory.OtherPunctuation => '\u00A1',
            UnicodeCategory.Format => '\u00AD',
            UnicodeCategory.PrivateUse => '\uE000',
            _ => '\u0378', // unassigned code point
        };

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Gpt2Expression();
}
