namespace LiftLab.Engine.Experiments.Robustness;

/// <summary>One level of a learner's curve; means over the seeds that are answered.</summary>
/// <param name="Value">Accuracy, or 1 - RAE for numbers.</param>
/// <param name="Low">95 % interval of <paramref name="Value"/> over seeds and test rows.</param>
/// <param name="High">95 % interval of <paramref name="Value"/> over seeds and test rows.</param>
/// <param name="Kept">Kept skill: skill at this level divided by clean skill, where skill is the value above the floor; null where the
/// clean
/// skill is not above 0.1.</param>
/// <param name="Seeds">Number of seeds that are answered.</param>
/// <param name="Flips">Share of test rows whose answer differs from the clean one; null without a clean answer.</param>
/// <param name="ConfidentlyWrong">Share of rows that are wrong with a probability of at least 90 %; null without probabilities.</param>
/// <param name="Unreadable">Share of answers that cannot be read.</param>
/// <param name="WorstClass">The lowest accuracy of a class; null for numbers.</param>
/// <param name="Touched">Number of rows that were changed or added.</param>
public sealed record CurvePoint(
    double Level,
    double Value,
    double Low,
    double High,
    double? Kept,
    int Seeds,
    double? Flips,
    double? ConfidentlyWrong,
    double Unreadable,
    double? WorstClass,
    double Touched
)
{
    /// <summary>Attacks on classes: share of rows whose answer is the clean one at this level and at all weaker ones; else null.</summary>
    public double? Survives { get; init; }
}

/// <summary>A number with its 95 % interval. Ends may be infinite: beyond the strongest level.</summary>
public sealed record Estimate(double Value, double Low, double High);
