using System.Text.Json.Nodes;
using LiftLab.Engine.Learning.Scores;

namespace LiftLab.Engine.Learning;

/// <summary>How one learner did on the split's test rows.</summary>
/// <param name="Settings">What it was run with and what it chose.</param>
/// <param name="Scores">The first is the headline: accuracy or RMSE. Empty where <paramref name="Failure"/> says why.</param>
/// <param name="Boundary">Its decision boundary on the run's common grid, where the run has one.</param>
public sealed record LearnerResult(
    string Learner,
    string Title,
    JsonObject? Settings,
    IReadOnlyList<Score> Scores,
    double FitSeconds,
    double PredictSeconds,
    BoundaryGrid? Boundary = null,
    string? Failure = null
);
