using MathNet.Numerics.Distributions;

namespace LiftLab.Engine.Learning.Evidence;

/// <summary>Distribution of the range of k standard normal values (the studentised range with infinite degrees of freedom).</summary>
static class StudentizedRange
{
    const double Reach = 9,
        Step = 1.0 / 64;

    /// <summary>P(range ≤ r) = k ∫ φ(z) [Φ(z) − Φ(z − r)]^(k−1) dz, by Simpson's rule.</summary>
    public static double Cdf(double r, int k)
    {
        if (r <= 0)
            return 0;
        var steps = (int)((2 * Reach + r) / Step) & ~1;
        double width = (2 * Reach + r) / steps,
            sum = 0;
        for (var i = 0; i <= steps; i++)
        {
            var z = -Reach + i * width;
            var f = Normal.PDF(0, 1, z) * Math.Pow(Normal.CDF(0, 1, z) - Normal.CDF(0, 1, z - r), k - 1);
            sum +=
                f
                * (
                    i == 0 || i == steps ? 1
                    : i % 2 == 1 ? 4
                    : 2
                );
        }
        return Math.Min(1, k * sum * width / 3);
    }

    public static double Quantile(double p, int k)
    {
        double low = 0,
            high = 40;
        while (high - low > 1e-12)
        {
            var middle = (low + high) / 2;
            if (Cdf(middle, k) < p)
                low = middle;
            else
                high = middle;
        }
        return (low + high) / 2;
    }
}
