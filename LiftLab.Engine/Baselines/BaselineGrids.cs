using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Baselines;

/// <summary>The grids of the LIFT paper (spec sections 4.1 and 4.3) and, where those are too narrow for a fair comparison, wider ones.</summary>
static class BaselineGrids
{
    public static IReadOnlyList<Hyperparameter> LogisticRegression(TaskKind _) => [new("C", "C", 1.0, 10.0, 100.0), new("max_iter", null, 100)];

    public static IReadOnlyList<Hyperparameter> Linear(TaskKind _) => [new("degree", null, 1), new("ridge", null, 0.0)];

    public static IReadOnlyList<Hyperparameter> Polynomial(TaskKind _) => [new("degree", "deg", 1, 2, 3), new("ridge", null, 0.0, 1.0, 10.0)];

    public static IReadOnlyList<Hyperparameter> PaperPolynomial(TaskKind _) => [new("degree", "deg", 3), new("ridge", null, 0.0)];

    public static IReadOnlyList<Hyperparameter> Neighbours(TaskKind task) => task == TaskKind.Classification
        ? [new("k", "k", 5, 1, 3), new("p", "p", 1, 2)]
        : [new("k", "k", 2, 5, 8), new("p", null, 2)];

    public static IReadOnlyList<Hyperparameter> Tree(TaskKind task) =>
    [
        .. task == TaskKind.Classification ? [new("criterion", "", "gini", "entropy")] : (Hyperparameter[])[],
        new("max_depth", "d", 3, 5, 20),
        new("min_samples_split", null, 2),
    ];
}
