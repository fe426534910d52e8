using System.Text.RegularExpressions;

namespace LiftLab.Engine.Tables.Cells;

/// <summary>
/// Dates that are written as a number: days since the end of 1899, as spreadsheets count them, and seconds, milliseconds, microseconds or
/// nanoseconds since 1970 (Unix time, UTC).
/// </summary>
static partial class CountedDate
{
    const double FirstSerial = 18264, // 1950-01-01
        LastSerial = 73050, // 2099-12-31
        FirstSecond = 3e8, // 1979
        LastSecond = 4.2e9; // 2103

    static readonly DateTime SerialZero = new(1899, 12, 30, 0, 0, 0, DateTimeKind.Unspecified);

    /// <summary>Null where the number is neither.</summary>
    public static ReadDate? Read(string cell)
    {
        if (!NumberText.IsNumber(cell))
            return null;
        var number = Column.ParseNumber(cell);
        if (number is not (>= FirstSerial and < 5e18))
            return null;
        if (number <= LastSerial)
            return At(SerialZero, number * TimeSpan.TicksPerDay, TimeSpan.TicksPerSecond, number % 1 != 0);
        if (!NumberText.IsInteger(cell) && number > LastSecond)
            return null;
        foreach (var perSecond in (double[])[1, 1e3, 1e6, 1e9])
            if (number / perSecond is >= FirstSecond and <= LastSecond)
                return At(DateTime.UnixEpoch, number / perSecond * TimeSpan.TicksPerSecond, TimeSpan.TicksPerMillisecond, true);
        return null;
    }

    /// <summary>Whether a column's name says that its numbers are dates.</summary>
    public static bool IsNamed(string column) => Names().IsMatch(column);

    static ReadDate At(DateTime zero, double ticks, long unit, bool hasTime)
    {
        var rounded = (long)Math.Round(ticks / unit) * unit; // a fraction of a day in binary is not exact
        return new(DateTime.SpecifyKind(zero.AddTicks(rounded), DateTimeKind.Unspecified), hasTime, null, false);
    }

    [GeneratedRegex(
        @"(^|[\s_.\-(])(date|datetime|datum|fecha|dato|tarih|dob|birthday|timestamp|ts|epoch|unix|unixtime|(created|updated|modified|edited|opened|closed|started|ended|seen)[\s_.\-]?(at|on|utc)?)([\s_.\-)]|$)|(Date|Time|Timestamp)$|[_\s]time([\s_.\-)]|$)|^time$",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Names();
}
