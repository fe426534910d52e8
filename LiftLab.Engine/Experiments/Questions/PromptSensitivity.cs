using System.Globalization;
using LiftLab.Engine.Experiments.Answers;
using LiftLab.Engine.Figures;
using LiftLab.Engine.Perturbations;

namespace LiftLab.Engine.Experiments.Questions;

/// <summary>Does the answer depend on names and order of the columns?</summary>
sealed class PromptSensitivity() : Experiment("prompt-sensitivity", "Names, order and wording", "Prompts", "6.7")
{
    public override string Text =>
        "The columns get each other's names, names without meaning, or another order, and prompts get other words, in training and test rows alike or in test rows only. What does LIFT make of it?";

    public override IReadOnlyList<StudyKind> Kinds =>
        [
            new("shuffled-names", null, [1, 2, 3]),
            new("renamed-columns", null, [1]),
            new("column-order", null, [1, 2, 3]),
            new("reworded-prompts", null, [1, 2, 3]),
            new("reworded-questions", null, [1, 2, 3]),
        ];

    public override IReadOnlyList<string> Learners => ["lift", "logreg", "rf", "mean"];

    public override IReadOnlyList<Figure> Draw(StudySpec study, StudyAnswers answers) =>
        [.. study.Tables.Select(t => Draw(study, t, answers))];

    Figure Draw(StudySpec study, StudyTable table, StudyAnswers answers)
    {
        var variants = Variants(study);
        var cells = Plan(study).Where(c => c.Table == table.Name).ToLookup(c => (c.Series, Variant(c)));
        var points = study
            .Learners.Select(l =>
                (
                    l.Name,
                    Items: variants
                        .Select(v => (v, Values: cells[(l.Name, v)].Select(c => answers[c.Place]?.Value).OfType<double>().ToArray()))
                        .Where(p => p.Values.Length > 0)
                        .Select(p => new Figure.Point(p.v, p.Values.Average(), p.Values.Min(), p.Values.Max()))
                        .ToArray()
                )
            )
            .ToArray();
        return new(
            $"{Title}: {table.Name}",
            new("accuracy or 1 - RAE"),
            Axis.OfCategories(variants),
            [.. points.Select((p, i) => new Series.Points(answers.Title(p.Name), i == 0 ? Hue.Subject : Hue.Class(i), p.Items))],
            DataTable.Of(
                ["learner", "columns", "mean", "lowest seed", "highest seed"],
                points.Sum(p => p.Items.Length),
                i =>
                {
                    var (name, point) = points.SelectMany(p => p.Items.Select(item => (p.Name, item))).ElementAt(i);
                    return [answers.Title(name), point.Title, Written(point.Value), Written(point.Low ?? 0), Written(point.High ?? 0)];
                }
            )
        )
        {
            Caption =
                "Marks are means over seeds, lines go from the lowest to the highest seed. Learners that do not read names or prompts answer as before.",
            Waiting = points.All(p => p.Items.Length == 0) ? "no cell is answered yet" : null,
        };
    }

    public override IReadOnlyList<string> Verdicts(StudySpec study, StudyAnswers answers) =>
        [
            .. from table in study.Tables
            let cells = Plan(study).Where(c => c.Table == table.Name && c.Series == study.Learners[0].Name).ToArray()
            let values = cells
                .GroupBy(Variant)
                .Select(g => g.Select(c => answers[c.Place]?.Value).OfType<double>().ToArray())
                .Where(v => v.Length > 0)
                .Select(v => v.Average())
                .ToArray()
            select values.Length < 2
                ? $"{table.Name}: not enough variants are answered yet."
                : $"{table.Name}: {answers.Title(study.Learners[0].Name)} differs by {Written(100 * (values.Max() - values.Min()))} points between its best and its worst variant"
                    + Agreeing(cells, answers)
                    + ".",
        ];

    /// <summary>Share of test rows whose answer is the same in all variants, mean over the seeds; empty for numbers.</summary>
    static string Agreeing(Cell[] cells, StudyAnswers answers)
    {
        double[] shares =
        [
            .. cells
                .GroupBy(c => c.Seed)
                .Select(g => g.Select(c => answers[c.Place]).OfType<CellScores>().ToArray())
                .Where(g => g.Length > 1 && g[0].IsClasses && g.All(s => s.Rows == g[0].Rows))
                .Select(g => Enumerable.Range(0, g[0].Rows).Count(row => g.All(s => !s.Differs(row, g[0]))) / (double)g[0].Rows),
        ];
        return shares.Length == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"; on {shares.Average():P0} of the test rows all variants answer alike");
    }

    static string Variant(Cell cell) =>
        (cell.Probe.Fit.Training ?? cell.Probe.Test) is not { } change ? "as they are"
        : change.Kind == "renamed-columns" ? PerturbationList.Find(change.Kind).Title
        : string.Create(CultureInfo.InvariantCulture, $"{PerturbationList.Find(change.Kind).Title} {change.Level}");

    IReadOnlyList<string> Variants(StudySpec study) => [.. Plan(study).Select(Variant).Distinct()];

    static string Written(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
