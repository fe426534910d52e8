using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Perturbations.Training;

/// <summary>
/// The names of the features are permuted in all rows; cells stay (specification, section 6.7). Learners that do not read names answer as
/// before. Each level is another permutation.
/// </summary>
sealed class ShuffledNames : Perturbation
{
    public override string Name => "shuffled-names";
    public override string Title => "Names shuffled";
    public override string Text => "The features get each other's names, in training and test rows alike.";
    public override PerturbationStage Stage => PerturbationStage.Training;
    public override LevelAxis Axis { get; } = LevelAxis.Count("draw", 1000, 1, 2, 3);

    protected override Perturbed Change(LearningTask clean, double level, string way, int seed)
    {
        var names = FeatureNames.Of(clean);
        if (level == 0)
            return new(clean, []);
        var order = FeatureNames.OtherOrder(names.Count, seed, (int)level);
        return FeatureNames.Rename(clean, names.Select((n, i) => (n, To: names[order[i]])).ToDictionary(p => p.n, p => p.To));
    }
}
