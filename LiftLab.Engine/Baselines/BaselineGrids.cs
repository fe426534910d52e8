using LiftLab.Engine.Baselines.Choosing;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Baselines;

/// <summary>
/// The grids of the LIFT paper (spec sections 4.1 and 4.3) and, where those are too narrow for a fair comparison, wider ones.
/// </summary>
static class BaselineGrids
{
    public static IReadOnlyList<Hyperparameter> LogisticRegression(TaskKind _) =>
        [new("C", "C", 1.0, 10.0, 100.0), new("max_iter", null, 100)];

    public static IReadOnlyList<Hyperparameter> Linear(TaskKind _) => [new("degree", null, 1), new("ridge", null, 0.0)];

    public static IReadOnlyList<Hyperparameter> Polynomial(TaskKind _) =>
        [new("degree", "deg", 1, 2, 3), new("ridge", null, 0.0, 1.0, 10.0)];

    public static IReadOnlyList<Hyperparameter> PaperPolynomial(TaskKind _) => [new("degree", "deg", 3), new("ridge", null, 0.0)];

    public static IReadOnlyList<Hyperparameter> Neighbours(TaskKind task) =>
        task == TaskKind.Classification ? [new("k", "k", 5, 1, 3), new("p", "p", 1, 2)] : [new("k", "k", 2, 5, 8), new("p", null, 2)];

    public static IReadOnlyList<Hyperparameter> Tree(TaskKind task) =>
        [
            .. task == TaskKind.Classification ? [new("criterion", "", "gini", "entropy")] : (Hyperparameter[])[],
            new("max_depth", "d", 3, 5, 20),
            new("min_samples_split", null, 2),
        ];

    public static IReadOnlyList<Hyperparameter> Perceptron(TaskKind task) =>
        [
            .. PaperPerceptron(task)
                .Select(h => h.Name == "early_stopping" && task == TaskKind.Classification ? h with { Values = [true, false] } : h),
        ];

    /// <summary>Early stopping on a tenth of a small table is a weak baseline; the paper has it for classes.</summary>
    public static IReadOnlyList<Hyperparameter> PaperPerceptron(TaskKind task) =>
        task == TaskKind.Classification
            ?
            [
                new("learning_rate", "lr", 0.001, 0.01, 0.1),
                new("early_stopping", null, true),
                new("width", null, 100),
                new("layers", null, 2),
                new("max_iter", null, 300),
            ]
            :
            [
                new("learning_rate", "lr", 0.01, 0.001, 0.0001),
                new("early_stopping", null, false),
                new("width", null, 50),
                new("layers", null, 3),
                new("max_iter", null, 500),
            ];

    public static IReadOnlyList<Hyperparameter> SupportVectors(TaskKind _) =>
        [new("kernel", "", "linear", "rbf"), new("C", "C", 1.0, 10.0, 100.0)];

    public static IReadOnlyList<Hyperparameter> Forest(TaskKind task) =>
        task == TaskKind.Classification
            ? [new("max_depth", "d", 3, 5, 10), new("min_samples_split", "s", 2, 5, 10), new("trees", null, 100)]
            : [new("max_depth", "d", 4, 6, 20), new("min_samples_split", null, 2), new("trees", null, 500)];

    public static IReadOnlyList<Hyperparameter> PaperForest(TaskKind task) =>
        task == TaskKind.Classification
            ? Forest(task)
            : [new("max_depth", "d", 4, 6), new("min_samples_split", null, 2), new("trees", null, 500)];

    public static IReadOnlyList<Hyperparameter> ExtraTrees(TaskKind _) =>
        [new("max_depth", "d", 10, 30), new("min_samples_split", "s", 2, 5), new("trees", null, 200)];

    public static IReadOnlyList<Hyperparameter> Xgboost(TaskKind _) =>
        [new("max_depth", "d", 3, 5, 10), new("rounds", null, 100), new("learning_rate", null, 0.3), new("lambda", null, 1.0)];

    public static IReadOnlyList<Hyperparameter> BoostedRegression(TaskKind _) =>
        [
            new("learning_rate", "lr", 0.1, 0.01, 0.001),
            new("max_depth", null, 4),
            new("min_samples_split", null, 5),
            new("rounds", null, 500),
        ];

    public static IReadOnlyList<Hyperparameter> Histogram(TaskKind _) =>
        [new("max_leaves", null, 31), new("learning_rate", null, 0.1), new("min_samples_leaf", null, 20), new("rounds", null, 100)];

    public static IReadOnlyList<Hyperparameter> KernelRidge(TaskKind _) =>
        [new("gamma", "g", 0.01, 0.1, 1.0), new("alpha", null, 1.0, 0.1, 0.01), new("max_rows", null, 8000)];

    public static IReadOnlyList<Hyperparameter> PaperKernelRidge(TaskKind _) =>
        [new("gamma", "g", 0.01, 0.1, 1.0), new("alpha", null, 1.0), new("max_rows", null, 8000)];

    public static IReadOnlyList<Hyperparameter> GaussianProcess(TaskKind _) =>
        [new("restarts", "restarts", 5, 10), new("alpha", null, 0.16, 0.01), new("max_rows", null, 2000)];

    public static IReadOnlyList<Hyperparameter> PaperGaussianProcess(TaskKind _) =>
        [new("restarts", "restarts", 5, 10), new("alpha", null, 0.16), new("max_rows", null, 2000)];
}
