using MathNet.Numerics.Distributions;

namespace LiftLab.Engine.Learning.Evidence;

/// <summary>
/// Nadeau and Bengio's (2003) corrected resampled t-test of score differences over random splits of one table. The plain t-test assumes
/// independent splits; these share rows, so that its p-values are too small.
/// </summary>
/// <param name="Statistic">t; null where the differences cannot be tested.</param>
/// <param name="PValue">Two-sided; null where the differences cannot be tested.</param>
/// <param name="Untested">Why the differences cannot be tested; null where they are.</param>
public sealed record CorrectedTTest(double Mean, double? Statistic, double? PValue, int Splits, string? Untested = null)
{
    /// <summary>The variance of two differences has one degree of freedom: two nearly equal ones give any t.</summary>
    public const int FewestSplits = 3;

    /// <summary>Scores are at most about 1 in size; smaller deviations of their differences are rounding errors.</summary>
    const double Rounding = 1e-9;

    /// <param name="differences">First minus second, one per split; at least one.</param>
    public static CorrectedTTest Of(IReadOnlyList<double> differences, int trainRows, int testRows)
    {
        var n = differences.Count;
        if (n == 0)
            throw new ArgumentException("at least one split is needed", nameof(differences));
        var mean = differences.Average();
        if (n < FewestSplits)
            return Cannot(FormattableString.Invariant($"{n} {(n == 1 ? "split is" : "splits are")} too few; {FewestSplits} are needed"));
        var variance = differences.Sum(d => (d - mean) * (d - mean)) / (n - 1);
        if (Math.Sqrt(variance) <= Rounding * differences.Max(Math.Abs))
            return Cannot(
                differences.All(d => d == 0) ? "the scores are equal on every split" : "the difference is the same on every split"
            );
        var t = mean / Math.Sqrt((1.0 / n + (double)testRows / trainRows) * variance);
        return new(mean, t, 2 * StudentT.CDF(0, 1, n - 1, -Math.Abs(t)), n);

        CorrectedTTest Cannot(string why) => new(mean, null, null, n, why);
    }
}
