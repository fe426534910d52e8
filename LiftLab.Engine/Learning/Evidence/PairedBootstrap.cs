using LiftLab.Engine.Learning.Scores;

namespace LiftLab.Engine.Learning.Evidence;

/// <summary>Paired bootstrap of the difference of a metric between two learners: both use the same resampled rows.</summary>
/// <param name="Difference">First minus second.</param>
/// <param name="PValue">Two-sided: twice the smaller share of resamples on either side of zero, at least 2 / (resamples + 1).</param>
public sealed record PairedBootstrap(double Difference, double Low, double High, double PValue)
{
    public static PairedBootstrap Of(Measure first, Measure second, IReadOnlyList<int> strata, int seed)
    {
        var once = new double[strata.Count];
        Array.Fill(once, 1);
        double[] differences = [.. Bootstrap.Draws([w => first(w) - second(w)], strata, seed)[0].Where(double.IsFinite).Order()];
        if (differences.Length == 0)
            return new(first(once) - second(once), double.NaN, double.NaN, 1);
        int under = differences.Count(d => d <= 0),
            over = differences.Count(d => d >= 0);
        var p = Math.Min(1, 2.0 * (Math.Min(under, over) + 1) / (differences.Length + 1));
        return new(first(once) - second(once), Bootstrap.Quantile(differences, 0.025), Bootstrap.Quantile(differences, 0.975), p);
    }
}
