using System.Globalization;
using System.Text.RegularExpressions;

namespace LiftLab.Engine.Tables.Cells;

/// <summary>A cell that was read as a date.</summary>
/// <param name="HasTime">Whether the cell has a time of day too.</param>
/// <param name="Order">The order that the numbers allow alone (13/02/2024); null where both orders or none are possible.</param>
/// <param name="Ambiguous">Whether day and month could be exchanged (03/04/2024).</param>
readonly record struct ReadDate(DateTime Value, bool HasTime, DateOrder? Order, bool Ambiguous)
{
    /// <summary>"2024-03-01" or "2024-03-01 14:30:00".</summary>
    public string Text => Value.ToString(HasTime ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>
/// Reads dates: 2024-03-01, 1.3.2024, 03/01/2024, 1 March 2024, Mar 1, 2024, 20240301, 2024-03, each with or without a time of day. A time
/// zone is not applied: the date is the local one.
/// </summary>
static partial class DateNotation
{
    /// <summary>A year of two digits from this one on is of the last century.</summary>
    const int FirstOfLastCentury = 70;

    static readonly Dictionary<string, int> Months = Named(
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "january february march april may june july august september october november december",
        "januar februar märz april mai juni juli august september oktober november dezember",
        "jän feb mär apr mai jun jul aug sept okt nov dez",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "janv févr mrz avr mai juin juil août sept oct nov déc",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "ene feb mar abr may jun jul ago sep oct nov dic",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"
    );

    /// <param name="order">The order of day and month where both are possible.</param>
    /// <returns>Null where the cell is not a date.</returns>
    public static ReadDate? Read(string cell, DateOrder order)
    {
        if (cell.Length is < 6 or > 40)
            return null;
        var text = Weekday().Replace(cell, "").Trim();
        // 2024年3月1日, 2024년 3월 1일
        if (text.AsSpan().IndexOfAny('年', '년') > 0)
            text = Separators().Replace(text, m => m.Value[0] is '日' or '일' ? " " : "-").Trim(' ', '-');
        if (Iso().Match(text) is { Success: true } iso)
            return Of(iso, Number(iso, "y"), Number(iso, "m"), iso.Groups["d"].Success ? Number(iso, "d") : 1, null, false);
        if (Digits().Match(text) is { Success: true } digits)
        {
            int a = Number(digits, "a"),
                b = Number(digits, "b"),
                year = YearOf(digits.Groups["y"].Value);
            DateOrder? only =
                a > 12 ? DateOrder.DayFirst
                : b > 12 ? DateOrder.MonthFirst
                : null;
            var dayFirst = (only ?? order) == DateOrder.DayFirst;
            return Of(digits, year, dayFirst ? b : a, dayFirst ? a : b, only, only is null && a != b);
        }
        if (Words().Match(text) is { Success: true } words && Months.TryGetValue(words.Groups["m"].Value.ToLowerInvariant(), out var month))
            return Of(words, YearOf(words.Groups["y"].Value), month, words.Groups["d"].Success ? Number(words, "d") : 1, null, false);
        return null;
    }

    /// <summary>Whether a cell of digits alone is a date (20240301), with a time of day too (202403011430).</summary>
    public static ReadDate? ReadDigits(string cell) =>
        cell.Length is 8 or 12 or 14
        && !cell.AsSpan().ContainsAnyExceptInRange('0', '9')
        && int.Parse(cell.AsSpan(0, 4), CultureInfo.InvariantCulture) is >= 1850 and <= 2150
        && DateTime.TryParseExact(
            cell,
            cell.Length switch
            {
                8 => "yyyyMMdd",
                12 => "yyyyMMddHHmm",
                _ => "yyyyMMddHHmmss",
            },
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var date
        )
            ? new ReadDate(date, cell.Length > 8, null, false)
            : null;

    /// <summary>Hours of the day of "14:30", "2:30 pm", "14h30", "5 pm"; null for another text.</summary>
    public static double? Hours(string cell) =>
        Time().Match(cell) is { Success: true } time && TimeOf(time) is { } span ? span.TotalHours : null;

    static ReadDate? Of(Match match, int year, int month, int day, DateOrder? order, bool ambiguous)
    {
        if (year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return null;
        var date = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Unspecified);
        var rest = match.Groups["rest"].Value.TrimStart(' ', ',', 'T', 't').TrimEnd();
        if (rest.Length == 0)
            return new(date, false, order, ambiguous);
        return Time().Match(rest) is { Success: true } time && TimeOf(time) is { } span ? new(date + span, true, order, ambiguous) : null;
    }

    static TimeSpan? TimeOf(Match time)
    {
        var hour = Number(time, "h");
        var half = time.Groups["half"].Value.ToLowerInvariant();
        if (half.Length > 0)
        {
            if (hour is < 1 or > 12)
                return null;
            hour = hour % 12 + (half[0] == 'p' ? 12 : 0);
        }
        else if (!time.Groups["min"].Success)
            return null;
        var minute = time.Groups["min"].Success ? Number(time, "min") : 0;
        var second = time.Groups["s"].Success ? double.Parse(time.Groups["s"].Value.Replace(',', '.'), CultureInfo.InvariantCulture) : 0;
        return hour > 23 || minute > 59 || second >= 61
            ? null
            : new TimeSpan(hour, minute, 0) + TimeSpan.FromTicks((long)Math.Round(second * TimeSpan.TicksPerSecond));
    }

    static int YearOf(string year) =>
        int.Parse(year, CultureInfo.InvariantCulture) is var y && year.Length > 2 ? y
        : y >= FirstOfLastCentury ? 1900 + y
        : 2000 + y;

    static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    static Dictionary<string, int> Named(params string[] years)
    {
        var months = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var year in years)
        foreach (var (name, i) in year.Split(' ').Select((name, i) => (name, i)))
            months[name] = i + 1;
        return months;
    }

    const string Zone = @"\s*(?:Z|UTC|GMT|[A-Z]{3,4}|[+-][0-9]{2}:?[0-9]{2})?$";

    [GeneratedRegex(@"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+", RegexOptions.IgnoreCase)]
    private static partial Regex Weekday();

    [GeneratedRegex(@"[年월月년]\s*|[日일]")]
    private static partial Regex Separators();

    [GeneratedRegex(@"^(?<y>[0-9]{4})[-/.](?<m>[0-9]{1,2})(?:[-/.](?<d>[0-9]{1,2})(?<rest>[T ,].*)?)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Iso();

    [GeneratedRegex(@"^(?<a>[0-9]{1,2})\s*([-/.])\s*(?<b>[0-9]{1,2})\s*\1\s*(?<y>[0-9]{4}|[0-9]{2})(?<rest>[T ,].*)?$")]
    private static partial Regex Digits();

    [GeneratedRegex(
        @"^(?:(?<d>[0-9]{1,2})(?:st|nd|rd|th)?[-\s./]*(?<m>\p{L}{3,})\.?[-\s,./]*(?<y>[0-9]{4}|[0-9]{2})|(?<m>\p{L}{3,})\.?\s*(?<d>[0-9]{1,2})(?:st|nd|rd|th)?(?:,\s*|\s+)(?<y>[0-9]{4})|(?<m>\p{L}{3,})\.?[-\s,/]+(?<y>[0-9]{4}|[0-9]{2}))(?<rest>[T ,].*)?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Words();

    [GeneratedRegex(
        @"^(?<h>[0-9]{1,2})(?:[:h](?<min>[0-9]{2})(?::(?<s>[0-9]{2}(?:[.,][0-9]{1,9})?))?)?\s*(?<half>[ap]\.?m\.?)?" + Zone,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Time();
}
