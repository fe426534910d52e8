using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Perturbations.Training;

/// <summary>The features stand in another order in all rows. Each level is another order.</summary>
sealed class ColumnOrder : Perturbation
{
    public override string Name => "column-order";
    public override string Title => "Columns reordered";
    public override string Text => "The features stand in another order, in training and test rows alike.";
    public override PerturbationStage Stage => PerturbationStage.Training;
    public override LevelAxis Axis { get; } = LevelAxis.Count("draw", 1000, 1, 2, 3);

    protected override Perturbed Change(LearningTask clean, double level, string way, int seed)
    {
        var names = FeatureNames.Of(clean);
        if (level == 0)
            return new(clean, []);
        var order = FeatureNames.OtherOrder(names.Count, seed, (int)level);
        return FeatureNames.Reorder(clean, [.. order.Select(i => names[i])]);
    }
}
