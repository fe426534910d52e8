using System.Text;

namespace LiftLab.Engine.Prompts.Cells;

/// <summary>Shortens a long text to its beginning and its end, as "The box was … never again".</summary>
static class TextCut
{
    public const string Gap = "…";

    /// <summary>Whether a text has more than this many UTF-8 bytes.</summary>
    public static bool IsNeeded(string text, int mostBytes) => text.Length * 3 > mostBytes && Encoding.UTF8.GetByteCount(text) > mostBytes;

    /// <param name="mostBytes">Maximum length in UTF-8 bytes; half of them for the beginning.</param>
    public static string Of(string text, int mostBytes)
    {
        if (!IsNeeded(text, mostBytes))
            return text;
        var room = Math.Max(0, mostBytes - Encoding.UTF8.GetByteCount(Gap)) / 2;
        var (head, tail) = (0, text.Length);
        for (var used = 0; head < text.Length && (used += Bytes(text, head)) <= room; )
            head += char.IsHighSurrogate(text[head]) && head + 1 < text.Length ? 2 : 1;
        for (var used = 0; tail > head; )
        {
            var start = tail - (tail > 1 && char.IsLowSurrogate(text[tail - 1]) ? 2 : 1);
            if ((used += Bytes(text, start)) > room)
                break;
            tail = start;
        }
        return text[..head] + Gap + text[tail..];
    }

    /// <summary>UTF-8 bytes of the character at a place.</summary>
    static int Bytes(string text, int at) =>
        char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 4 : Encoding.UTF8.GetByteCount(text.AsSpan(at, 1));
}
