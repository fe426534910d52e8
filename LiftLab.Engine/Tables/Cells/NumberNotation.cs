using System.Globalization;
using System.Text.RegularExpressions;

namespace LiftLab.Engine.Tables.Cells;

/// <summary>The notations in which a number can be written besides the invariant one.</summary>
[Flags]
enum NumberForms
{
    None = 0,
    Grouped = 1,
    Brackets = 2,
    TrailingMinus = 4,
    Exponent = 8,
    Footnote = 16,
    About = 32,
    Power = 64,
    Digits = 128,
    Uncertain = 256,
    Feet = 512,
    OtherMark = 1024,
}

/// <summary>A cell that was read as a number.</summary>
/// <param name="Text">In invariant notation.</param>
/// <param name="Unit">The unit before or after it; empty for none.</param>
/// <param name="Power">The word for a power of ten after it ("K"), which the text does not include yet; empty for none.</param>
readonly record struct ReadNumber(string Text, string Unit, string Power, NumberForms Forms);

/// <summary>
/// Reads numbers as people write them: grouped digits (1,234 · 1 234 · 12,34,567), currencies and units ($5, 5 kg, 12 %), negative numbers
/// in brackets or with the minus behind, exponents as 1D+02, 1.5+003 or 1.5×10^3, feet and inches (5'11"), footnote marks (12.3*), and
/// digits of other scripts.
/// </summary>
static partial class NumberNotation
{
    const int Longest = 64;

    /// <param name="mark">The decimal mark; the other of . and , groups digits.</param>
    /// <returns>Null where the cell is not a number.</returns>
    public static ReadNumber? Read(string cell, char mark)
    {
        if (cell.Length is 0 or > Longest)
            return null;
        var forms = NumberForms.None;
        var text = Plain(cell, ref forms);
        if (Uncertainty(text) is > 0 and var at)
        {
            var size = text[(at + (text[at] == '±' ? 1 : "+/-".Length))..].Trim();
            text = text[..at].TrimEnd() + size[EndOfBody(size, 0)..]; // the unit may stand behind the uncertainty
            forms |= NumberForms.Uncertain;
        }
        if (text.Contains("10", StringComparison.Ordinal) && TenTo().Match(text) is { Success: true } ten)
        {
            text = $"{ten.Groups[1].Value}e{Superscripts(ten.Groups[2].Value + ten.Groups[3].Value)}";
            forms |= NumberForms.Exponent;
        }
        if (FeetAndInches.Read(text) is { } inches)
            return new(inches, "in", "", forms | NumberForms.Feet);
        if (text.AsSpan(1).ContainsAny('+', '-') && ExponentWithoutLetter().IsMatch(text))
        {
            text = text.Insert(text.LastIndexOfAny(['+', '-']), "e");
            forms |= NumberForms.Exponent;
        }
        var start = text.AsSpan().IndexOfAnyInRange('0', '9');
        if (start < 0)
            return null;
        if (start > 0 && (text[start - 1] == mark || text[start - 1] == '.'))
            start--;
        var end = EndOfBody(text, start);
        bool negative = false,
            signed = false,
            open = false,
            close = false;

        var head = text[..start];
        if (head.Contains('(', StringComparison.Ordinal))
            (open, head) = (true, head.Replace("(", "", StringComparison.Ordinal));
        head = head.Trim();
        foreach (var about in (string[])["~", "≈", "ca.", "ca", "c."])
            if (head.StartsWith(about, StringComparison.OrdinalIgnoreCase))
            {
                head = head[about.Length..].Trim();
                forms |= NumberForms.About;
                break;
            }
        if (head.IndexOfAny(['-', '+']) is >= 0 and var sign && (sign == 0 || sign == head.Length - 1))
            (signed, negative, head) = (true, head[sign] == '-', head.Remove(sign, 1).Trim());

        // "5.-" and "5,-": a dash in place of the cents.
        if (end > start + 1 && text[end - 1] is '.' or ',' && text.AsSpan(end).TrimStart('-').IsWhiteSpace() && end < text.Length)
            text = text[..(end - 1)];
        end = Math.Min(end, text.Length);
        var tail = text[end..];
        var spaced = tail.Length > 0 && tail[0] == ' ';
        if (open && tail.IndexOf(')', StringComparison.Ordinal) is >= 0 and var closing)
            (close, tail) = (true, tail.Remove(closing, 1));
        tail = tail.Trim();
        if (open != close)
            return null;
        if (
            !signed
            && !open
            && tail.Length > 0
            && (tail[0] == '-' && (tail.Length == 1 || !char.IsLetterOrDigit(tail[1])) || tail[^1] == '-')
        )
        {
            (signed, negative) = (true, true);
            tail = (tail[0] == '-' ? tail[1..] : tail[..^1]).Trim();
            forms |= NumberForms.TrailingMinus;
        }
        // A footnote mark is never an ASCII letter: units need no regular expression.
        if (tail.Length > 0 && !char.IsAsciiLetterOrDigit(tail[^1]) && Footnote().Match(tail) is { Success: true } note)
        {
            tail = tail[..note.Index].Trim();
            forms |= NumberForms.Footnote;
        }
        if (open)
        {
            if (signed)
                return null;
            negative = true;
            forms |= NumberForms.Brackets;
        }

        if (head.Length > 0 && !Units.IsCurrency(head) || Body(text[start..end], mark, ref forms) is not { } body)
            return null;
        var power = "";
        if (head.Length > 0 && tail.Length > 0)
        {
            if (Units.Power(tail) is null)
                return null;
            (power, tail) = (tail, "");
        }
        else if (tail.Length > 0 && Units.Power(tail) is not null)
            (power, tail) = (tail, "");
        if (tail.Length > 0 && !Units.IsUnit(tail, spaced))
            return null;
        return new(negative ? Negated(body) : body, head.Length > 0 ? head : tail, power, forms);
    }

