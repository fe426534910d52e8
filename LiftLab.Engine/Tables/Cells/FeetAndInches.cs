using System.Globalization;
using System.Text.RegularExpressions;

namespace LiftLab.Engine.Tables.Cells;

/// <summary>Reads lengths in feet and inches: 5'11", 5′ 11″, 5 ft 11.5 in, 6'.</summary>
static partial class FeetAndInches
{
    /// <returns>Inches in invariant notation; null for another text.</returns>
    public static string? Read(string text)
    {
        if (text.AsSpan().IndexOfAny("'′f") < 0 || Length().Match(text) is not { Success: true } match)
            return null;
        var inches = match.Groups["in"].Success ? decimal.Parse(match.Groups["in"].Value, CultureInfo.InvariantCulture) : 0;
        return inches >= 12
            ? null
            : (12 * decimal.Parse(match.Groups["ft"].Value, CultureInfo.InvariantCulture) + inches).ToString(CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(
        @"^(?<ft>[0-9]{1,3})\s*(?:(?:'|′)\s*(?:(?<in>[0-9]{1,2}(?:\.[0-9]+)?)\s*(?:""|″|''|in\.?)?)?|(?:ft|feet|foot)\.?,?\s*(?<in>[0-9]{1,2}(?:\.[0-9]+)?)\s*(?:""|″|in|ins|inch|inches)\.?)$",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Length();
}
