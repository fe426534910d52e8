using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Runs.Asking;

/// <summary>A learner of a finished run that can be asked about rows.</summary>
/// <param name="HalfWidth">Half the width of the interval around a predicted number, in the target's unit; null for classes, and where too
/// few test rows have a readable answer.</param>
/// <param name="SecondsPerRow">As the run measured it on its test rows; 0 where it did not.</param>
public sealed record AskedLearner(LearnerSpec Spec, string Title, LearnerKind Kind, double? HalfWidth, double SecondsPerRow)
{
    /// <summary>Share of rows whose true number lies in the interval, if the rows are like the test rows.</summary>
    public const double Coverage = 0.9;

    public string Name => Spec.Name;

    internal static AskedLearner Of(LearnerSpec spec, LearnerEntry entry, LearnerOutcome? outcome, LearningTask task) =>
        new(
            spec,
            entry.Title,
            entry.Kind,
            outcome is null || task.Labels.Count > 0 ? null : HalfWidthOf(outcome, task),
            outcome is { Answers.Count: > 0 and var rows } ? outcome.Result.PredictSeconds / rows : 0
        );

    /// <summary>
    /// Split conformal prediction (Lei et al. 2018): the k-th smallest absolute error of the n test rows with k = ⌈(n + 1) · 0.9⌉; null
    /// where k exceeds n.
    /// </summary>
    static double? HalfWidthOf(LearnerOutcome outcome, LearningTask task)
    {
        double[] errors =
        [
            .. outcome
                .Answers.Where(a => a.Value is not null && a.Row < task.Targets.Count && double.IsFinite(task.Targets[a.Row]))
                .Select(a => Math.Abs(a.Value!.Value - task.Targets[a.Row]))
                .Order(),
        ];
        var rank = (int)Math.Ceiling((errors.Length + 1) * Coverage);
        return rank <= errors.Length ? errors[rank - 1] : null;
    }
}
