using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts.Cells;

/// <summary>Maps one numeric column to levels 0 to 99: z-score over the training rows, clipped, divided evenly into levels.</summary>
/// <param name="Mean">Mean of the training rows' numbers.</param>
/// <param name="Deviation">Standard deviation of the training rows' numbers (divisor n); 1 if they are all equal.</param>
/// <param name="Clip">Largest absolute z-score.</param>
public sealed record ColumnScale(double Mean, double Deviation, double Clip)
{
    /// <summary>Deviation beside the mean up to which numbers are equal but for rounding.</summary>
    const double SmallestSpread = 1e-12;

    /// <param name="numbers">The training rows' values; NaN and infinities are skipped. Without any value, the mean is 0 and the deviation
    /// 1.</param>
    public static ColumnScale Fit(IEnumerable<double> numbers, double clip)
    {
        double[] known = [.. numbers.Where(double.IsFinite)];
        if (known.Length == 0)
            return new(0, 1, clip);
        var (mean, deviation) = Spread.Of(known);
        // Relative to the numbers themselves: capacities of 1e-13 F differ as much as their size.
        return new(mean, deviation > SmallestSpread * Math.Abs(mean) ? deviation : 1, clip);
    }

    /// <summary>0 to 99.</summary>
    public int Level(double value)
    {
        var z = Math.Clamp((value - Mean) / Deviation, -Clip, Clip);
        return (int)Math.Round((z + Clip) / (2 * Clip) * (NumberFormat.Levels - 1), MidpointRounding.ToEven);
    }

    /// <summary>The value at the centre of a level.</summary>
    public double Value(int level) => Mean + Deviation * Clip * (2.0 * level / (NumberFormat.Levels - 1) - 1);
}
