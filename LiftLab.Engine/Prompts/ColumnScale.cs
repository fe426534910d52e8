namespace LiftLab.Engine.Prompts;

/// <summary>
/// How one numeric column becomes levels 0 to 99: the z-score over the training rows, clipped, spread evenly over the levels.
/// </summary>
/// <param name="Mean">Of the training rows' numbers.</param>
/// <param name="Deviation">Their standard deviation (divisor n); 1 where they are all equal.</param>
/// <param name="Clip">In standard deviations.</param>
public sealed record ColumnScale(double Mean, double Deviation, double Clip)
{
    /// <param name="numbers">The training rows' values; NaN and infinities are left out. None at all gives mean 0, deviation 1.</param>
    public static ColumnScale Fit(IEnumerable<double> numbers, double clip)
    {
        double[] known = [.. numbers.Where(double.IsFinite)];
        if (known.Length == 0)
            return new(0, 1, clip);
        var mean = known.Average();
        var deviation = Math.Sqrt(known.Average(v => (v - mean) * (v - mean)));
        return new(mean, deviation > 1e-12 * Math.Max(1, Math.Abs(mean)) ? deviation : 1, clip);
    }

    /// <summary>0 to 99.</summary>
    public int Level(double value)
    {
        var z = Math.Clamp((value - Mean) / Deviation, -Clip, Clip);
        return (int)Math.Round((z + Clip) / (2 * Clip) * (NumberFormat.Levels - 1), MidpointRounding.ToEven);
    }

    /// <summary>The value in the middle of a level.</summary>
    public double Value(int level) => Mean + Deviation * Clip * (2.0 * level / (NumberFormat.Levels - 1) - 1);
}
