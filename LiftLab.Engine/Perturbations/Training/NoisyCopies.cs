using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables.RandomNumbers;

namespace LiftLab.Engine.Perturbations.Training;

/// <summary>
/// Data augmentation: a copy of every training row is added whose numbers have Gaussian noise (specification, section 6.14).
/// </summary>
sealed class NoisyCopies : Perturbation
{
    public override string Name => "noisy-copies";
    public override string Title => "Noisy copies";
    public override string Text => "A copy of every training row with Gaussian noise on its numbers is added to the training rows.";
    public override PerturbationStage Stage => PerturbationStage.Training;
    public override LevelAxis Axis { get; } = LevelAxis.Deviations("noise of the copies", .1, .25, .5);

    protected override Perturbed Change(LearningTask clean, double level, string way, int seed)
    {
        if (level == 0)
            return new(clean, []);
        var features = NumericFeature.Of(clean);
        var random = new NumpyRandom(seed);
        var edit = new TableEdit(clean);
        var added = new List<int>();
        foreach (var row in clean.Split.Train)
        {
            var cells = edit.Row(row);
            foreach (var feature in features)
            {
                var noise = level * feature.Deviation * random.Normal();
                if (double.IsFinite(feature.Column.Numbers[row]))
                    cells[feature.Name] = feature.Write(feature.Column.Numbers[row] + noise);
            }
            added.Add(edit.Add(cells));
        }
        return edit.Build(clean.Split with { Train = [.. clean.Split.Train, .. added] });
    }
}
