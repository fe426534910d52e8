using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables.RandomNumbers;

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
        string[] names = [.. clean.Schema.Features.Select(f => f.Name)];
        if (names.Length < 2)
            throw new CannotApplyException("the table has one feature");
        if (level == 0)
            return new(clean, []);
        var random = new NumpyRandom(SeedStream.From(seed).At((long)level).Seed);
        int[] order;
        do order = random.Permutation(names.Length);
        while (order.SequenceEqual(Enumerable.Range(0, names.Length)));
        return FeatureNames.Reorder(clean, [.. order.Select(i => names[i])]);
    }
}
