namespace LiftLab.Engine.Learning.Evidence;

/// <summary>
/// Exact test of paired differences: under the null hypothesis each difference has either sign, so that all 2ⁿ choices of signs are equally
/// likely. No p-value is below 2 · 0.5ⁿ.
/// </summary>
public static class PairedPermutation
{
    /// <summary>Most differences that are not zero; all choices of signs are computed.</summary>
    public const int Most = 16;

    /// <summary>Sums are equal up to rounding.</summary>
    const double Rounding = 1e-12;

    /// <summary>Two-sided p-value of the mean difference. Zero differences do not count; 1 without any other.</summary>
    /// <param name="differences">At most <see cref="Most"/> that are not zero.</param>
    public static double Of(IReadOnlyList<double> differences)
    {
        double[] sizes = [.. differences.Where(d => d != 0).Select(Math.Abs)];
        if (sizes.Length > Most)
            throw new ArgumentException($"{sizes.Length} differences are more than {Most}", nameof(differences));
        var total = sizes.Sum();
        var observed = Math.Abs(differences.Sum()) - Rounding * total;
        var extreme = 0;
        for (var signs = 0; signs < 1 << sizes.Length; signs++)
        {
            var negative = 0.0;
            for (var i = 0; i < sizes.Length; i++)
                if ((signs >> i & 1) == 1)
                    negative += sizes[i];
            if (Math.Abs(total - 2 * negative) >= observed)
                extreme++;
        }
        return (double)extreme / (1 << sizes.Length);
    }
}
