namespace LiftLab.Engine.Learning.Scores;

/// <summary>A 95 % interval, or the reason why there is none.</summary>
/// <param name="Why">Null where there is an interval.</param>
public readonly record struct Interval(double? Low, double? High, string? Why = null)
{
    /// <summary>
    /// Fewer rows allow no interval from resamples: the interval lies between the least and the largest row, and all n rows lie on one side
    /// of the true median with probability 2 · 0.5ⁿ, which is above 5 % below 6 rows.
    /// </summary>
    public const int FewestRows = 6;

    /// <summary>Widths below this part of the ends are rounding errors.</summary>
    const double Rounding = 1e-12;

    public static Interval Withheld(string why) => new(null, null, why);

    /// <summary>Whether both ends are equal up to rounding.</summary>
    public static bool IsFlat(double low, double high) => high - low <= Rounding * Math.Max(Math.Abs(low), Math.Abs(high));

    public static string TooFew(int rows) =>
        FormattableString.Invariant($"{rows} {(rows == 1 ? "row allows" : "rows allow")} no 95 % interval; it needs {FewestRows}");
}
