using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables.RandomNumbers;

namespace LiftLab.Engine.Perturbations.Training;

/// <summary>
/// A share s of the training rows: max(10, int(N · s)) rows, random ones or, as in the paper, the first ones (specification, section 6.3).
/// Smaller shares are parts of larger ones.
/// </summary>
sealed class FewerRows : Perturbation
{
    const int Fewest = 10;
    const string Random = "random",
        First = "first";

    public override string Name => "fewer-rows";
    public override string Title => "Fewer rows";
    public override string Text => "Only a share of the training rows is used, at least ten. Validation and test rows stay.";
    public override PerturbationStage Stage => PerturbationStage.Training;
    public override LevelAxis Axis { get; } = LevelAxis.Kept("training rows used", 50, 20, 10, 5);
    public override IReadOnlyList<string> Ways { get; } = [Random, First];

    protected override Perturbed Change(LearningTask clean, double level, string way, int seed)
    {
        var train = clean.Split.Train;
        var count = Math.Min(train.Count, Math.Max(Fewest, (int)(train.Count * (level / 100))));
        IReadOnlyList<int> rows = way == First ? train : new NumpyRandom(seed).Permutation(train);
        int[] kept = [.. rows.Take(count)];
        if (clean.Labels.Count > 0 && kept.Select(r => clean.Targets[r]).Distinct().Count() < 2)
            throw new CannotApplyException($"one class is left in {kept.Length} training rows");
        return new TableEdit(clean).Build(clean.Split with { Train = count == train.Count ? train : kept });
    }
}
