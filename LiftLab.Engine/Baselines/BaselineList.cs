using LiftLab.Engine.Baselines.Kernels;
using LiftLab.Engine.Baselines.Linear;
using LiftLab.Engine.Baselines.Networks;
using LiftLab.Engine.Baselines.Trees;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Baselines;

/// <summary>The classical models with which LIFT is compared: one line each.</summary>
public static class BaselineList
{
    /// <summary>All baselines in display order.</summary>
    public static IReadOnlyList<Baseline> All { get; } =
    [
        ConstantModel.Majority,
        ConstantModel.Mean,
        LogisticRegression.Entry,
        PolynomialRegression.Linear,
        PolynomialRegression.Polynomial,
        NearestNeighbours.Entry,
        DecisionTree.Entry,
        SupportVectorMachine.Entry,
        KernelRidge.Entry,
        GaussianProcess.Entry,
        MultilayerPerceptron.Entry,
        RandomForest.Forest,
        RandomForest.ExtraTrees,
        GradientBoosting.Xgboost,
        GradientBoosting.Regressor,
        GradientBoosting.Histogram,
        LightGbm.Entry,
        TabPfn.Entry,
    ];

    /// <summary>The baselines that support a task.</summary>
    public static IReadOnlyList<Baseline> For(TaskKind task) => [.. All.Where(b => b.Learns(task))];

    /// <exception cref="ArgumentException">There is no baseline of that name; the message lists the names.</exception>
    public static Baseline Find(string name) =>
        All.FirstOrDefault(b => b.Name == name)
        ?? throw new ArgumentException($"there is no baseline '{name}'; the baselines are {string.Join(", ", All.Select(b => b.Name))}");

    /// <exception cref="ArgumentException">An unknown name or setting.</exception>
    public static ILearner Create(LearnerSpec spec, Func<int>? processors = null) =>
        new BaselineLearner(Find(spec.Name), BaselineOptions.Parse(spec.Settings), TimeProvider.System, processors);
}
