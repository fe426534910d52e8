using System.Text.Json.Nodes;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Learning;

/// <summary>A learner that runs can use, with its factory and its checks.</summary>
/// <param name="Name">Stable name in specifications and on the command line ("lift", "knn").</param>
/// <param name="Create">Creates the learner from the settings of a specification.</param>
public sealed record LearnerEntry(
    string Name,
    string Title,
    IReadOnlyList<TaskKind> Tasks,
    Func<LearnerSpec, TaskKind, RunContext, ILearner> Create
)
{
    public LearnerKind Kind { get; init; } = LearnerKind.Baseline;

    /// <summary>
    /// Raised by hand whenever the learner gives other answers than before with the same settings, so that stored answers are not reused.
    /// </summary>
    public int Edition { get; init; } = 1;

    /// <summary>The settings with all defaults filled in: equal for specifications that mean the same.</summary>
    public Func<LearnerSpec, TaskKind, JsonObject> Complete { get; init; } = (spec, _) => spec.Settings ?? [];

    /// <summary>
    /// The decision boundary is drawn on request and not during the run: predicting a grid of points takes longer than fine-tuning.
    /// </summary>
    public bool DrawnOnDemand { get; init; }

    /// <summary>Whether it has no default settings, because a person must name something (a provider and its model).</summary>
    public bool NeedsSettings { get; init; }

    /// <summary>Whether it uses the model that the run's main learner has fitted, and therefore must be fitted after it.</summary>
    public bool BuildsOnMain { get; init; }

    /// <summary>
    /// Whether a fit computes on one processor and needs little memory, so that fits of a study may compute at the same time.
    /// </summary>
    public Func<LearnerSpec, TaskKind, bool> UsesOneProcessor { get; init; } = (_, _) => false;

    /// <summary>Errors that prevent learning this task, in addition to those of the settings that <see cref="Create"/> throws.</summary>
    public Func<LearnerSpec, LearningTask, CancellationToken, IReadOnlyList<Problem>> Check { get; init; } = (_, _, _) => [];

    /// <summary>
    /// The specification of the learner for more epochs; null for a learner that does not train in epochs. Takes the specification, the
    /// task, the last epoch where training was stopped early (else null), and the number of further epochs.
    /// </summary>
    public Func<LearnerSpec, LearningTask, double?, int, LearnerSpec>? Longer { get; init; }

    /// <summary>
    /// The work of one fit; null where it is not known. Takes the specification, the kind of task, the numbers of training rows and of
    /// features. Throws as <see cref="Create"/>.
    /// </summary>
    public Func<LearnerSpec, TaskKind, int, int, FitWork?> Work { get; init; } = (_, _, _, _) => null;

    /// <summary>Whether a fit or an answer costs money with these settings; <see cref="Plan"/> then says how much.</summary>
    public Func<LearnerSpec, TaskKind, bool> IsPaid { get; init; } = (_, _) => false;

    /// <summary>
    /// US dollars for answering so many rows with a fitted model; null where it costs nothing or the price is not known. Takes the lab's
    /// own list of prices; null for the one that comes with LiftLab.
    /// </summary>
    public Func<LearnerSpec, LearningTask, int, string?, decimal?> AnswerPrice { get; init; } = (_, _, _, _) => null;

    /// <summary>
    /// Plan and costs of the learner on a task. Trains nothing and loads no weights. Its problems include those of <see cref="Check"/>.
    /// </summary>
    /// <exception cref="ArgumentException">A setting does not exist or is out of range.</exception>
    /// <exception cref="OperationCanceledException">The person who wanted the plan is gone.</exception>
    public Func<LearnerSpec, LearningTask, MachineFacts, CancellationToken, LearnerPlan> Plan { get; init; } =
        (_, _, _, _) => new(Name, Title);
}
