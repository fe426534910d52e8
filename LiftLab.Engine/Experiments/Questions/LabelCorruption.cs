namespace LiftLab.Engine.Experiments.Questions;

/// <summary>How much do wrong training labels cost?</summary>
sealed class LabelCorruption() : PerturbationExperiment("label-corruption", "Wrong labels", "Robustness", "6.4")
{
    public override string Text =>
        "A share of the training labels is replaced, at random or always by the next class. How much accuracy does each learner lose?";

    public override IReadOnlyList<StudyKind> Kinds =>
        [new("label-noise", "random", [5, 10, 20, 40]), new("label-noise", "pair", [5, 10, 20, 40])];

    public override IReadOnlyList<string> Deviations(StudySpec study) =>
        [
            "40 % is ours; the paper stops at 20 %.",
            .. study.Protocol == Protocol.Paper
                ? (string[])["Labels are drawn with the paper's seed 42 in every run."]
                : ["Each seed changes other labels; the paper changes the same labels in all runs (seed 42)."],
            "The paper's table for this question is not published as numbers, so only the shape can be compared.",
        ];
}
