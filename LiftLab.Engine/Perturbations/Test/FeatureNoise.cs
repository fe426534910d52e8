using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables.RandomNumbers;

namespace LiftLab.Engine.Perturbations.Test;

/// <summary>
/// Noise on every numeric feature of the test rows, in units of the feature's standard deviation on the training rows (specification,
/// section 5.6, there in units of the range). "rank" moves a value by up to half the level in the ranks of the training values, for skewed
/// columns. The draws do not depend on the level, so that a stronger level moves the same cells farther.
/// </summary>
sealed class FeatureNoise : Perturbation
{
    const string Gaussian = "gaussian",
        Uniform = "uniform",
        Constant = "constant",
        Sign = "sign",
        Rank = "rank";

    public override string Name => "feature-noise";
    public override string Title => "Noise on numbers";
    public override string Text => "The numbers of the test rows are changed by noise; the training rows stay.";
    public override PerturbationStage Stage => PerturbationStage.Test;
    public override LevelAxis Axis { get; } = LevelAxis.Deviations("noise", .1, .25, .5, 1);
    public override IReadOnlyList<string> Ways { get; } = [Gaussian, Uniform, Constant, Sign, Rank];

    protected override Perturbed Change(LearningTask clean, double level, string way, int seed)
    {
        var features = NumericFeature.Of(clean);
        if (level == 0)
            return new(clean, []);
        if (way == Rank && level > 1)
            throw new CannotApplyException("ranks go from 0 to 1, so this noise ends at level 1");
        var random = new NumpyRandom(seed);
        var edit = new TableEdit(clean);
        foreach (var row in clean.Split.Test)
        foreach (var feature in features)
        {
            var draw = way switch
            {
                Gaussian => random.Normal(),
                Uniform or Rank => random.Uniform(-1, 1),
                Sign => random.NextDouble() < 0.5 ? -1 : 1,
                _ => 1,
            };
            var value = feature.Column.Numbers[row];
            if (double.IsFinite(value))
                edit.Set(
                    feature.Name,
                    row,
                    feature.Write(way == Rank ? AtRank(feature, value, draw * level / 2) : value + draw * level * feature.Deviation)
                );
        }
        return edit.Build();
    }

    /// <summary>The training value whose rank is the value's rank plus <paramref name="move"/>, interpolated.</summary>
    static double AtRank(NumericFeature feature, double value, double move)
    {
        var sorted = feature.Sorted;
        var below = sorted.Count(v => v < value);
        var rank = (below + sorted.Count(v => v == value) / 2.0) / sorted.Count;
        var place = Math.Clamp(rank + move, 0, 1) * (sorted.Count - 1);
        var low = (int)place;
        return low + 1 >= sorted.Count ? sorted[^1] : sorted[low] + (place - low) * (sorted[low + 1] - sorted[low]);
    }
}
