using LiftLab.Engine.Baselines.Networks;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Perturbations.Test;

/// <summary>
/// Adversarial test rows by transfer (specification, sections 5.7 and 6.13): the rows are changed against a multilayer perceptron that is
/// trained on the clean training rows, and every learner is asked about the changed rows. "pgd": 40 steps of 0.01/0.3 of the level from a
/// random start within the level; "fgsm": one step. Numbers stay in the training range, integers stay integers, categories stay.
/// </summary>
sealed class TransferAttack : Perturbation
{
    const string Pgd = "pgd",
        Fgsm = "fgsm";

    public override string Name => "transfer-attack";
    public override string Title => "Adversarial rows";
    public override string Text =>
        "The numbers of the test rows are changed so that a neural network trained on the same rows errs; every learner is asked about these rows.";
    public override PerturbationStage Stage => PerturbationStage.Test;
    public override bool IsAttack => true;
    public override LevelAxis Axis { get; } = LevelAxis.Deviations("largest change of a number", .1, .25, .5, 1);
    public override IReadOnlyList<string> Ways { get; } = [Pgd, Fgsm];

    protected override Perturbed Change(LearningTask clean, double level, string way, int seed)
    {
        var features = NumericFeature.Of(clean);
        if (level == 0)
            return new(clean, []);
        var source = AttackSource.Of(clean, [.. features.Select(f => f.Name)], seed);
        // Shape (test rows, numeric features), in standard deviations.
        var moves = way == Pgd ? source.Pgd(level, SeedStream.From(seed).At(Name)) : source.Fgsm(level);
        var edit = new TableEdit(clean);
        for (var i = 0; i < clean.Split.Test.Count; i++)
        for (var j = 0; j < features.Count; j++)
            edit.Set(features[j].Name, clean.Split.Test[i], RandomSigns.Moved(features[j], clean.Split.Test[i], moves[i][j]));
        return edit.Build();
    }
}
