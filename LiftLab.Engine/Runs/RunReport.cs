using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Runs;

/// <summary>The results of a finished run, as <c>report.json</c>.</summary>
/// <param name="Labels">Class labels in class order; empty for regression.</param>
/// <param name="Learner">The result of the run's main learner.</param>
/// <param name="Verdict">The statistical comparison of the learner with each baseline that did not fail, on the test rows.</param>
/// <param name="TokensPerSecond">Median over the training steps; null for a learner without tokens.</param>
/// <param name="BestEpoch">Epoch of the best validation; null without validation.</param>
/// <param name="StoppedEarly">Whether a user stopped training and kept the best model so far.</param>
public sealed record RunReport(
    string RunId,
    string Name,
    TaskKind Task,
    string Target,
    IReadOnlyList<string> Labels,
    SplitSizes Rows,
    LearnerResult Learner,
    IReadOnlyList<LearnerResult> Baselines,
    Verdict Verdict,
    RunSeconds Seconds,
    double? TokensPerSecond,
    double? BestEpoch,
    bool StoppedEarly
)
{
    /// <summary>What limits the comparison, such as uneven classes, as sentences; null in runs from before they were stored.</summary>
    public IReadOnlyList<string>? Notes { get; init; }
}

public sealed record SplitSizes(int Train, int Valid, int Test);

/// <summary>
/// Wall seconds of the attempt that finished the run, by part. Baselines are fitted in parallel with the training, so the sum of the parts
/// can exceed the total.
/// </summary>
/// <param name="Start">From process start to the first event.</param>
/// <param name="Load">Reading and splitting the table.</param>
/// <param name="Boundary">Drawing the learners' decision boundaries.</param>
public sealed record RunSeconds(double Start, double Load, double Train, double Predict, double Boundary, double Baselines, double Total);
