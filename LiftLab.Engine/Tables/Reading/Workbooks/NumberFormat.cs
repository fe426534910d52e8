using System.Globalization;
using System.Text;
using LiftLab.Engine.Tables.Cells;

namespace LiftLab.Engine.Tables.Reading.Workbooks;

/// <summary>What the number format of a workbook's cell says about the number in it.</summary>
/// <param name="Unit">The unit or currency that is shown with the number; empty for none.</param>
/// <param name="IsPercent">Whether the number is shown times 100 with a percent sign.</param>
/// <param name="Kind">Date, time or duration; null for a number.</param>
/// <param name="Mask">The digits with leading zeros and the signs between them ("000-00-0000") where the number is a code; else
/// null.</param>
sealed record NumberFormat(string Unit, bool IsPercent, ColumnKind? Kind, string? Mask)
{
    /// <summary>"00" pads hours and months, longer ones pad codes.</summary>
    const int FewestDigitsOfCode = 3;

    public static NumberFormat Plain { get; } = new("", false, null, null);

    public static NumberFormat Percent { get; } = new("%", true, null, null);

    /// <summary>
    /// Reads a format such as <c>_-* #,##0.00 "€"_-</c>. Only its first section, that of positive numbers, counts. Words that a scaled
    /// format shows for a power of ten (<c>0.0,"K"</c>) are no unit: the cell holds the whole number.
    /// </summary>
    public static NumberFormat Of(string? format)
    {
        if (string.IsNullOrEmpty(format) || format.Equals("General", StringComparison.OrdinalIgnoreCase))
            return Plain;
        var parts = Parts.Of(format.Replace("General", "0", StringComparison.OrdinalIgnoreCase));
        if (parts.Percent)
            return Percent;
        if (!parts.HasDigits)
            return parts.KindOfTime is { } kind ? new("", false, kind, null) : Plain;
        if (parts.Mask is { } mask && mask.Count(c => c == '0') >= FewestDigitsOfCode)
            return new("", false, null, mask);
        string before = parts.Before.Trim(),
            after = parts.After.Trim();
        if (parts.Scaled)
            after = WithoutPower(after);
        var unit =
            Units.IsCurrency(before) ? before
            : before.Length == 0 && after.Length > 0 && Units.IsUnit(after, spaced: true) ? after
            : "";
        return unit.Length == 0 ? Plain : new(unit, false, null, null);
    }

    /// <summary>The number as the mask shows it; null where it is not a whole number that fits.</summary>
    public string? Masked(double number)
    {
        var digits = Mask!.Count(c => c == '0');
        if (number < 0 || number != Math.Floor(number) || number >= 1e15)
            return null;
        var text = number.ToString("0", CultureInfo.InvariantCulture).PadLeft(digits, '0');
        var shown = new StringBuilder();
        // Digits that are more than the mask has come before its first.
        var at = text.Length - digits;
        var begun = false;
        foreach (var c in Mask!)
        {
            if (c != '0')
            {
                shown.Append(c);
                continue;
            }
            if (!begun)
                shown.Append(text, 0, at);
            begun = true;
            shown.Append(text[at++]);
        }
        return shown.ToString();
    }

    static string WithoutPower(string after)
    {
        var end = 0;
        while (end < after.Length && char.IsLetter(after[end]))
            end++;
        return Units.Power(after[..end]) is null ? "" : after[end..].Trim();
    }

    /// <summary>The first section of a format, taken apart.</summary>
    sealed class Parts
    {
        readonly StringBuilder before = new(),
            after = new(),
            mask = new();
        bool date,
            hours,
            seconds,
            elapsed,
            plainDigits;

        public bool Percent { get; private set; }
        public bool HasDigits { get; private set; }

        /// <summary>Whether commas behind the digits divide by thousands.</summary>
        public bool Scaled { get; private set; }
        public string Before => before.ToString();
        public string After => after.ToString();
        public string? Mask => plainDigits || Percent || After.Trim().Length > 0 ? null : mask.ToString().Trim();

        public ColumnKind? KindOfTime =>
            date ? ColumnKind.Date
            : elapsed || seconds && !hours ? ColumnKind.Duration
            : hours ? ColumnKind.Time
            : null;

        public static Parts Of(string format)
        {
            var parts = new Parts();
            for (var i = 0; i < format.Length && format[i] != ';'; i++)
                i = parts.Take(format, i);
            return parts;
        }

        /// <returns>The index of the last character that belongs to the part.</returns>
        int Take(string format, int i)
        {
            switch (format[i])
            {
                case '"':
                    var close = format.IndexOf('"', i + 1) is >= 0 and var at ? at : format.Length;
                    Literal(format[(i + 1)..close]);
                    return close;
                case '\\' when i + 1 < format.Length:
                    Literal(format[i + 1].ToString());
                    return i + 1;
                case '_' or '*':
                    Literal(" ");
                    return i + 1;
                case '[':
                    var end = format.IndexOf(']', i) is >= 0 and var bracket ? bracket : format.Length - 1;
                    Bracket(format[(i + 1)..end]);
                    return end;
                case '0':
                    Digit();
                    mask.Append('0');
                    return i;
                case '#' or '?':
                    Digit();
                    plainDigits = true;
                    return i;
                case '.':
                case '/' when HasDigits:
                    plainDigits = true;
                    return i;
                case ',':
                    plainDigits = true;
                    Scaled |= HasDigits && (i + 1 >= format.Length || format[i + 1] is not ('0' or '#' or '?'));
                    return i;
                case 'E' or 'e' when HasDigits && i + 1 < format.Length && format[i + 1] is '+' or '-':
                    plainDigits = true;
                    return i + 1;
                case '%':
                    Percent = true;
                    return i;
                case 'y' or 'Y' or 'd' or 'D' or 'e' or 'g' or 'G' when !HasDigits:
                    date = true;
                    return i;
                case 'h' or 'H' when !HasDigits:
                    hours = true;
                    return i;
                case 's' or 'S' when !HasDigits:
                    seconds = true;
                    // Fractions of a second are no digits of a number.
                    while (i + 1 < format.Length && format[i + 1] is '.' or '0' or 's' or 'S')
                        i++;
                    return i;
                case 'm' or 'M' when !HasDigits:
                    // Months, unless hours or seconds are near; "mmm" can only be months.
                    date |= format.AsSpan(i).StartsWith("mmm", StringComparison.OrdinalIgnoreCase);
                    return i;
                case 'A' or 'a' when !HasDigits && format.AsSpan(i).StartsWith("AM/PM", StringComparison.OrdinalIgnoreCase):
                    return i + 4;
                default:
                    Literal(format[i].ToString());
                    return i;
            }
        }

        void Digit()
        {
            HasDigits = true;
            after.Clear(); // what stands between digits is no unit
        }

        void Literal(string text)
        {
            mask.Append(text);
            plainDigits |= text.Contains('0', StringComparison.Ordinal);
            (HasDigits ? after : before).Append(text);
        }

        void Bracket(string inside)
        {
            if (inside.StartsWith('$'))
                Literal(inside.LastIndexOf('-') is > 0 and var locale ? inside[1..locale] : inside[1..]);
            else if (inside.Length > 0 && inside.All(c => c is 'h' or 'H' or 'm' or 'M' or 's' or 'S'))
                elapsed = true;
        }
    }
}
