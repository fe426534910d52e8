using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Perturbations.Training;

/// <summary>Prompts have other words around the same cells, in training and test rows alike. Each level is another wording.</summary>
sealed class RewordedPrompts : Perturbation
{
    public override string Name => "reworded-prompts";
    public override string Title => "Prompts reworded";
    public override string Text => "Prompts have another opening and another question, in training and test rows alike.";
    public override PerturbationStage Stage => PerturbationStage.Training;
    public override LevelAxis Axis { get; } = LevelAxis.Count("wording", LearningTask.OtherWordings, 1, 2, 3);

    protected override Perturbed Change(LearningTask clean, double level, string way, int seed) =>
        level == Math.Floor(level)
            ? new(new(clean.Table, clean.Schema, clean.Split) { Wording = (int)level }, [])
            : throw new CannotApplyException("the number of a wording is a whole number");
}
