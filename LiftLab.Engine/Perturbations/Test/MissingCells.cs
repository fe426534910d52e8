using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.RandomNumbers;

namespace LiftLab.Engine.Perturbations.Test;

/// <summary>
/// A share of the feature cells of the test rows is emptied. The cells of a weaker level are empty in a stronger one too.
/// </summary>
sealed class MissingCells : Perturbation
{
    public override string Name => "missing-cells";
    public override string Title => "Missing cells";
    public override string Text => "Random feature cells of the test rows are emptied; the training rows stay.";
    public override PerturbationStage Stage => PerturbationStage.Test;
    public override LevelAxis Axis { get; } = LevelAxis.Percent("test cells emptied", 5, 10, 20, 40);

    protected override Perturbed Change(LearningTask clean, double level, string way, int seed)
    {
        string[] features = [.. clean.Schema.Features.Where(f => f.Kind != ColumnKind.Identifier).Select(f => f.Name)];
        var cells = clean.Split.Test.Count * features.Length;
        var edit = new TableEdit(clean);
        foreach (var cell in new NumpyRandom(seed).Choice(cells, (int)(cells * (level / 100))))
            edit.Set(features[cell % features.Length], clean.Split.Test[cell / features.Length], "");
        return edit.Build();
    }
}
