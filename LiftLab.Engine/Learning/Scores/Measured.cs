namespace LiftLab.Engine.Learning.Scores;

/// <summary>A metric of fixed predictions and how its interval is computed.</summary>
public sealed record Measured(Metric Metric, Measure Measure)
{
    /// <summary>The interval in closed form; null for a bootstrap interval.</summary>
    public Func<Interval>? Closed { get; init; }

    /// <summary>
    /// The interval in closed form that replaces a bootstrap interval without width (all answers correct); null where there is none.
    /// </summary>
    public Func<Interval>? IfFlat { get; init; }
}
