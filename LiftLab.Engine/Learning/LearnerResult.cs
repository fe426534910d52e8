using System.Text.Json.Nodes;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Learning.Slices;

namespace LiftLab.Engine.Learning;

/// <summary>The result of one learner on the test rows of the split.</summary>
/// <param name="Settings">Its settings, given and chosen.</param>
/// <param name="Scores">The headline metric (accuracy or RMSE) first. Empty if <paramref name="Failure"/> gives a reason.</param>
/// <param name="Boundary">Its decision boundary on the run's common grid; null where the run has none.</param>
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
