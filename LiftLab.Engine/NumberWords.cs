using System.Globalization;

namespace LiftLab.Engine;

/// <summary>Numbers as text with leading digits: a number that is not zero is never shown as zero.</summary>
public static class NumberWords
{
    const double SmallestFixed = 1e-3,
        LargestFixed = 1e6,
        LargestWhole = 1e9,
        RoundingError = 1e-12;

    /// <summary>0.2942 with this number of decimals; 2.21E-13 below 0.001, 1234567 from a million and 1.23457E+09 from 10⁹ on. "–" for
    /// NaN.</summary>
    public static string Of(double value, int decimals = 4)
    {
        if (double.IsNaN(value))
            return "–";
        return (value == 0 ? 1 : Math.Abs(value)) switch
        {
            < SmallestFixed => value.ToString("G3", CultureInfo.InvariantCulture),
            < LargestFixed => value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
            < LargestWhole => value.ToString("F0", CultureInfo.InvariantCulture),
            _ => value.ToString("G6", CultureInfo.InvariantCulture),
        };
    }

    /// <summary>
    /// A number without unit whose size is about 1, such as an expected calibration error, with three decimals: rounding errors of its
    /// computation are 0.000.
    /// </summary>
    public static string Unitless(double value) => Of(Math.Abs(value) < RoundingError ? 0 : value, 3);

    /// <summary>
    /// At least four significant digits for sentences: 0.2942, 82368, 2.216E-13; an exponent only below 0.0001 and from 10⁹ on.
    /// </summary>
    public static string Significant(double value) =>
        Math.Abs(value) is >= 1e4 and < LargestWhole
            ? value.ToString("F0", CultureInfo.InvariantCulture)
            : value.ToString("G4", CultureInfo.InvariantCulture);
}
