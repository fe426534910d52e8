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

    /// <summary>Errors in the settings that are found without a table; what <see cref="Create"/> throws is not repeated.</summary>
    public Func<LearnerSpec, TaskKind, IReadOnlyList<Problem>> Check { get; init; } = (_, _) => [];

    /// <summary>What it will do on a task and what that takes. Nothing is trained and no weights are loaded.</summary>
    /// <exception cref="ArgumentException">A setting that does not exist or is out of range.</exception>
    public Func<LearnerSpec, LearningTask, MachineFacts, LearnerPlan> Plan { get; init; } = (_, _, _) => new(Name, Title);
}
