using System.Globalization;

namespace LiftLab.Engine.Tables.Cells;

/// <summary>The columns of numbers that are computed from a column of dates.</summary>
static class DateColumns
{
    public static Column Of(Column dates, DatePart part, Func<string, bool> taken)
    {
        var name = $"{dates.Name} {Remedy.WordOf(part)}";
        while (taken(name))
            name += " (2)";
        return new(name, [.. dates.Cells.Select(cell => Value(cell, part))])
        {
            PartOf = dates.Name,
            Unit = part == DatePart.Hour ? "h" : null,
        };
    }

    /// <summary>The parts that differ between the cells, without the day of the month.</summary>
    public static DatePart[] Useful(Column dates)
    {
        DatePart[] all = [DatePart.Year, DatePart.Month, DatePart.Weekday, DatePart.DayNumber, DatePart.Hour];
        return
        [
            .. all.Where(part =>
                dates.Cells.Where(c => c.Length > 0).Select(c => Value(c, part)).Distinct(StringComparer.Ordinal).Skip(1).Any()
            ),
        ];
    }

    static string Value(string cell, DatePart part) =>
        DateNotation.Read(cell, DateOrder.DayFirst) is not { Value: var date } ? ""
        : part == DatePart.Hour ? date.TimeOfDay.TotalHours.ToString("0.######", CultureInfo.InvariantCulture)
        : (
            part switch
            {
                DatePart.Year => date.Year,
                DatePart.Month => date.Month,
                DatePart.Day => date.Day,
                DatePart.Weekday => ((int)date.DayOfWeek + 6) % 7 + 1,
                _ => (int)(date.Date - DateTime.UnixEpoch.Date).TotalDays,
            }
        ).ToString(CultureInfo.InvariantCulture);
}
