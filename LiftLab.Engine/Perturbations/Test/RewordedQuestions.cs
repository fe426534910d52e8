using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Perturbations.Test;

/// <summary>
/// Test rows are asked in other words than training rows: another opening and another question around the same cells. Each level is
/// another wording.
/// </summary>
sealed class RewordedQuestions : Perturbation
{
    public override string Name => "reworded-questions";
    public override string Title => "Test prompts reworded";
    public override string Text => "The prompts of the test rows have another opening and another question than those of training.";
    public override PerturbationStage Stage => PerturbationStage.Test;
    public override LevelAxis Axis { get; } = LevelAxis.Count("wording", LearningTask.OtherWordings, 1, 2, 3);

    protected override Perturbed Change(LearningTask clean, double level, string way, int seed) =>
        level == Math.Floor(level)
            ? new(new(clean.Table, clean.Schema, clean.Split) { Wording = (int)level }, [])
            : throw new CannotApplyException("the number of a wording is a whole number");
}
