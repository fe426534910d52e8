using LiftLab.Engine.Learning.Scores;

namespace LiftLab.Engine.Learning.Evidence;

/// <summary>The conclusion of a comparison of two learners at the 5 % level.</summary>
public enum Finding
{
    Better,
    Worse,
    NoEvidence,

    /// <summary>The data allow no test: too few splits, or differences without variance.</summary>
    CannotBeTested,
}

/// <summary>Comparison of two learners on the same test rows.</summary>
/// <param name="Metric">"accuracy" or "rmse".</param>
/// <param name="Difference">First minus second, with its 95 % interval: Newcombe's for accuracies, paired bootstrap for RMSE. Fewer than 6
/// rows give no interval for RMSE.</param>
/// <param name="Test">"McNemar"; for numbers "paired bootstrap", or "paired permutation" where at most 16 rows differ.</param>
/// <param name="PValue">Two-sided, of this test alone.</param>
/// <param name="AdjustedPValue">After Holm's correction over all comparisons of the verdict; it decides the finding.</param>
/// <param name="OnlyFirstRight">Classification: number of rows that only the first learner predicts correctly.</param>
/// <param name="OnlySecondRight">Classification: number of rows that only the second learner predicts correctly.</param>
/// <param name="RowsNeeded">Test rows needed to detect a difference of this size with 80 % power; null where the observed difference is
/// zero or was found significant, and with too few rows to estimate it.</param>
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
