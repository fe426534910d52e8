using System.Globalization;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Perturbations.Training;

/// <summary>The features are named x1, x2, … in all rows. Learners that do not read names answer as before.</summary>
sealed class RenamedColumns : Perturbation
{
    public override string Name => "renamed-columns";
    public override string Title => "Names without meaning";
    public override string Text => "The features are named x1, x2, …, in training and test rows alike.";
    public override PerturbationStage Stage => PerturbationStage.Training;
    public override LevelAxis Axis { get; } = LevelAxis.Count("names replaced", 1, 1);

    protected override Perturbed Change(LearningTask clean, double level, string way, int seed)
    {
        if (level == 0)
            return new(clean, []);
        var others = clean
            .Table.Columns.Select(c => c.Name)
            .Except(clean.Schema.Features.Select(f => f.Name))
            .ToHashSet(StringComparer.Ordinal);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var feature in clean.Schema.Features)
        {
            var name = "x" + (names.Count + 1).ToString(CultureInfo.InvariantCulture);
            while (others.Contains(name))
                name += "_";
            names[feature.Name] = name;
        }
        return FeatureNames.Rename(clean, names);
    }
}
