namespace LiftLab.Engine.Experiments.Questions;

/// <summary>The robustness board: what breaks LIFT on this table, what breaks the others, and at which level?</summary>
sealed class RobustnessOfOwnTable() : PerturbationExperiment(RobustnessName, "Robustness board", "Robustness", null)
{
    public const string RobustnessName = "robustness";

    public override string Text =>
        "Wrong labels, outliers, noise and missing cells, each at several levels: what breaks LIFT on this table, what breaks the others, and at which level?";

    /// <summary>Two kinds need fits of their own, two are answered by the clean fits.</summary>
    public override IReadOnlyList<StudyKind> Kinds =>
        [
            new("label-noise", "random", [5, 10, 20, 40]),
            new("outliers", null, [2, 5, 10, 20]),
            new("feature-noise", "gaussian", [.1, .25, .5, 1]),
            new("missing-cells", null, [5, 10, 20, 40]),
        ];

    public override IReadOnlyList<string> Learners => ["lift", "logreg", "linear", "knn", "rf", "xgboost"];
}
