using MathNet.Numerics.Distributions;

namespace LiftLab.Engine.Learning.Evidence;

/// <summary>Wilcoxon's signed-rank test of paired scores, one pair per data set. Zero differences are left out.</summary>
/// <param name="Statistic">The smaller of the positive and the negative rank sum.</param>
/// <param name="PValue">Two-sided: exact distribution (with ties) up to 50 pairs, else normal approximation with tie correction.</param>
/// <param name="Pairs">Number of differences that are not zero.</param>
public sealed record Wilcoxon(double Statistic, double PValue, int Pairs)
{
    const int MostExact = 50;

    public static Wilcoxon Of(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        double[] differences = [.. first.Zip(second, (a, b) => a - b).Where(d => d != 0)];
        var n = differences.Length;
        if (n == 0)
            return new(0, 1, 0);
        var ranks = Ranks.Ascending([.. differences.Select(Math.Abs)]);
        double positive = 0,
            total = n * (n + 1) / 2.0;
        for (var i = 0; i < n; i++)
            if (differences[i] > 0)
                positive += ranks[i];
        var statistic = Math.Min(positive, total - positive);
        if (n <= MostExact)
            return new(statistic, Exact(ranks, statistic), n);
        var variance = (n * (n + 1.0) * (2 * n + 1) - 0.5 * Ranks.TieTerm(differences.Select(Math.Abs))) / 24;
        return new(statistic, 2 * Normal.CDF(0, 1, (statistic - total / 2) / Math.Sqrt(variance)), n);
    }

    /// <summary>
    /// Under the null hypothesis all choices of signs are equally likely: counts those of each rank sum. Ranks are doubled, so that mean
    /// ranks of ties are integers.
    /// </summary>
    static double Exact(double[] ranks, double statistic)
    {
        int[] doubled = [.. ranks.Select(r => (int)Math.Round(2 * r))];
        var ways = new double[doubled.Sum() + 1];
        ways[0] = 1;
        foreach (var rank in doubled)
            for (var sum = ways.Length - 1; sum >= 0; sum--)
                ways[sum] = 0.5 * (ways[sum] + (sum >= rank ? ways[sum - rank] : 0));
        return Math.Min(1, 2 * ways.Take((int)Math.Round(2 * statistic) + 1).Sum());
    }
}
