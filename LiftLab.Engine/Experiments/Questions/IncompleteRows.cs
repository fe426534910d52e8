namespace LiftLab.Engine.Experiments.Questions;

/// <summary>What if cells or whole columns are missing when the model is used?</summary>
sealed class IncompleteRows() : PerturbationExperiment("incomplete-rows", "Missing cells and lost columns", "Robustness", null)
{
    public override string Text =>
        "Cells of the test rows are emptied at random, or whole features are lost. How much accuracy is left, if nothing was missing in training?";

    public override IReadOnlyList<StudyKind> Kinds =>
        [
            new("missing-cells", null, [5, 10, 20, 40]),
            new("lost-columns", "most relevant", [1, 2, 3]),
            new("lost-columns", "least relevant", [1, 2, 3]),
        ];
}
