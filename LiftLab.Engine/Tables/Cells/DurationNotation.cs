using System.Globalization;
using System.Text.RegularExpressions;

namespace LiftLab.Engine.Tables.Cells;

/// <summary>Reads durations: 26:15:00, 75:30 (minutes and seconds), 1h 30m, 2 days 03:04:05, PT1H30M.</summary>
static partial class DurationNotation
{
    static readonly Dictionary<string, double> Seconds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["w"] = 604800,
        ["d"] = 86400,
        ["h"] = 3600,
        ["m"] = 60,
        ["s"] = 1,
        ["ms"] = 0.001,
    };

    /// <param name="clock">Whether two numbers (1:30) are hours and minutes; else minutes and seconds.</param>
    /// <returns>Seconds; null where the cell is not a duration.</returns>
    public static double? Read(string cell, bool clock)
    {
        if (cell.Length is < 2 or > 40)
            return null;
        var negative = cell[0] is '-' or '\u2212';
        var text = negative ? cell[1..] : cell;
        if (Colons().Match(text) is { Success: true } colons)
        {
            double first = Value(colons, "a"),
                second = Value(colons, "b"),
                days = colons.Groups["days"].Success ? Value(colons, "days") : 0;
            double? third = colons.Groups["c"].Success ? Value(colons, "c") : null;
            if (second >= 60 || third >= 60)
                return null;
            var seconds =
                third is { } s ? first * 3600 + second * 60 + s
                : clock || days > 0 ? first * 3600 + second * 60
                : first * 60 + second;
            return Signed(days * 86400 + seconds);
        }
        if (Words().Match(text) is { Success: true } words)
        {
            var sum = 0.0;
            for (var i = 0; i < words.Groups["n"].Captures.Count; i++)
            {
                var unit = words.Groups["u"].Captures[i].Value;
                var key =
                    unit.StartsWith("ms", StringComparison.OrdinalIgnoreCase) || unit.StartsWith("mil", StringComparison.OrdinalIgnoreCase)
                        ? "ms"
                        : unit[..1];
                sum += Number(words.Groups["n"].Captures[i].Value) * Seconds[key];
            }
            return Signed(sum);
        }
        return null;

        double Signed(double seconds) => negative ? -seconds : seconds;
    }

    /// <summary>Whether a text with a colon cannot be a time of day, since its first number is over 23.</summary>
    public static bool ExceedsClock(string cell) =>
        Colons().Match(cell) is { Success: true } m && (m.Groups["days"].Success || Value(m, "a") > 23);

    /// <summary>Whether a column's name says that it holds durations.</summary>
    public static bool IsNamed(string column) => Names().IsMatch(column);

    static double Value(Match match, string group) => Number(match.Groups[group].Value);

    static double Number(string text) => double.Parse(text.Replace(',', '.'), CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^(?:(?<days>[0-9]+)\s*(?:d|days?)?,?[ .]\s*)?(?<a>[0-9]{1,4}):(?<b>[0-9]{2})(?::(?<c>[0-9]{2}(?:[.,][0-9]{1,9})?))?$"
    )]
    private static partial Regex Colons();

    [GeneratedRegex(
        @"^(?:P(?=[0-9T])T?)?(?:(?<n>[0-9]+(?:[.,][0-9]+)?)\s*(?<u>weeks?|wks?|w|days?|d|hours?|hrs?|hr|h|minutes?|mins?|min|milliseconds?|millis|msecs?|ms|m|seconds?|secs?|sec|s)\.?(?:\s*,?\s*(?:and\s+)?|T))+$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Words();

    [GeneratedRegex(
        @"duration|elapsed|runtime|run[ _]time|lap|pace|split|length|time[ _](taken|spent)|waiting|wait|dauer|laufzeit|finish|race[ _]?time|delay",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Names();
}
