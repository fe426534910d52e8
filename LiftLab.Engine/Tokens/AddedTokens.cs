using System.Buffers;
using System.Text;

namespace LiftLab.Engine.Tokens;

/// <summary>Finds added tokens in a text: the leftmost match first, and the longest at the same position.</summary>
sealed class AddedTokens
{
    readonly SearchValues<string> texts;
    readonly Dictionary<char, AddedToken[]> byFirst;

    public AddedTokens(IEnumerable<AddedToken> tokens)
    {
        AddedToken[] all = [.. tokens.Where(t => t.Text.Length > 0).OrderByDescending(t => t.Text.Length)];
        IsEmpty = all.Length == 0;
        texts = SearchValues.Create([.. all.Select(t => t.Text)], StringComparison.Ordinal);
        byFirst = all.GroupBy(t => t.Text[0]).ToDictionary(g => g.Key, g => g.ToArray());
    }

    public bool IsEmpty { get; }

    /// <summary>
    /// Splits the text into segments, in order: added tokens, and the text between them (Token is null). No segments for an empty text.
    /// </summary>
    public IEnumerable<(int Start, int End, AddedToken? Token)> Split(string text)
    {
        var done = 0;
        for (var at = 0; !IsEmpty && at < text.Length; )
        {
            var found = text.AsSpan(at).IndexOfAny(texts);
            if (found < 0)
                break;
            at += found;
            var token = byFirst[text[at]].First(t => text.AsSpan(at).StartsWith(t.Text, StringComparison.Ordinal));
            var (start, end) = (at, at + token.Text.Length);
            at = end;
            if (token.SingleWord && (TouchesLeft(text, start) || TouchesRight(text, end)))
                continue;
            if (token.TakesLeft)
                while (start > done && char.IsWhiteSpace(text[start - 1]))
                    start--;
            if (token.TakesRight)
                while (end < text.Length && char.IsWhiteSpace(text[end]))
                    end++;
            if (start > done)
                yield return (done, start, null);
            yield return (start, end, token);
            (done, at) = (end, end);
        }
        if (done < text.Length)
            yield return (done, text.Length, null);
    }

    static bool TouchesLeft(string text, int start) =>
        start > 0 && Rune.DecodeLastFromUtf16(text.AsSpan(0, start), out var before, out _) == OperationStatus.Done && IsWordLike(before);

    static bool TouchesRight(string text, int end) =>
        end < text.Length && Rune.DecodeFromUtf16(text.AsSpan(end), out var after, out _) == OperationStatus.Done && IsWordLike(after);

    static bool IsWordLike(Rune rune) => Rune.IsLetterOrDigit(rune) || rune.Value == '_';
}
