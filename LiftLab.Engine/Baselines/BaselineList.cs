using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Baselines;

/// <summary>The classical models that LIFT is compared with: one line each.</summary>
public static class BaselineList
{
    static readonly TaskKind[] Classes = [TaskKind.Classification], Numbers = [TaskKind.Regression], Both = [TaskKind.Classification, TaskKind.Regression];

    public static IReadOnlyList<Baseline> All { get; } =
    [
        new("majority", "Majority class", Classes, ConstantModel.Fit, _ => [], _ => [], "Always the most common training class: what any model must beat."),
        new("mean", "Mean", Numbers, ConstantModel.Fit, _ => [], _ => null, "Always the training mean: what any model must beat."),
        new("logreg", "Logistic regression", Classes, LogisticRegression.Fit, BaselineGrids.LogisticRegression, BaselineGrids.LogisticRegression, "Multinomial, L2 penalty."),
        new("linear", "Linear regression", Numbers, PolynomialRegression.Fit, BaselineGrids.Linear, _ => null, "Ordinary least squares."),
        new("poly", "Polynomial regression", Numbers, PolynomialRegression.Fit, BaselineGrids.Polynomial, BaselineGrids.PaperPolynomial, "Least squares or ridge over monomials of the features."),
        new("knn", "k-nearest neighbours", Both, NearestNeighbours.Fit, BaselineGrids.Neighbours, BaselineGrids.Neighbours, "The vote or mean of the nearest training rows."),
        new("tree", "Decision tree", Both, DecisionTree.Fit, BaselineGrids.Tree, task => task == TaskKind.Classification ? BaselineGrids.Tree(task) : null, "One tree of thresholds (CART)."),
    ];

    /// <summary>Those compared by default in a first run.</summary>
    public static IReadOnlyList<Baseline> For(TaskKind task) => [.. All.Where(b => b.Learns(task))];

    /// <exception cref="ArgumentException">No baseline of that name; the message lists those there are.</exception>
    public static Baseline Find(string name) => All.FirstOrDefault(b => b.Name == name)
        ?? throw new ArgumentException($"there is no baseline '{name}'; there are {string.Join(", ", All.Select(b => b.Name))}");

    /// <exception cref="ArgumentException">An unknown name or setting.</exception>
    public static ILearner Create(LearnerSpec spec) => new BaselineLearner(Find(spec.Name), BaselineOptions.Parse(spec.Settings), TimeProvider.System);
}
