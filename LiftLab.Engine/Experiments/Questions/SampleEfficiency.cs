namespace LiftLab.Engine.Experiments.Questions;

/// <summary>How many training rows does each learner need?</summary>
sealed class SampleEfficiency() : PerturbationExperiment("sample-efficiency", "Fewer training rows", "Data", "6.3")
{
    public override string Text =>
        "Only a share of the training rows is used, at least ten. How fast does each learner improve with more rows?";

    public override IReadOnlyList<StudyKind> Kinds => [new("fewer-rows", null, [50, 20, 10, 5])];

    public override IReadOnlyList<string> Deviations(StudySpec study) =>
        study.Kinds.Any(k => k.Way == "first")
            ? []
            : ["The rows are drawn at random with each seed; the paper's language models get the first rows of the split (way \"first\")."];
}
