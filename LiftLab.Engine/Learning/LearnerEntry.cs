using System.Text.Json.Nodes;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Learning;

/// <summary>A learner that runs can name.</summary>
/// <param name="Name">Stable in specifications and on the command line ("lift", "knn").</param>
/// <param name="Create">Makes it from a specification's settings.</param>
public sealed record LearnerEntry(
    string Name,
    string Title,
    IReadOnlyList<TaskKind> Tasks,
    Func<LearnerSpec, TaskKind, RunContext, ILearner> Create
)
{
    public LearnerKind Kind { get; init; } = LearnerKind.Baseline;

    /// <summary>
    /// Its decision boundary is drawn when somebody asks for it, not in the run: a grid of points takes it longer than a fine-tune.
    /// </summary>
    public bool DrawnOnDemand { get; init; }

    /// <summary>Whether it takes over what the run's main learner has fitted, and therefore comes after it.</summary>
    public bool BuildsOnMain { get; init; }

    /// <summary>
    /// The specification that fits the model again that a run has chosen, without choosing anew; from the run's specification and what it
    /// chose.
    /// </summary>
    public Func<LearnerSpec, JsonObject?, LearnerSpec> Refit { get; init; } = (spec, _) => spec;
}
