using LiftLab.Engine.Learning.Evidence;

namespace LiftLab.Engine.Experiments.Robustness;

/// <summary>How one learner fares under one perturbation of one table: a cell of the board.</summary>
/// <param name="Points">By strength, the clean level first; only levels with an answer.</param>
/// <param name="Floor">The value of answering always the same.</param>
public sealed record RobustnessCurve(string Panel, string Table, string Series, IReadOnlyList<CurvePoint> Points, double Floor)
{
    /// <summary>
    /// Area under the curve divided by the range of strengths: the mean value over the levels; null with fewer than two levels.
    /// </summary>
    public double? Area { get; init; }

    /// <summary><see cref="Area"/> minus the clean value.</summary>
    public double? AreaChange { get; init; }

    /// <summary>The level at which half of the clean skill is lost, interpolated; infinite: beyond the strongest level measured. Null where
    /// there is nothing to lose.</summary>
    public Estimate? BreakDown { get; init; }

    /// <summary>Clean value minus the value at the strongest level, paired.</summary>
    public Estimate? Loss { get; init; }

    /// <summary>p-value of no loss, before correction for several perturbations.</summary>
    public double LossPValue { get; init; } = 1;

    /// <summary>
    /// Corruption error: 100 · Σ e(l) / Σ e of the reference, over the levels but the clean one, e = 1 - value; null where the reference's
    /// errors are too small for a ratio.
    /// </summary>
    public double? CorruptionError { get; init; }

    /// <summary>The same for the errors above the clean ones.</summary>
    public double? RelativeCorruptionError { get; init; }

    /// <summary>Σ of the learner's errors above its clean ones, in points; shown where the ratio is not defined.</summary>
    public double? ErrorPoints { get; init; }

    /// <summary>
    /// Attacks on classes: the median over rows of the smallest level that changes the answer, interpolated; infinite where more than half
    /// of the rows keep their answer at every level. Null for other perturbations.
    /// </summary>
    public Estimate? Radius { get; init; }

    /// <summary>
    /// The corrected resampled t-test of <see cref="Loss"/> over the splits, one per seed; null with fewer than two.
    /// </summary>
    public CorrectedTTest? LossOverSplits { get; init; }

    /// <summary>The level at which the difference from the study's subject changes its sign; null where it does not.</summary>
    public double? Crossing { get; init; }

    /// <summary>The subject's loss minus this learner's loss, paired; null for the subject.</summary>
    public Estimate? LossBeside { get; init; }
    public double LossBesidePValue { get; init; } = 1;

    /// <summary>Whether the lower end of the clean skill is above 0.1.</summary>
    public bool HasSkill { get; init; }
    public CurvePoint? Clean => Points.Count == 0 ? null : Points[0];
    public CurvePoint? Strongest => Points.Count < 2 ? null : Points[^1];
}
