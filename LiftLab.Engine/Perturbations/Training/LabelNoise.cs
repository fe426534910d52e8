using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables.RandomNumbers;

namespace LiftLab.Engine.Perturbations.Training;

/// <summary>
/// The labels of int(N · level) training rows are replaced: by a random other label, or by the next class (the paper's "system"). Draw for
/// draw the paper's <c>corrupt_labels.py</c> (specification, section 5.8), whose seed is 42.
/// </summary>
sealed class LabelNoise : Perturbation
{
    const string Random = "random",
        Pair = "pair";

    public override string Name => "label-noise";
    public override string Title => "Wrong labels";
    public override string Text =>
        "The labels of some training rows are replaced, by a random other label or always by the next class. Validation and test rows keep theirs.";
    public override PerturbationStage Stage => PerturbationStage.Training;
    public override LevelAxis Axis { get; } = LevelAxis.Percent("training labels changed", 5, 10, 20, 40);
    public override IReadOnlyList<string> Ways { get; } = [Random, Pair];

    protected override Perturbed Change(LearningTask clean, double level, string way, int seed)
    {
        var (train, labels) = (clean.Split.Train, clean.Labels);
        if (labels.Count < 2)
            throw new CannotApplyException(
                labels.Count == 0 ? "the target is a number and has no labels to confuse" : "the target has only one class"
            );
        var edit = new TableEdit(clean);
        var python = new PythonRandom(seed);
        foreach (var i in new NumpyRandom(seed).Choice(train.Count, (int)(train.Count * (level / 100))))
        {
            var row = train[i];
            var old = (int)clean.Targets[row];
            var to =
                way == Random
                    ? python.Sample<int>([.. Enumerable.Range(0, labels.Count).Where(k => k != old)], 1)[0]
                    : (old + 1) % labels.Count;
            edit.Set(clean.Schema.Target.Name, row, clean.Target.Write(to));
        }
        return edit.Build();
    }
}
