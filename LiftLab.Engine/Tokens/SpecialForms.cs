using System.Globalization;
using System.Text.RegularExpressions;

namespace LiftLab.Engine.Tokens;

/// <summary>
/// Texts that stand for one token each: "###", "@@@", the levels "&lt;00&gt;" to "&lt;99&gt;", and the levels of a column of their own,
/// "&lt;1:00&gt;" to "&lt;64:99&gt;". A cell of a table may contain such a text by accident; written through <see cref="Escape"/> it
/// stays ordinary text. Escaping puts a word joiner (U+2060, invisible) behind the form's first character and one more where there is one
/// already, so that it can be undone exactly.
/// </summary>
public static partial class SpecialForms
{
    public const int Levels = 100;

    /// <summary>Columns that can have levels of their own.</summary>
    public const int Columns = 64;

    const char Joiner = '\u2060';

    /// <summary>Level 7 is "&lt;07&gt;".</summary>
    /// <param name="level">0 to 99.</param>
    public static string Level(int level)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(level, Levels);
        return string.Create(CultureInfo.InvariantCulture, $"<{level:00}>");
    }

    /// <summary>Level 7 of column 3 is "&lt;3:07&gt;". Columns beyond the last share the tokens of those from the first on.</summary>
    /// <param name="column">From 1.</param>
    /// <param name="level">0 to 99.</param>
    public static string Level(int column, int level)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(column, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(level, Levels);
        return string.Create(CultureInfo.InvariantCulture, $"<{(column - 1) % Columns + 1}:{level:00}>");
    }

    /// <summary>The column and the level that a text starts with and the characters they take, or a length of 0.</summary>
    public static (int Column, int Level, int Length) ReadColumnLevel(ReadOnlySpan<byte> text)
    {
        if (text.Length < 6 || text[0] != '<')
            return default;
        var colon = text[2] == ':' ? 2 : 3;
        if (text.Length < colon + 4 || text[colon] != ':' || text[colon + 3] != '>' || text[1] == '0')
            return default;
        if (!int.TryParse(text[1..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var column) || column > Columns)
            return default;
        return int.TryParse(text[(colon + 1)..(colon + 3)], NumberStyles.None, CultureInfo.InvariantCulture, out var level)
            ? (column, level, colon + 4)
            : default;
    }

    /// <summary>The level a text of exactly four characters stands for, or -1.</summary>
    public static int ReadLevel(ReadOnlySpan<char> text) =>
        text.Length == 4 && text[0] == '<' && text[3] == '>' && char.IsAsciiDigit(text[1]) && char.IsAsciiDigit(text[2])
            ? (text[1] - '0') * 10 + text[2] - '0'
            : -1;

    /// <summary>The cell, changed only where it contains a level, "##" or "@@".</summary>
    public static string Escape(string cell) =>
        MayNeedEscape(cell) ? Form().Replace(cell, m => m.Value[..1] + Joiner + m.Value[1..]) : cell;

    /// <summary>What <see cref="Escape"/> was given.</summary>
    public static string Unescape(string text) =>
        text.Contains(Joiner, StringComparison.Ordinal) ? EscapedForm().Replace(text, m => m.Value.Remove(1, 1)) : text;

    static bool MayNeedEscape(string cell) => cell.AsSpan().IndexOfAny('<', '#', '@') >= 0;

    [GeneratedRegex(@"<\u2060*(?:[0-9]{1,2}:)?[0-9]{2}>|#\u2060*(?=#)|@\u2060*(?=@)", RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    [GeneratedRegex(@"<\u2060+(?:[0-9]{1,2}:)?[0-9]{2}>|#\u2060+(?=#)|@\u2060+(?=@)", RegexOptions.CultureInvariant)]
    private static partial Regex EscapedForm();
}
