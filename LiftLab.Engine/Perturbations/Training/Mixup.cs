using System.Globalization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables.RandomNumbers;

namespace LiftLab.Engine.Perturbations.Training;

/// <summary>
/// Mixup as in the paper (specification, section 5.9): every training row is mixed with another one, x' = x·λ/10 + x₂·(1 - λ/10), with λ
/// from 0 to 10, and the label becomes y·λ + y₂·(10 - λ), a class from 0 to 10. Validation and test labels become 0 and 10. Two classes and
/// numeric features only. The order of the draws, the permutation first, is ours: the paper's code does not fix its seed.
/// </summary>
sealed class Mixup : Perturbation
{
    const int Parts = 10;

    public override string Name => "mixup";
    public override string Title => "Mixup";
    public override string Text =>
        "Every training row is replaced by a mixture of two rows, and its label by their mixture on a scale from 0 to 10.";
    public override PerturbationStage Stage => PerturbationStage.Training;
    public override LevelAxis Axis { get; } = LevelAxis.Count("rows mixed", 1, 1);

    protected override Perturbed Change(LearningTask clean, double level, string way, int seed)
    {
        if (level == 0)
            return new(clean, []);
        if (clean.Labels.Count != 2)
            throw new CannotApplyException("mixup needs a target with two classes");
        var features = NumericFeature.Of(clean);
        if (features.Count < clean.Schema.Features.Count)
            throw new CannotApplyException("mixup needs numeric features only");
        var (edit, random, train, target) = (new TableEdit(clean), new NumpyRandom(seed), clean.Split.Train, clean.Schema.Target.Name);
        var partner = random.Permutation(train);
        for (var i = 0; i < train.Count; i++)
        {
            var part = random.Integer(0, Parts + 1);
            foreach (var feature in features)
            {
                var (a, b) = (feature.Column.Numbers[train[i]], feature.Column.Numbers[partner[i]]);
                edit.Set(feature.Name, train[i], feature.Write(a * part / Parts + b * (1 - (double)part / Parts)));
            }
            edit.Set(target, train[i], Label(clean.Targets[train[i]] * part + clean.Targets[partner[i]] * (Parts - part)));
        }
        foreach (var row in clean.Split.Valid.Concat(clean.Split.Test))
            edit.Set(target, row, Label(clean.Targets[row] * Parts));
        return edit.Build();
    }

    static string Label(double value) => ((int)value).ToString(CultureInfo.InvariantCulture);
}
