namespace LiftLab.Engine.Learning.Scores;

/// <summary>95 % intervals of proportions. None has zero width, also not at 0 and 1.</summary>
public static class Proportions
{
    /// <summary>Standard normal quantile of a two-sided 95 % interval.</summary>
    const double Z = 1.959963984540054;

    /// <summary>Wilson's (1927) score interval of a share of n rows.</summary>
    /// <param name="share">0 to 1.</param>
    /// <param name="n">At least 1.</param>
    public static (double Low, double High) Wilson(double share, int n)
    {
        var centre = (share + Z * Z / (2 * n)) / (1 + Z * Z / n);
        var half = Z / (1 + Z * Z / n) * Math.Sqrt(share * (1 - share) / n + Z * Z / (4.0 * n * n));
        // Exact at 0 and 1: rounding errors could exclude the share from its interval.
        return (share == 0 ? 0 : Math.Max(0, centre - half), share == 1 ? 1 : Math.Min(1, centre + half));
    }

    /// <summary>
    /// The mean of the shares of independent groups, such as the recalls of the classes: the groups' Wilson intervals combined by squaring
    /// and adding the distances (Newcombe 1998; Zou and Donner 2008).
    /// </summary>
    /// <param name="groups">Correct rows and all rows of each group; groups without rows are left out. At least one has rows.</param>
    public static (double Low, double High) MeanOf(IEnumerable<(int Right, int Rows)> groups)
    {
        double mean = 0,
            below = 0,
            above = 0;
        var count = 0;
        foreach (var (right, rows) in groups.Where(g => g.Rows > 0))
        {
            var share = (double)right / rows;
            var (low, high) = Wilson(share, rows);
            mean += share;
            below += (share - low) * (share - low);
            above += (high - share) * (high - share);
            count++;
        }
        return (Math.Max(0, (mean - Math.Sqrt(below)) / count), Math.Min(1, (mean + Math.Sqrt(above)) / count));
    }

    /// <summary>
    /// The difference of two shares on the same rows, first minus second (Newcombe 1998, Improved confidence intervals for the difference
    /// between binomial proportions based on paired data, method 10).
    /// </summary>
    /// <param name="both">Rows that both have right.</param>
    /// <param name="neither">Rows that neither has right. The four counts sum to at least 1.</param>
    public static (double Low, double High) PairedDifference(int both, int onlyFirst, int onlySecond, int neither)
    {
        double n = both + onlyFirst + onlySecond + neither,
            first = (both + onlyFirst) / n,
            second = (both + onlySecond) / n;
        var (low1, high1) = Wilson(first, (int)n);
        var (low2, high2) = Wilson(second, (int)n);
        var phi = Correlation(both, onlyFirst, onlySecond, neither, n);
        double Distance(double a, double b) => Math.Sqrt(Math.Max(0, a * a - 2 * phi * a * b + b * b));
        return (first - second - Distance(first - low1, high2 - second), first - second + Distance(high1 - first, second - low2));
    }

    /// <summary>Correlation of the two learners' errors, with Newcombe's continuity correction; 0 where a share is 0 or 1.</summary>
    static double Correlation(double a, double b, double c, double d, double n)
    {
        var margins = (a + b) * (c + d) * (a + c) * (b + d);
        if (margins == 0)
            return 0;
        var determinant = a * d - b * c;
        return (determinant > 0 ? Math.Max(determinant - n / 2, 0) : determinant) / Math.Sqrt(margins);
    }

    /// <summary>
    /// Area under a ROC curve (Newcombe 2006, Confidence intervals for an effect size measure based on the Mann–Whitney statistic, method
    /// 5): the areas whose distance from the estimate is at most 1.96 of their own standard errors.
    /// </summary>
    /// <param name="area">0 to 1.</param>
    /// <param name="positives">Rows of the class, at least 1.</param>
    /// <param name="negatives">Rows of the other classes, at least 1.</param>
    public static (double Low, double High) Area(double area, int positives, int negatives)
    {
        double pairs = (double)positives * negatives,
            more = (positives + negatives) / 2.0 - 1;
        double Error(double t) => Math.Sqrt(t * (1 - t) * (1 + more * (1 - t) / (2 - t) + more * t / (1 + t)) / pairs);
        double End(double far)
        {
            var (near, away) = (area, far);
            for (var i = 0; i < 60; i++)
            {
                var middle = (near + away) / 2;
                if (Math.Abs(middle - area) <= Z * Error(middle))
                    near = middle;
                else
                    away = middle;
            }
            return near;
        }
        return (End(0), End(1));
    }
}
