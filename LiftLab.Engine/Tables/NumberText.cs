using System.Globalization;
using LiftLab.Engine.Tables.Cells;

namespace LiftLab.Engine.Tables;

/// <summary>The notations of numbers that are recognised: 1234.5, 1,234.5, 1234,5, 1.234,5, 1 234,5, 12,34,567, 1e-3.</summary>
static class NumberText
{
    /// <summary>True for a finite number in invariant notation.</summary>
    public static bool IsNumber(ReadOnlySpan<char> cell) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value);

    /// <summary>True for digits with an optional sign: 5 is an integer, 5.0 is not.</summary>
    public static bool IsInteger(ReadOnlySpan<char> cell)
    {
        if (cell.Length > 0 && cell[0] is '-' or '+')
            cell = cell[1..];
        return cell.Length is > 0 and < 19 && !cell.ContainsAnyExceptInRange('0', '9');
    }

    /// <summary>
    /// True for digits that are a code and not a quantity: with leading zeros (007), with more than 15 digits, which a number does not hold
    /// exactly, or with a plus and at least ten digits (a telephone number).
    /// </summary>
    public static bool IsCode(ReadOnlySpan<char> cell)
    {
        var digits = cell.Length > 0 && cell[0] is '-' or '+' ? cell[1..] : cell;
        return digits.Length > 1
            && !digits.ContainsAnyExceptInRange('0', '9')
            && (
                digits.Length > MostDigits
                || digits.Length == cell.Length && digits[0] == '0'
                || cell[0] == '+' && digits.Length >= DigitsOfTelephone
            );
    }

    /// <summary>Decimal digits that a double holds exactly.</summary>
    const int MostDigits = 15;

    const int DigitsOfTelephone = 10;

    /// <summary>The unit before or after the number in every non-missing cell ("%", "$", "kg"); null where there is none.</summary>
    public static string? CommonUnit(IReadOnlyList<string> cells)
    {
        string? common = null;
        foreach (var cell in cells)
        {
            if (cell.Length == 0)
                continue;
            var text = cell.AsSpan();
            int first = text.IndexOfAnyInRange('0', '9'),
                last = text.LastIndexOfAnyInRange('0', '9');
            if (first < 0)
                return null;
            if (first > 0 && (text[first - 1] is '-' or '+' or '.'))
                first--;
            ReadOnlySpan<char> before = text[..first].Trim(),
                after = text[(last + 1)..].Trim(),
                unit = before.Length > 0 ? before : after;
            if (unit.Length is 0 or > 8 || before.Length > 0 && after.Length > 0 || !IsNumber(text[first..(last + 1)]))
                return null;
            if (common is null && !(before.Length > 0 ? Units.IsCurrency(before.ToString()) : Units.IsUnit(after.ToString(), spaced: true)))
                return null;
            common ??= unit.ToString();
            if (!unit.SequenceEqual(common))
                return null;
        }
        return common;
    }

    /// <summary>
    /// Converts a number to invariant notation. <paramref name="mark"/> is the decimal mark; the other of . and , separates
    /// groups of three digits. Null where the cell is not such a number.
    /// </summary>
    public static string? Invariant(string cell, char mark)
    {
        var group = mark == ',' ? '.' : ',';
        Span<char> result = stackalloc char[64];
        if (cell.Length is 0 or > 64)
            return null;
        int length = 0,
            digitsInGroup = 0,
            groups = 0,
            firstGroup = 0;
        bool inFraction = false,
            pairs = false;
        for (var i = 0; i < cell.Length; i++)
        {
            var c = cell[i];
            if (c == mark && !inFraction)
            {
                if (groups > 0 && digitsInGroup != 3)
                    return null;
                inFraction = true;
                result[length++] = '.';
            }
            else if (!inFraction && (c == group || c is ' ' or '\u00a0' or '\u2009' or '\u202f' or '\'' or '\u2019'))
            {
                // Indian grouping has pairs before the last group: 12,34,567.
                pairs |= c == ',' && digitsInGroup == 2 && groups > 0;
                if (digitsInGroup is 0 or > 3 || groups > 0 && digitsInGroup != (pairs ? 2 : 3) || pairs && firstGroup > 2)
                    return null;
                if (groups == 0)
                    firstGroup = digitsInGroup;
                groups++;
                digitsInGroup = 0;
            }
            else if (char.IsAsciiDigit(c))
            {
                if (!inFraction)
                    digitsInGroup++;
                result[length++] = c;
            }
            else if (c is '-' or '+' && i == 0)
                result[length++] = c;
            else if (c == '\u2212' && i == 0)
                result[length++] = '-';
            else if (c is 'e' or 'E')
            {
                if (groups > 0 && !inFraction && digitsInGroup != 3)
                    return null;
                if (!IsInteger(cell.AsSpan(i + 1)))
                    return null;
                cell.AsSpan(i).CopyTo(result[length..]);
                length += cell.Length - i;
                groups = 0;
                break;
            }
            else
                return null;
        }
        if (groups > 0 && !inFraction && digitsInGroup != 3)
            return null;
        var text = result[..length];
        return IsNumber(text) ? text.ToString() : null;
    }
}
