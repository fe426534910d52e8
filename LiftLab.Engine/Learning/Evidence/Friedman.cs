using MathNet.Numerics.Distributions;

namespace LiftLab.Engine.Learning.Evidence;

/// <summary>
/// Comparison of several learners over several data sets (Demšar 2006): Friedman's test of mean ranks with Iman and Davenport's
/// correction, and Nemenyi's post-hoc test of every pair.
/// </summary>
/// <param name="MeanRanks">One per learner; 1 is best.</param>
/// <param name="ChiSquared">Friedman's statistic, corrected for ties.</param>
/// <param name="PValue">P-value of <paramref name="ChiSquared"/>.</param>
/// <param name="ImanDavenportP">P-value of Iman and Davenport's F statistic, which is less conservative. Neither is below the probability
/// that n data sets order k learners alike by chance, (k!)^(1−n): the approximations fall to 0 for equal orders.</param>
/// <param name="CriticalDifference">Two learners differ at the 5 % level if their mean ranks differ by more than this.</param>
/// <param name="NemenyiP">Nemenyi p-value of each pair, not below the probability 2 (k (k−1))^−n that the pair has the first and the last
/// rank on every data set by chance. Shape (learners, learners).</param>
/// <param name="Groups">Maximal groups of learners (indices, best first) without a significant difference: the bars of a
/// critical-difference diagram.</param>
public sealed record Friedman(
    IReadOnlyList<double> MeanRanks,
    double ChiSquared,
    double PValue,
    double ImanDavenportP,
    double CriticalDifference,
    IReadOnlyList<IReadOnlyList<double>> NemenyiP,
    IReadOnlyList<IReadOnlyList<int>> Groups
)
{
    const double Level = 0.05;

    /// <param name="scores">Shape (data sets, learners), at least 2 × 2.</param>
    public static Friedman Of(IReadOnlyList<IReadOnlyList<double>> scores, bool higherIsBetter)
    {
        int n = scores.Count,
            k = n == 0 ? 0 : scores[0].Count;
        if (n < 2 || k < 2)
            throw new ArgumentException("at least two data sets and two learners are needed", nameof(scores));
        var sums = new double[k];
        var ties = 0.0;
        foreach (var row in scores)
        {
            double[] ordered = [.. row.Select(s => higherIsBetter ? -s : s)];
            var ranks = Ranks.Ascending(ordered);
            for (var j = 0; j < k; j++)
                sums[j] += ranks[j];
            ties += Ranks.TieTerm(ordered);
        }
        double[] mean = [.. sums.Select(s => s / n)];
        var correction = 1 - ties / (n * k * (k * (double)k - 1));
        var chi = correction == 0 ? 0 : (12.0 / (n * k * (k + 1.0)) * sums.Sum(s => s * s) - 3.0 * n * (k + 1)) / correction;
        var f = (n - 1) * chi / (n * (k - 1.0) - chi);
        var unit = Math.Sqrt(k * (k + 1) / (6.0 * n));
        var difference = StudentizedRange.Quantile(0.95, k) / Math.Sqrt(2) * unit;
        double least = Math.Pow(Enumerable.Range(1, k).Aggregate(1.0, (product, i) => product * i), 1 - n),
            leastOfPair = 2 * Math.Pow(k * (k - 1.0), -n);
        double Pair(double distance) => Math.Max(leastOfPair, 1 - StudentizedRange.Cdf(distance / unit * Math.Sqrt(2), k));
        double[][] p = [.. mean.Select((a, i) => mean.Select((b, j) => i == j ? 1 : Pair(Math.Abs(a - b))).ToArray())];
        var byF =
            f > 0 && double.IsFinite(f) ? 1 - FisherSnedecor.CDF(k - 1, (k - 1.0) * (n - 1), f)
            : f > 0 ? 0
            : 1;
        return new(
            mean,
            chi,
            Math.Max(least, 1 - MathNet.Numerics.Distributions.ChiSquared.CDF(k - 1, chi)),
            Math.Max(least, byF),
            difference,
            p,
            Bars(mean, leastOfPair >= Level ? double.PositiveInfinity : difference)
        );
    }

    static List<IReadOnlyList<int>> Bars(double[] mean, double difference)
    {
        int[] order = [.. Enumerable.Range(0, mean.Length).OrderBy(i => mean[i])];
        List<IReadOnlyList<int>> bars = [];
        var reached = 0;
        for (var start = 0; start < order.Length; start++)
        {
            var end = start;
            while (end + 1 < order.Length && mean[order[end + 1]] - mean[order[start]] <= difference)
                end++;
            if (end > start && end > reached)
                bars.Add(order[start..(end + 1)]);
            reached = Math.Max(reached, end);
        }
        return bars;
    }
}
