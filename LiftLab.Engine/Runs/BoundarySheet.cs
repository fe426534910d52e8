using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Runs;

/// <summary>
/// The decision boundaries of a run's learners on one grid of points, as <c>boundaries/KEY.json</c>; while they are drawn, those done so
/// far.
/// </summary>
/// <param name="Held">The cell at which each feature that is no axis is held.</param>
public sealed record BoundarySheet(BoundaryRequest Request, IReadOnlyDictionary<string, string> Held, IReadOnlyList<DrawnBoundary> Drawn);

/// <summary>One learner's boundary, or why there is none.</summary>
public sealed record DrawnBoundary(string Learner, string Title, BoundaryGrid? Grid, string? Failure = null);

/// <summary>A line of what the drawing says while it goes on: a phase of one learner, or one learner's boundary.</summary>
/// <param name="Done">Learners that are done, of <paramref name="All"/>.</param>
public sealed record BoundaryProgress(
    int Done,
    int All,
    string? Learner = null,
    string? Phase = null,
    double? Fraction = null,
    DrawnBoundary? Drawn = null
);
