using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables.RandomNumbers;

namespace LiftLab.Engine.Perturbations.Training;

/// <summary>The class with the fewest training rows keeps only a share of them, at least one row. Weaker levels keep the rows of stronger
/// ones.</summary>
sealed class Imbalance : Perturbation
{
    public override string Name => "imbalance";
    public override string Title => "Rarer class";
    public override string Text => "The rarest class loses training rows. Validation and test rows stay.";
    public override PerturbationStage Stage => PerturbationStage.Training;
    public override LevelAxis Axis { get; } = LevelAxis.Kept("rows of the rarest class kept", 50, 25, 10);

    protected override Perturbed Change(LearningTask clean, double level, string way, int seed)
    {
        if (clean.Labels.Count == 0)
            throw new CannotApplyException("the target is a number and has no classes");
        var train = clean.Split.Train;
        int[] rarest = [.. train.GroupBy(r => clean.Targets[r]).OrderBy(g => g.Count()).ThenBy(g => g.Key).First()];
        var kept = new NumpyRandom(seed)
            .Choice(rarest, Math.Max(1, (int)Math.Round(rarest.Length * (level / 100), MidpointRounding.AwayFromZero)))
            .ToHashSet();
        var rare = rarest.ToHashSet();
        return new TableEdit(clean).Build(clean.Split with { Train = [.. train.Where(r => !rare.Contains(r) || kept.Contains(r))] });
    }
}
