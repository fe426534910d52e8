using MathNet.Numerics.Distributions;

namespace LiftLab.Engine.Learning.Evidence;

/// <summary>McNemar's test of equal error rates of two classifiers, from the rows that exactly one of them predicts correctly.</summary>
/// <param name="OnlyFirst">Rows that only the first predicts correctly.</param>
/// <param name="OnlySecond">Rows that only the second predicts correctly.</param>
/// <param name="PValue">Two-sided.</param>
/// <param name="Exact">True: exact binomial test (fewer than 25 such rows). False: chi-squared with continuity correction.</param>
public sealed record McNemar(int OnlyFirst, int OnlySecond, double PValue, bool Exact)
{
    const int FewRows = 25;

    public static McNemar Of(int onlyFirst, int onlySecond)
    {
        int b = onlyFirst,
            c = onlySecond,
            n = b + c;
        if (n < FewRows)
            return new(b, c, n == 0 ? 1 : Math.Min(1, 2 * Binomial.CDF(0.5, n, Math.Min(b, c))), true);
        var statistic = Math.Pow(Math.Max(0, Math.Abs(b - c) - 1.0), 2) / n;
        return new(b, c, 1 - ChiSquared.CDF(1, statistic), false);
    }

    public static McNemar Of(IReadOnlyList<bool> firstRight, IReadOnlyList<bool> secondRight)
    {
        int b = 0,
            c = 0;
        for (var i = 0; i < firstRight.Count; i++)
        {
            if (firstRight[i] && !secondRight[i])
                b++;
            if (!firstRight[i] && secondRight[i])
                c++;
        }
        return Of(b, c);
    }

    /// <summary>
    /// Number of rows needed to detect these shares of discordant rows as different with 80 % power at the 5 % level (Connor 1987);
    /// null where the two shares are equal or 10^8 rows are not enough.
    /// </summary>
    public static int? RowsNeeded(int onlyFirst, int onlySecond, int rows)
    {
        if (onlyFirst == onlySecond)
            return null;
        double discordant = (double)(onlyFirst + onlySecond) / rows,
            difference = (double)(onlyFirst - onlySecond) / rows;
        var n =
            Math.Pow(Power.Level * Math.Sqrt(discordant) + Power.Beta * Math.Sqrt(Math.Max(0, discordant - difference * difference)), 2)
            / (difference * difference);
        return n < 1e8 ? (int)Math.Ceiling(n) : null;
    }
}

/// <summary>Standard normal quantiles for a two-sided 5 % level and for 80 % power.</summary>
static class Power
{
    public const double Level = 1.959963984540054,
        Beta = 0.8416212335729143;
}
