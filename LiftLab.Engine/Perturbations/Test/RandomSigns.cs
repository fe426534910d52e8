using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables.RandomNumbers;

namespace LiftLab.Engine.Perturbations.Test;

/// <summary>
/// An attack without gradients, the same for every learner: each test row is tried in 20 random directions, every number moved up or down
/// by the level times its standard deviation. Numbers stay in the training range, integers stay integers, categories stay. A row counts as
/// right only if it is answered right in all directions.
/// </summary>
sealed class RandomSigns : Perturbation
{
    public const int Directions = 20;

    public override string Name => "random-signs";
    public override string Title => "Worst of 20 directions";
    public override string Text =>
        "Each test row is moved in 20 random directions within the training range, and is right only if every answer is right.";
    public override PerturbationStage Stage => PerturbationStage.Test;
    public override bool IsAttack => true;
    public override LevelAxis Axis { get; } = LevelAxis.Deviations("largest change of a number", .1, .25, .5, 1);

    protected override Perturbed Change(LearningTask clean, double level, string way, int seed)
    {
        var features = NumericFeature.Of(clean);
        if (level == 0)
            return new(clean, []);
        var (edit, random, test) = (new TableEdit(clean), new NumpyRandom(seed), clean.Split.Test);
        List<int> rows = [],
            origins = [];
        for (var i = 0; i < test.Count; i++)
        for (var k = 0; k < Directions; k++)
        {
            var cells = edit.Row(test[i]);
            foreach (var feature in features)
            {
                var sign = random.NextDouble() < 0.5 ? -1 : 1;
                cells[feature.Name] = Moved(feature, test[i], sign * level);
            }
            rows.Add(edit.Add(cells));
            origins.Add(i);
        }
        return edit.Build(clean.Split with { Test = rows }) with { Origins = origins };
    }

    /// <summary>The cell after a move by so many standard deviations, kept within the training range; a value outside it stays.</summary>
    internal static string Moved(NumericFeature feature, int row, double deviations)
    {
        var value = feature.Column.Numbers[row];
        if (!double.IsFinite(value) || value < feature.Low || value > feature.High)
            return feature.Column.Cells[row];
        var moved = Math.Clamp(value + deviations * feature.Deviation, feature.Low, feature.High);
        return feature.Write(moved);
    }
}
