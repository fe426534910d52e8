namespace LiftLab.Web.Charts;

/// <summary>
/// How far stated confidence and observed accuracy differ: equal-width bins of the predicted class's probability.
/// Expected calibration error = Σ (rows of the bin / rows) · |accuracy − mean confidence| (Naeini, Cooper and Hauskrecht 2015; Guo et al. 2017).
/// </summary>
public sealed record Calibration(IReadOnlyList<Calibration.Bin> Bins, int Rows)
{
    public sealed record Bin(double Low, double High, int Rows, double Confidence, double Accuracy);

    public double ExpectedError => Rows == 0 ? 0 : Bins.Sum(b => (double)b.Rows / Rows * Math.Abs(b.Accuracy - b.Confidence));

    /// <param name="predictions">Probability of the answered class, and whether the answer was right.</param>
    public static Calibration Of(IEnumerable<(double Confidence, bool Right)> predictions, int bins = 10)
    {
        var all = predictions.ToArray();
        return new(
        [
            .. all.GroupBy(p => Math.Min(bins - 1, (int)(p.Confidence * bins))).OrderBy(g => g.Key)
                .Select(g => new Bin((double)g.Key / bins, (g.Key + 1.0) / bins, g.Count(), g.Average(p => p.Confidence), g.Average(p => p.Right ? 1.0 : 0.0))),
        ], all.Length);
    }
}
