using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables.RandomNumbers;

namespace LiftLab.Engine.Perturbations.Training;

/// <summary>
/// int(N · p / (100 - p)) rows are added to the training rows, so that p % of them are outliers (specification, section 5.4). For numbers
/// the features are uniform in the training range and the target is far off; "paper" uses the paper's numbers, features uniform in
/// [-10, 10] and target |N(0, 20)|, whose seed is 123. For classes the numeric features lie 5 to 10 standard deviations from the mean and
/// the class is random.
/// </summary>
sealed class Outliers : Perturbation
{
    const string Own = "own range",
        Paper = "paper";

    /// <summary>|N(0, 20)| beside targets of a standard deviation of 4.9 in the paper's tables.</summary>
    const double TargetDeviations = 4;

    const double Nearest = 5,
        Farthest = 10;

    public override string Name => "outliers";
    public override string Title => "Outliers";
    public override string Text =>
        "Rows that do not follow the pattern are added to the training rows: numbers far off, or features far from the others with a random class.";
    public override PerturbationStage Stage => PerturbationStage.Training;
    public override LevelAxis Axis { get; } = new("training rows that are outliers", "%", 0, [1, 2, 5, 10, 20], 90);
    public override IReadOnlyList<string> Ways { get; } = [Own, Paper];

    protected override Perturbed Change(LearningTask clean, double level, string way, int seed)
    {
        var train = clean.Split.Train;
        var count = (int)(train.Count * level / (100 - level));
        if (way == Paper && clean.Labels.Count > 0)
            throw new CannotApplyException("the paper adds outliers to tables with a number as target");
        var numeric = NumericFeature.Of(clean);
        var random = new NumpyRandom(seed);
        var rows = Enumerable.Range(0, count).Select(_ => new Dictionary<string, string>(StringComparer.Ordinal)).ToArray();
        // The paper draws all features before the first target; categories, which it does not have, come last.
        foreach (var cells in rows)
        foreach (var feature in numeric)
            cells[feature.Name] = Number(feature, way, clean.Labels.Count > 0, random);
        var mean = train.Average(r => clean.Targets[r]);
        var spread = Math.Sqrt(train.Average(r => Math.Pow(clean.Targets[r] - mean, 2)));
        foreach (var cells in rows)
            cells[clean.Schema.Target.Name] = clean.Target.Write(
                clean.Labels.Count > 0 ? random.Interval((uint)clean.Labels.Count - 1)
                : way == Paper ? Math.Abs(random.Normal(0, 20))
                : mean + Math.Abs(random.Normal(0, TargetDeviations * spread))
            );
        var others = clean.Schema.Features.Where(f => numeric.All(n => n.Name != f.Name)).ToArray();
        foreach (var cells in rows)
        foreach (var other in others)
            cells[other.Name] = clean.Table[other.Name].Cells[train[(int)random.Interval((uint)train.Count - 1)]];
        var edit = new TableEdit(clean);
        return edit.Build(clean.Split with { Train = [.. train, .. rows.Select(edit.Add)] });
    }

    static string Number(NumericFeature feature, string way, bool classes, NumpyRandom random)
    {
        if (way == Paper)
            return TableEdit.Write(random.Uniform(-10, 10), null);
        if (!classes)
            return feature.Write(random.Uniform(feature.Low, feature.High));
        var side = random.NextDouble() < 0.5 ? -1 : 1;
        return feature.Write(feature.Mean + side * random.Uniform(Nearest, Farthest) * feature.Deviation);
    }
}
