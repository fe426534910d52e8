using LiftLab.Engine.Figures;
using LiftLab.Engine.Figures.Charts;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Runs;

namespace LiftLab.Web.Pages.Run;

/// <summary>The figures of a run's results, for its page, its report and comparisons.</summary>
public static class RunFigures
{
    /// <summary>One metric of every learner that was scored with it.</summary>
    public static Figure Scores(RunFindings found, Metric metric)
    {
        var results = found.Outcomes.Select(o => o.Result).ToArray();
        return ScoreChart.Of(
            metric,
            [
                .. from result in results
                let score = result.Scores.FirstOrDefault(s => s.Metric == metric.Name)
                where score is not null
                let highlight = LiftWays.Has(result.Learner) || result.Learner == found.Lift?.Result.Learner
                select new Figure.Point(result.Title, score.Value, score.Low, score.High, highlight, score.Count),
            ],
            found.Lift?.Result.Title ?? "LIFT",
            targetUnit: found.Run.Spec.Schema.Target.Unit ?? ""
        );
    }

    /// <summary>Confusion matrix, or predicted against true values.</summary>
    public static Figure Answers(RunFindings found, LearnerOutcome outcome)
    {
        var task = found.Run.Task;
        int[] rows = [.. outcome.Answers.Select(a => a.Row)];
        return task.Labels.Count > 0
            ? ConfusionChart.Of(ConfusionMatrix.Of(task, rows, [.. outcome.Answers.Select(a => a.ToPrediction())]), outcome.Result.Title)
            : TruthChart.Of(
                task.Schema.Target.Name,
                task.Schema.Target.Unit ?? "",
                [.. rows.Select(r => task.Targets[r])],
                [.. outcome.Answers.Select(a => a.Value)],
                outcome.Result.Title
            );
    }

    /// <returns>Null where the learner gives no probabilities.</returns>
    public static Figure? Reliability(RunFindings found, LearnerOutcome outcome) =>
        outcome.Answers.All(a => a.Probabilities is null)
            ? null
            : ReliabilityChart.Of(found.Bins(outcome), CalibrationError(outcome), outcome.Result.Title);

    /// <summary>Expected calibration error; null where it was not scored.</summary>
    public static double? CalibrationError(LearnerOutcome outcome) =>
        outcome.Result.Scores.FirstOrDefault(s => s.Metric == Metrics.Ece.Name)?.Value;

    /// <summary>The boundary, surface or curve that the run drew for a learner; null where it drew none.</summary>
    /// <param name="bounds">Range of the numbers that several figures share; null for this figure's own.</param>
    public static Figure? Boundary(RunFindings found, LearnerOutcome outcome, (double Low, double High)? bounds = null) =>
        outcome.Result.Boundary is { } grid
            ? SliceChart.Of(grid, BoundaryRows.Of(found.Run.Task, grid), outcome.Result.Title, bounds)
            : null;
}
