namespace LiftLab.Engine.Tables;

/// <summary>A number that is computed from a date.</summary>
public enum DatePart
{
    Year,

    /// <summary>1 to 12.</summary>
    Month,

    /// <summary>Day of the month, 1 to 31.</summary>
    Day,

    /// <summary>1 (Monday) to 7 (Sunday).</summary>
    Weekday,

    /// <summary>Days since 1970-01-01.</summary>
    DayNumber,

    /// <summary>Hour of the day with its fraction: 14.5 is 14:30.</summary>
    Hour,
}

/// <summary>The order of the numbers in a date such as 03/04/2024.</summary>
public enum DateOrder
{
    DayFirst,
    MonthFirst,
}
