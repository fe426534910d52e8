using System.Text;

namespace LiftLab.Engine.Prompts.Cells;

/// <summary>
/// Writes a regression target as levels, coarse to fine: the first divides [Low, High] into 100 equal steps, each further level divides the
/// previous step into 100. Values outside the range are clipped to it.
/// </summary>
/// <param name="Low">Lower end of the range, below the smallest training target.</param>
/// <param name="High">Upper end, above the largest.</param>
/// <param name="Count">Number of levels, 1 to 4.</param>
public sealed record TargetScale(double Low, double High, int Count)
{
    /// <summary>Share of the training range that is added at each end, so that answers slightly outside it can be written.</summary>
    const double Margin = 0.05;

    public static TargetScale Fit(IEnumerable<double> targets, int count)
    {
        double low = double.PositiveInfinity,
            high = double.NegativeInfinity;
        foreach (var y in targets.Where(double.IsFinite))
            (low, high) = (Math.Min(low, y), Math.Max(high, y));
        if (low > high)
            (low, high) = (0, 1);
        var margin = high > low ? (high - low) * Margin : Math.Max(1e-6, Math.Abs(low) * Margin);
        return new(low - margin, high + margin, count);
    }

    /// <summary>Half the finest step: the largest error of a value inside the range after writing and reading.</summary>
    public double Precision => Step(Count) / 2;

    /// <summary>Width of one step of the level at <paramref name="depth"/> (1 = coarsest), in the target's unit.</summary>
    public double Step(int depth) => (High - Low) / Math.Pow(NumberFormat.Levels, depth);

    /// <summary>The levels of a value, coarsest first. Shape (Count).</summary>
    public int[] LevelsOf(double value)
    {
        var steps = (long)Math.Pow(NumberFormat.Levels, Count);
        var position = (value - Low) / (High - Low) * steps;
        var whole = (long)Math.Clamp(Math.Floor(position), 0, steps - 1);
        var levels = new int[Count];
        for (var i = Count - 1; i >= 0; i--)
            (levels[i], whole) = ((int)(whole % NumberFormat.Levels), whole / NumberFormat.Levels);
        return levels;
    }

    /// <summary>The centre of the step that the levels select; fewer levels than <see cref="Count"/> select a wider step.</summary>
    public double Value(ReadOnlySpan<int> levels)
    {
        var low = Low;
        for (var i = 0; i < levels.Length; i++)
            low += levels[i] * Step(i + 1);
        return low + Step(levels.Length) / 2;
    }

    public string Write(double value)
    {
        var text = new StringBuilder();
        foreach (var level in LevelsOf(value))
            text.Append(NumberFormat.Level(level));
        return text.ToString();
    }
}