    /// <summary>
    /// The digits with their marks of a cell that may be a number with sign, unit or brackets, for guessing the decimal mark; null where it
    /// has no digits or too many other characters.
    /// </summary>
    public static string? DigitsOf(string cell)
    {
        var forms = NumberForms.None;
        if (cell.Length is 0 or > Longest)
            return null;
        var text = Plain(cell, ref forms);
        var start = text.AsSpan().IndexOfAnyInRange('0', '9');
        if (start < 0)
            return null;
        if (start > 0 && text[start - 1] is ',' or '.')
            start--;
        var end = EndOfBody(text, start);
        string head = text[..start].Trim(' ', '-', '+', '(', '~', '≈'),
            tail = text[end..].Trim(' ', '-', ')', '*');
        if (head.Length > 0 && !Units.IsCurrency(head) || tail.Length > 0 && Units.Power(tail) is null && !Units.IsUnit(tail, true))
            return null;
        return text[start..end];
    }

    /// <summary>As Fortran writes exponents of three digits: 1.5+003, -0.25-101.</summary>
    [GeneratedRegex(@"^[+-]?[0-9]*[.,][0-9]+[+-][0-9]{3}$", RegexOptions.CultureInvariant)]
    private static partial Regex ExponentWithoutLetter();

    /// <summary>Where "± 0.2" begins behind a number; 0 where it does not.</summary>
    static int Uncertainty(string text)
    {
        var at = text.IndexOf('±', StringComparison.Ordinal);
        var length = 1;
        if (at < 0)
            (at, length) = (text.IndexOf("+/-", StringComparison.Ordinal), 3);
        return
            at > 0
            && char.IsAsciiDigit(text[..at].TrimEnd()[^1])
            && text[(at + length)..].Trim() is { Length: > 0 } size
            && char.IsAsciiDigit(size[0])
            ? at
            : 0;
    }

    /// <summary>ASCII digits, one kind of minus and of blank.</summary>
    static string Plain(string cell, ref NumberForms forms)
    {
        Span<char> plain = stackalloc char[cell.Length];
        for (var i = 0; i < cell.Length; i++)
        {
            var c = cell[i];
            plain[i] = c;
            if (char.IsAscii(c))
                continue;
            if (char.IsDigit(c))
            {
                plain[i] = (char)('0' + CharUnicodeInfo.GetDecimalDigitValue(c));
                forms |= NumberForms.Digits;
            }
            else if (c is '\u2212' or '\u2013' or '\uFE63' or '\uFF0D')
                plain[i] = '-';
            else if (c is '\u2019' or '\u02BC')
                plain[i] = '\'';
            else if (c is '\u066B')
                plain[i] = ',';
            else if (char.IsWhiteSpace(c))
                plain[i] = ' ';
        }
        return plain.Trim().ToString();
    }

    /// <summary>The end of digits, marks, groups and exponent that begin at <paramref name="start"/>.</summary>
    static int EndOfBody(string text, int start)
    {
        bool Digit(int i) => i < text.Length && char.IsAsciiDigit(text[i]);
        var i = start;
        while (i < text.Length)
        {
            var c = text[i];
            if (char.IsAsciiDigit(c) || c is '.' or ',')
                i++;
            else if (c is ' ' or '\'' && Digit(i + 1) && Digit(i + 2) && Digit(i + 3) && !Digit(i + 4))
                i += 4;
            else if (c is 'e' or 'E' && (Digit(i + 1) || i + 1 < text.Length && text[i + 1] is '-' or '+' && Digit(i + 2)))
            {
                i += 2;
                while (Digit(i))
                    i++;
                break;
            }
            else if (c is 'd' or 'D' && (Digit(i + 1) && Digit(i + 2) || i + 1 < text.Length && text[i + 1] is '-' or '+' && Digit(i + 2)))
            {
                i += 2;
                while (Digit(i))
                    i++;
                break;
            }
            else
                break;
        }
        return i;
    }

    static string? Body(string body, char mark, ref NumberForms forms)
    {
        if (body.IndexOfAny(['d', 'D']) is >= 0 and var exponent)
        {
            body = $"{body[..exponent]}e{body[(exponent + 1)..]}";
            forms |= NumberForms.Exponent;
        }
        if (NumberText.Invariant(body, mark) is not { } text)
            return null;
        if (text.Count(char.IsAsciiDigit) == body.Count(char.IsAsciiDigit) && text.Length < body.Length)
            forms |= NumberForms.Grouped;
        return text;
    }

    static string Negated(string text) =>
        text[0] switch
        {
            '-' => text[1..],
            '+' => "-" + text[1..],
            _ => "-" + text,
        };

    static string Superscripts(string power) =>
        string.Concat(
            power.Select(c =>
                c switch
                {
                    '⁻' => "-",
                    '⁺' => "+",
                    '¹' => "1",
                    '²' => "2",
                    '³' => "3",
                    >= '⁰' and <= '⁹' => ((char)(c - '⁰' + '0')).ToString(),
                    _ => c.ToString(),
                }
            )
        );

    [GeneratedRegex(@"^(.*[0-9])\s*[×xX*·]\s*10(?:\s*(?:\^|\*\*)\s*([+-]?[0-9]{1,3})|([⁻⁺]?[⁰¹²³⁴-⁹]{1,3}))$")]
    private static partial Regex TenTo();

    [GeneratedRegex(@"(?:\s*[*†‡§¶]+|^[¹²³⁴-⁹ᵃ-ᵛ]+|\s*\[[^\]]{1,4}\]|\s*\([a-zA-Z]{1,2}\))+$")]
    private static partial Regex Footnote();
}
