using LiftLab.Engine.Learning.Scores;

namespace LiftLab.Engine.Learning.Evidence;

/// <summary>The conclusion of a comparison of two learners at the 5 % level.</summary>
public enum Finding
{
    Better,
    Worse,
    NoEvidence,
}

/// <summary>Comparison of two learners on the same test rows.</summary>
/// <param name="Metric">"accuracy" or "rmse".</param>
/// <param name="Difference">First minus second, with its 95 % paired bootstrap interval.</param>
/// <param name="Test">"McNemar" or "paired bootstrap".</param>
/// <param name="PValue">Two-sided, of this test alone.</param>
/// <param name="AdjustedPValue">After Holm's correction over all comparisons of the verdict; it decides the finding.</param>
/// <param name="OnlyFirstRight">Classification: number of rows that only the first learner predicts correctly.</param>
/// <param name="OnlySecondRight">Classification: number of rows that only the second learner predicts correctly.</param>
/// <param name="RowsNeeded">Test rows needed to detect a difference of this size with 80 % power; null where the observed difference is
/// zero or was found significant.</param>
/// <param name="Rows">Compared rows: all in classification; in regression those with readable answers of both.</param>
/// <param name="Words">The comparison as a sentence.</param>
public sealed record Comparison(
    string First,
    string Second,
    string Metric,
    Score FirstScore,
    Score SecondScore,
    double Difference,
    double? Low,
    double? High,
    string Test,
    double PValue,
    double AdjustedPValue,
    int? OnlyFirstRight,
    int? OnlySecondRight,
    int? RowsNeeded,
    int Rows,
    Finding Finding,
    string Words
);
