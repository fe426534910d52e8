using System.Globalization;
using System.Text;

namespace LiftLab.Engine.Studio;

/// <summary>Shows characters that are invisible: a space as ␣, a line break as ↵, a tab as ⇥, others by their code.</summary>
public static class VisibleText
{
    public static string Of(string text)
    {
        var shown = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            shown.Append(Of(rune));
        return shown.ToString();
    }

    /// <summary>Bytes that are only a part of a character: ‹E2 82›.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) =>
        "‹" + string.Join(' ', Convert.ToHexString(bytes).Chunk(2).Select(b => new string(b))) + "›";

    static string Of(Rune rune) =>
        rune.Value switch
        {
            ' ' => "␣",
            '\n' => "↵",
            '\r' => "␍",
            '\t' => "⇥",
            0xA0 => "⍽",
            _ when IsInvisible(Rune.GetUnicodeCategory(rune)) => string.Create(CultureInfo.InvariantCulture, $"‹U+{rune.Value:X4}›"),
            _ => rune.ToString(),
        };

    static bool IsInvisible(UnicodeCategory category) =>
        category
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.SpaceSeparator
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned;
}
