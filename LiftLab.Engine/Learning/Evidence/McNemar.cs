using MathNet.Numerics.Distributions;

namespace LiftLab.Engine.Learning.Evidence;

/// <summary>Whether two classifiers err on the same rows equally often, from the rows where exactly one of them is right.</summary>
/// <param name="OnlyFirst">Rows only the first has right.</param>
/// <param name="OnlySecond">Rows only the second has right.</param>
/// <param name="PValue">Two-sided.</param>
/// <param name="Exact">Binomial (fewer than 25 such rows); else chi-squared with continuity correction.</param>
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
    /// Rows at which shares of disagreement like these would be told apart with 80 % power at the 5 % level (Connor 1987);
    /// null where the two are equal so far.
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

/// <summary>Normal quantiles of a two-sided 5 % level and of 80 % power.</summary>
static class Power
{
    public const double Level = 1.959963984540054,
        Beta = 0.8416212335729143;
}
