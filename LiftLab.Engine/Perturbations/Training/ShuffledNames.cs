using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables.RandomNumbers;

namespace LiftLab.Engine.Perturbations.Training;

/// <summary>
/// The names of the features are permuted in all rows; cells stay (specification, section 6.7). Learners that do not read names answer as
/// before. Each level is another permutation.
/// </summary>
sealed class ShuffledNames : Perturbation
{
    public override string Name => "shuffled-names";
    public override string Title => "Names shuffled";
    public override string Text => "Every feature gets the name of another one, in training and test rows alike.";
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
        return FeatureNames.Rename(clean, names.Select((n, i) => (n, To: names[order[i]])).ToDictionary(p => p.n, p => p.To));
    }
}
