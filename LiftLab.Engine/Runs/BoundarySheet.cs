using LiftLab.Engine.Learning.Slices;

namespace LiftLab.Engine.Runs;

/// <summary>
/// The decision boundaries, response surfaces or response curves of a run's learners on the same points, as <c>boundaries/KEY.json</c>;
/// during drawing, the finished ones.
/// </summary>
/// <param name="Held">The fixed cell of each feature that is not an axis.</param>
public sealed record BoundarySheet(BoundaryRequest Request, IReadOnlyDictionary<string, string> Held, IReadOnlyList<DrawnBoundary> Drawn);

/// <summary>One learner's boundary, or the reason why there is none.</summary>
public sealed record DrawnBoundary(string Learner, string Title, BoundaryGrid? Grid, string? Failure = null);

/// <summary>A progress line of the drawing: a phase of one learner, or one learner's boundary.</summary>
/// <param name="Done">Number of finished learners, of <paramref name="All"/>.</param>
public sealed record BoundaryProgress(
    int Done,
    int All,
    string? Learner = null,
    string? Phase = null,
    double? Fraction = null,
    DrawnBoundary? Drawn = null
);
