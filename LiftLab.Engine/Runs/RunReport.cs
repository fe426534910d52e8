using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Runs;

/// <summary>What a finished run found, as <c>report.json</c>.</summary>
/// <param name="Labels">Class labels in class order; empty for regression.</param>
/// <param name="Learner">The trained learner of the run; the baselines stand beside it.</param>
/// <param name="Verdict">What the test rows say about the learner beside each baseline that did not fail.</param>
/// <param name="TokensPerSecond">Median over the training steps; null for a learner without tokens.</param>
/// <param name="BestEpoch">Of the last validation that was the best so far; null without one.</param>
/// <param name="StoppedEarly">A person stopped training and kept what was best so far.</param>
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
);

public sealed record SplitSizes(int Train, int Valid, int Test);

/// <summary>
/// Wall seconds of the attempt that finished the run, by part. Baselines run beside the training, so the parts may exceed the total.
/// </summary>
/// <param name="Start">From process start to the first event.</param>
/// <param name="Load">Reading and splitting the table.</param>
/// <param name="Boundary">Drawing the learners' decision boundaries.</param>
public sealed record RunSeconds(double Start, double Load, double Train, double Predict, double Boundary, double Baselines, double Total);
