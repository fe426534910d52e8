using LiftLab.Engine.Figures.Charts;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Slices;

namespace LiftLab.Web.Parts.Panels;

/// <summary>One learner's decision boundary, response surface or response curve among those of several learners.</summary>
/// <param name="Caption">Its score.</param>
public sealed record SlicePicture(string Learner, string Title, BoundaryGrid Grid, string Caption = "")
{
    /// <summary>The run's main learner first, then the others by the time that fitting and predicting took.</summary>
    public static IOrderedEnumerable<T> InOrder<T>(IEnumerable<T> all, Func<T, LearnerResult?> result, string main) =>
        all.OrderByDescending(one => result(one)?.Learner == main)
            .ThenBy(one => result(one) is { } r ? r.FitSeconds + r.PredictSeconds : double.PositiveInfinity);

    /// <summary>"k-nearest neighbours": 1.2 on the test rows, as a caption.</summary>
    public static string ScoreOf(LearnerResult? result) =>
        result?.Scores is [var s, ..]
            ? $"{Engine.Learning.Scores.Metrics.Named(s.Metric).Title} {Display.Value(s.Value, Engine.Learning.Scores.Metrics.Named(s.Metric))}"
            : "";

    /// <summary>The common scale of several pictures, in steps, so that it changes rarely while a run trains; null for classes.</summary>
    public static (double Low, double High)? SteadyBounds(IEnumerable<BoundaryGrid> grids, BoundaryRows rows)
    {
        const int Steps = 10;
        if (SliceChart.Bounds(grids, rows) is not { } bounds || rows.Targets.Count == 0)
            return null;
        var step = (rows.Targets.Max() - rows.Targets.Min()) / Steps;
        return step > 0 ? (Math.Floor(bounds.Low / step) * step, Math.Ceiling(bounds.High / step) * step) : bounds;
    }
}
