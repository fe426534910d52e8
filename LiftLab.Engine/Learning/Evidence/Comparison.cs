using LiftLab.Engine.Learning.Scores;

namespace LiftLab.Engine.Learning.Evidence;

/// <summary>What the rows say about two learners.</summary>
public enum Finding
{
    Better,
    Worse,
    NoEvidence,
}

/// <summary>One learner against another on the same test rows.</summary>
/// <param name="Metric">"accuracy" or "rmse".</param>
/// <param name="Difference">First minus second, with its 95 % paired bootstrap interval.</param>
/// <param name="Test">"McNemar" or "paired bootstrap".</param>
/// <param name="PValue">Two-sided, of this test alone.</param>
/// <param name="AdjustedPValue">After Holm's correction over all comparisons of the verdict; the finding rests on it.</param>
/// <param name="OnlyFirstRight">Classification: rows only the first has right.</param>
/// <param name="OnlySecondRight">Classification: rows only the second has right.</param>
/// <param name="RowsNeeded">Test rows at which a difference like this one would be told with 80 % power; null where there is none so far or
/// one was found.</param>
/// <param name="Rows">Rows compared: all in classification; those that both could answer in regression.</param>
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
