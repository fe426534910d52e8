using LiftLab.Engine.Baselines.Choosing;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Baselines;

/// <summary>Fits one algorithm with one setting.</summary>
/// <exception cref="LearningFailedException">The algorithm cannot fit these rows.</exception>
public delegate Model Fit(TrainingSet data, Setting setting, int seed, CancellationToken cancel);

/// <summary>An algorithm of the list.</summary>
/// <param name="Name">Stable in specs and on the command line ("knn").</param>
/// <param name="Tasks">What it can learn.</param>
/// <param name="Parameters">Its hyperparameters with the default grid of a task.</param>
/// <param name="PaperParameters">The grid of the LIFT paper (spec section 4); null where the paper does not have the algorithm for the
/// task.</param>
/// <param name="Summary">One sentence for people who choose.</param>
public sealed record Baseline(
    string Name,
    string Title,
    IReadOnlyList<TaskKind> Tasks,
    Fit Fit,
    Func<TaskKind, IReadOnlyList<Hyperparameter>> Parameters,
    Func<TaskKind, IReadOnlyList<Hyperparameter>?> PaperParameters,
    string Summary
)
{
    /// <summary>True where a person has to supply a model file before it can run.</summary>
    public bool NeedsFile { get; init; }

    public bool Learns(TaskKind task) => Tasks.Contains(task);

    /// <summary>The settings tried by default, in the order in which ties are broken.</summary>
    public IReadOnlyList<Setting> DefaultGrid(TaskKind task) => Hyperparameter.Grid(Parameters(task));
}
