using MathNet.Numerics.Distributions;

namespace LiftLab.Engine.Learning.Evidence;

/// <summary>
/// Nadeau and Bengio's (2003) corrected resampled t-test of score differences over random splits of one table. The plain t-test assumes
/// independent splits; these share rows, so that its p-values are too small.
/// </summary>
/// <param name="PValue">Two-sided; 1 where all differences are zero.</param>
public sealed record CorrectedTTest(double Mean, double Statistic, double PValue, int Splits)
{
    /// <param name="differences">First minus second, one per split; at least two.</param>
    public static CorrectedTTest Of(IReadOnlyList<double> differences, int trainRows, int testRows)
    {
        var n = differences.Count;
        if (n < 2)
            throw new ArgumentException("at least two splits are needed", nameof(differences));
        var mean = differences.Average();
        var variance = differences.Sum(d => (d - mean) * (d - mean)) / (n - 1);
        if (variance == 0)
            return new(mean, mean == 0 ? 0 : double.PositiveInfinity * Math.Sign(mean), mean == 0 ? 1 : 0, n);
        var t = mean / Math.Sqrt((1.0 / n + (double)testRows / trainRows) * variance);
        return new(mean, t, 2 * StudentT.CDF(0, 1, n - 1, -Math.Abs(t)), n);
    }
}
