using System.Text.Json.Nodes;
using LiftLab.Engine.Baselines.Choosing;
using LiftLab.Engine.Baselines.Kernels;
using LiftLab.Engine.Baselines.Linear;
using LiftLab.Engine.Baselines.Networks;
using LiftLab.Engine.Baselines.Trees;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Baselines;

/// <summary>The classical models that LIFT is compared with: one line each.</summary>
public static class BaselineList
{
    static readonly TaskKind[] Classes = [TaskKind.Classification],
        Numbers = [TaskKind.Regression],
        Both = [TaskKind.Classification, TaskKind.Regression];

    static IReadOnlyList<Hyperparameter>? Never(TaskKind _) => null;

    static Func<TaskKind, IReadOnlyList<Hyperparameter>?> OnlyClasses(Func<TaskKind, IReadOnlyList<Hyperparameter>> grid) =>
        task => task == TaskKind.Classification ? grid(task) : null;

    public static IReadOnlyList<Baseline> All { get; } =
    [
        new(
            "majority",
            "Majority class",
            Classes,
            ConstantModel.Fit,
            _ => [],
            _ => [],
            "Always the most common training class: what any model must beat."
        ),
        new("mean", "Mean", Numbers, ConstantModel.Fit, _ => [], Never, "Always the training mean: what any model must beat."),
        new(
            "logreg",
            "Logistic regression",
            Classes,
            LogisticRegression.Fit,
            BaselineGrids.LogisticRegression,
            BaselineGrids.LogisticRegression,
            "Multinomial, L2 penalty."
        ),
        new("linear", "Linear regression", Numbers, PolynomialRegression.Fit, BaselineGrids.Linear, Never, "Ordinary least squares."),
        new(
            "poly",
            "Polynomial regression",
            Numbers,
            PolynomialRegression.Fit,
            BaselineGrids.Polynomial,
            BaselineGrids.PaperPolynomial,
            "Least squares or ridge over monomials of the features."
        ),
        new(
            "knn",
            "k-nearest neighbours",
            Both,
            NearestNeighbours.Fit,
            BaselineGrids.Neighbours,
            BaselineGrids.Neighbours,
            "The vote or mean of the nearest training rows."
        ),
        new(
            "tree",
            "Decision tree",
            Both,
            DecisionTree.Fit,
            BaselineGrids.Tree,
            OnlyClasses(BaselineGrids.Tree),
            "One tree of thresholds (CART)."
        ),
        new(
            "svm",
            "Support vector machine",
            Classes,
            SupportVectorMachine.Fit,
            BaselineGrids.SupportVectors,
            BaselineGrids.SupportVectors,
            "Linear and RBF kernels, one against one."
        ),
        new(
            "krr",
            "Kernel ridge regression",
            Numbers,
            KernelRidge.Fit,
            BaselineGrids.KernelRidge,
            BaselineGrids.PaperKernelRidge,
            "RBF kernel."
        ),
        new(
            "gp",
            "Gaussian process",
            Numbers,
            GaussianProcess.Fit,
            BaselineGrids.GaussianProcess,
            BaselineGrids.PaperGaussianProcess,
            "RBF kernel fitted by marginal likelihood, with predictive deviations."
        ),
        new(
            "mlp",
            "Multilayer perceptron",
            Both,
            MultilayerPerceptron.Fit,
            BaselineGrids.Perceptron,
            BaselineGrids.PaperPerceptron,
            "Two or three hidden layers, Adam."
        ),
        new(
            "rf",
            "Random forest",
            Both,
            RandomForest.Fit,
            BaselineGrids.Forest,
            BaselineGrids.PaperForest,
            "Trees on bootstrap samples, averaged."
        ),
        new(
            "extratrees",
            "Extra trees",
            Both,
            RandomForest.FitExtraTrees,
            BaselineGrids.ExtraTrees,
            Never,
            "Trees with random thresholds, averaged."
        ),
        new(
            "xgboost",
            "XGBoost",
            Both,
            GradientBoosting.FitXgboost,
            BaselineGrids.Xgboost,
            OnlyClasses(BaselineGrids.Xgboost),
            "Boosted trees with XGBoost 1.7's defaults and exact splits."
        ),
        new(
            "gbt",
            "Gradient-boosted trees",
            Numbers,
            GradientBoosting.FitRegressor,
            BaselineGrids.BoostedRegression,
            BaselineGrids.BoostedRegression,
            "500 trees of depth 4: what the paper's code calls XGBoost for regression."
        ),
        new(
            "histgb",
            "Histogram gradient boosting",
            Both,
            GradientBoosting.FitHistogram,
            BaselineGrids.Histogram,
            Never,
            "Boosted trees over binned features, leaves best first."
        ),
        new("lightgbm", "LightGBM", Both, LightGbm.Fit, BaselineGrids.Histogram, Never, "LightGBM 4 by its native library."),
        new(
            "tabpfn",
            "TabPFN (own file)",
            Both,
            TabPfn.Fit,
            _ => [new("model", "", "")],
            Never,
            "A pretrained table network from an ONNX file that you supply."
        )
        {
            NeedsFile = true,
        },
    ];

    /// <summary>The one setting that a fit of <paramref name="spec"/> chose, instead of its grid.</summary>
    /// <param name="chosen">What the fitted model reported; null leaves the specification as it is.</param>
    public static LearnerSpec Refit(LearnerSpec spec, JsonObject? chosen)
    {
        if (chosen is null)
            return spec;
        var known = Enum.GetValues<TaskKind>()
            .SelectMany(Find(spec.Name).Parameters)
            .Select(h => h.Name)
            .Append("encoding")
            .ToHashSet(StringComparer.Ordinal);
        var settings = new JsonObject(
            chosen.Where(c => known.Contains(c.Key)).Select(c => KeyValuePair.Create(c.Key, c.Value?.DeepClone()))
        );
        if (spec.Settings?["grid"] is { } grid)
            settings["grid"] = grid.DeepClone();
        return spec with { Settings = settings };
    }

    /// <summary>Those that learn a task.</summary>
    public static IReadOnlyList<Baseline> For(TaskKind task) => [.. All.Where(b => b.Learns(task))];

    /// <exception cref="ArgumentException">No baseline of that name; the message lists those there are.</exception>
    public static Baseline Find(string name) =>
        All.FirstOrDefault(b => b.Name == name)
        ?? throw new ArgumentException($"there is no baseline '{name}'; there are {string.Join(", ", All.Select(b => b.Name))}");

    /// <exception cref="ArgumentException">An unknown name or setting.</exception>
    public static ILearner Create(LearnerSpec spec, Func<int>? processors = null) =>
        new BaselineLearner(Find(spec.Name), BaselineOptions.Parse(spec.Settings), TimeProvider.System, processors);
}
