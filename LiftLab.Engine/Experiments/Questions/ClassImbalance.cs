namespace LiftLab.Engine.Experiments.Questions;

/// <summary>What if one class becomes rare?</summary>
sealed class ClassImbalance() : PerturbationExperiment("imbalance", "A rare class", "Data", "6.2")
{
    public override string Text =>
        "The rarest class loses training rows. How much accuracy is left, and how well is the worst class answered?";

    public override IReadOnlyList<StudyKind> Kinds => [new("imbalance", null, [50, 25, 10])];

    public override IReadOnlyList<string> Deviations(StudySpec study) =>
        [
            "The paper uses three tables that are uneven by themselves; here a class is made rare, so that the effect can be seen on any table.",
        ];
}
