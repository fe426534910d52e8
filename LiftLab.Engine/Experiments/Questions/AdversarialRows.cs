namespace LiftLab.Engine.Experiments.Questions;

/// <summary>Do rows that fool a neural network fool the other learners too?</summary>
sealed class AdversarialRows() : PerturbationExperiment("adversarial", "Adversarial rows", "Robustness", "6.13")
{
    public override string Text =>
        "The test rows are changed so that a neural network errs, and every learner is asked about the same rows. Beside it, the worst of 20 random directions, which needs no network.";

    public override IReadOnlyList<StudyKind> Kinds =>
        [
            new("transfer-attack", "pgd", [.1, .25, .5, 1]),
            new("transfer-attack", "fgsm", [.1, .25, .5, 1]),
            new("random-signs", null, [.1, .25, .5]),
        ];

    public override IReadOnlyList<string> Learners => ["lift", "logreg", "mlp", "knn", "rf", "xgboost", "majority", "mean"];

    public override IReadOnlyList<string> Deviations(StudySpec study) =>
        [
            "The paper attacks images with a convolutional network and a multilayer perceptron; here a perceptron is attacked on the table's numbers.",
            "Changes are in standard deviations of each column and stay within the training range; the paper's are in shares of the pixel range.",
        ];
}
