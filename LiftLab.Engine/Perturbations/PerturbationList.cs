using LiftLab.Engine.Learning;
using LiftLab.Engine.Perturbations.Test;
using LiftLab.Engine.Perturbations.Training;

namespace LiftLab.Engine.Perturbations;

/// <summary>Every kind of perturbation, one line each.</summary>
public static class PerturbationList
{
    public static IReadOnlyList<Perturbation> All { get; } =
    [
        new LabelNoise(),
        new Outliers(),
        new Imbalance(),
        new FewerRows(),
        new FeatureNoise(),
        new MissingCells(),
        new LostColumns(),
        new ShuffledNames(),
        new RenamedColumns(),
        new ColumnOrder(),
        new RewordedPrompts(),
        new RewordedQuestions(),
        new NoisyCopies(),
        new Mixup(),
        new RandomSigns(),
        new TransferAttack(),
    ];

    /// <exception cref="ArgumentException">There is no kind of that name; the message lists the names.</exception>
    public static Perturbation Find(string name) =>
        All.FirstOrDefault(p => p.Name == name)
        ?? throw new ArgumentException(
            $"there is no perturbation '{name}'; the perturbations are {string.Join(", ", All.Select(p => p.Name))}"
        );

    /// <inheritdoc cref="Perturbation.Apply"/>
    public static Perturbed Apply(LearningTask clean, PerturbationSpec? spec) =>
        spec is null ? new(clean, []) : Find(spec.Kind).Apply(clean, spec);
}
