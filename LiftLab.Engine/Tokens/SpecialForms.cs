using System.Globalization;

namespace LiftLab.Engine.Tokens;

/// <summary>
/// Texts that are one token each: the levels "&lt;00&gt;" to "&lt;99&gt;", and the levels of single columns, "&lt;1:00&gt;" to
/// "&lt;64:99&gt;".
/// </summary>
public static class SpecialForms
{
    public const int Levels = 100;

    /// <summary>Maximum number of columns that have their own levels.</summary>
    public const int Columns = 64;

    /// <summary>Level 7 is "&lt;07&gt;".</summary>
    /// <param name="level">0 to 99.</param>
    public static string Level(int level)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(level, Levels);
        return string.Create(CultureInfo.InvariantCulture, $"<{level:00}>");
    }

    /// <summary>Level 7 of column 3 is "&lt;3:07&gt;". Columns beyond <see cref="Columns"/> reuse the tokens from column 1 on.</summary>
    /// <param name="column">Number of the column, from 1.</param>
    /// <param name="level">0 to 99.</param>
    public static string Level(int column, int level)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(column, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(level, Levels);
        return string.Create(CultureInfo.InvariantCulture, $"<{(column - 1) % Columns + 1}:{level:00}>");
    }

    /// <summary>The column and level at the start of a text and the number of bytes they take; length 0 if there are none.</summary>
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

    /// <summary>The level of a text of exactly four characters, or −1.</summary>
    public static int ReadLevel(ReadOnlySpan<char> text) =>
        text.Length == 4 && text[0] == '<' && text[3] == '>' && char.IsAsciiDigit(text[1]) && char.IsAsciiDigit(text[2])
            ? (text[1] - '0') * 10 + text[2] - '0'
            : -1;
}
