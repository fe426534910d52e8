using LiftLab.Engine.Baselines.Choosing;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Baselines;

/// <summary>Fits one algorithm with one setting.</summary>
/// <exception cref="LearningFailedException">The algorithm cannot fit these rows.</exception>
public delegate Model Fit(TrainingSet data, Setting setting, int seed, CancellationToken cancel);

/// <summary>Reads a fitted model that <see cref="Model.Keep"/> wrote.</summary>
/// <exception cref="KeptModelException">A part of the model is missing.</exception>
public delegate Model Open(KeptReader from);

/// <summary>A baseline algorithm with its grids.</summary>
/// <param name="Name">Stable in specs and on the command line ("knn").</param>
/// <param name="Tasks">The kinds of task that it supports.</param>
/// <param name="Summary">One sentence that helps to choose.</param>
public sealed record Baseline(string Name, string Title, IReadOnlyList<TaskKind> Tasks, Fit Fit, Open Open, string Summary)
{
    /// <summary>
    /// The hyperparameters with the default grid of a task; none by default. If the paper's grid is too narrow for a fair comparison, the
    /// default grid is wider.
    /// </summary>
    public Func<TaskKind, IReadOnlyList<Hyperparameter>> Parameters { get; init; } = _ => [];

    /// <summary>
    /// The grid of the LIFT paper (spec sections 4.1 and 4.3); null if the paper does not use the algorithm for the task.
    /// </summary>
    public Func<TaskKind, IReadOnlyList<Hyperparameter>?> PaperParameters { get; init; } = _ => null;

    /// <summary>Whether the user must supply a model file.</summary>
    public bool NeedsFile { get; init; }

    public bool Learns(TaskKind task) => Tasks.Contains(task);

    /// <summary>The settings of the default grid, in the order that breaks ties.</summary>
    public IReadOnlyList<Setting> DefaultGrid(TaskKind task) => Hyperparameter.Grid(Parameters(task));

    internal static IReadOnlyList<TaskKind> Classes { get; } = [TaskKind.Classification];
    internal static IReadOnlyList<TaskKind> Numbers { get; } = [TaskKind.Regression];
    internal static IReadOnlyList<TaskKind> Both { get; } = [TaskKind.Classification, TaskKind.Regression];

    internal static Func<TaskKind, IReadOnlyList<Hyperparameter>?> OnlyClasses(Func<TaskKind, IReadOnlyList<Hyperparameter>> grid) =>
        task => ForTask(task, grid(task), null);

    /// <summary>Selects the value for a task.</summary>
    internal static T ForTask<T>(TaskKind task, T classes, T numbers) => task == TaskKind.Classification ? classes : numbers;
}
