using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables.RandomNumbers;

namespace LiftLab.Engine.Perturbations.Test;

/// <summary>
/// Whole features are empty in the test rows, as if their sensor had failed: the most relevant ones, the least relevant ones, or random
/// ones. At least one feature stays.
/// </summary>
sealed class LostColumns : Perturbation
{
    const string Most = "most relevant",
        Least = "least relevant",
        Random = "random";

    public override string Name => "lost-columns";
    public override string Title => "Lost columns";
    public override string Text => "Whole features are empty in the test rows; the training rows stay.";
    public override PerturbationStage Stage => PerturbationStage.Test;
    public override LevelAxis Axis { get; } = LevelAxis.Count("features lost", 10_000, 1, 2, 3);
    public override IReadOnlyList<string> Ways { get; } = [Most, Least, Random];

    protected override Perturbed Change(LearningTask clean, double level, string way, int seed)
    {
        if (level != Math.Floor(level))
            throw new CannotApplyException("the number of lost features is a whole number");
        var order = Relevance.Order(clean);
        if (level >= order.Count)
            throw new CannotApplyException($"the table has {order.Count} features, and one must stay");
        IEnumerable<string> lost = way switch
        {
            Most => order,
            Least => order.Reverse(),
            _ => new NumpyRandom(seed).Permutation(order.Count).Select(i => order[i]),
        };
        var edit = new TableEdit(clean);
        foreach (var feature in lost.Take((int)level))
        foreach (var row in clean.Split.Test)
            edit.Set(feature, row, "");
        return edit.Build();
    }
}
