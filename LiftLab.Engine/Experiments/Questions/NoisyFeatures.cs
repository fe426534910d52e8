namespace LiftLab.Engine.Experiments.Questions;

/// <summary>How much noise on the numbers of the test rows does each learner stand?</summary>
sealed class NoisyFeatures() : PerturbationExperiment("feature-noise", "Noise on numbers", "Robustness", "6.12")
{
    public override string Text =>
        "The numbers of the test rows are changed by noise after training. How much accuracy is left at each strength of noise?";

    public override IReadOnlyList<StudyKind> Kinds =>
        [new("feature-noise", "gaussian", [.1, .25, .5, 1]), new("feature-noise", "sign", [.1, .25, .5, 1])];

    public override IReadOnlyList<string> Deviations(StudySpec study) =>
        [
            "The paper adds noise to images of digits, in shares of the pixel range (0.01, 0.1, 0.3); here noise is in standard deviations of each column.",
            "The paper divides Gaussian noise by its largest value; ours has the stated standard deviation.",
        ];
}
