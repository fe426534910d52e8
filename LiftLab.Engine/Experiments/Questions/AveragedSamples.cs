using System.Globalization;
using System.Text.Json.Nodes;
using LiftLab.Engine.Experiments.Answers;
using LiftLab.Engine.Figures;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Experiments.Questions;

/// <summary>Do several sampled answers, averaged, answer better than one?</summary>
sealed class AveragedSamples() : Experiment("averaged-samples", "Averaging sampled answers", "Answers", "6.26")
{
    static readonly int[] Counts = [1, 3, 10, 30];

    const string Exact = "exact probabilities";

    public override string Text =>
        "LIFT samples each answer several times and averages. How many samples does it need to come close to its exact probabilities?";

    public override IReadOnlyList<string> Learners => ["lift"];

    public override IReadOnlyList<Cell> Plan(StudySpec study) =>
        [
            .. from table in study.Tables
            from learner in study.Learners.Where(l => l.Name == "lift").Take(1)
            from seed in study.Seeds
            from count in Counts.Prepend(0)
            select new Cell(
                "",
                table.Name,
                count == 0 ? Exact : "sampled",
                count,
                seed,
                new(new(table.Key, seed, null, count == 0 ? learner : Sampled(learner, count), seed))
            ),
        ];

    /// <summary>The same recipe, decoded by sampling.</summary>
    static LearnerSpec Sampled(LearnerSpec learner, int count)
    {
        var settings = learner.Settings?.DeepClone().AsObject() ?? [];
        var recipe = settings["recipe"] switch
        {
            JsonObject own => own,
            JsonValue preset => new JsonObject { ["preset"] = preset.DeepClone() },
            _ => new JsonObject { ["preset"] = "standard" },
        };
        recipe["decode"] = "sample";
        recipe["samples"] = count;
        settings["recipe"] = recipe.DeepClone();
        return learner with { Settings = settings };
    }

    public override IReadOnlyList<Figure> Draw(StudySpec study, StudyAnswers answers) =>
        [.. study.Tables.Select(t => Draw(study, t, answers))];

    Figure Draw(StudySpec study, StudyTable table, StudyAnswers answers)
    {
        var points = Means(study, table, answers);
        var exact = points.FirstOrDefault(p => p.Count == 0);
        var sampled = points.Where(p => p.Count > 0).ToArray();
        return new(
            $"{Title}: {table.Name}",
            new("sampled answers per row") { Scale = AxisScale.Logarithmic },
            new("accuracy or 1 - RAE"),
            [
                new Series.Line(
                    "sampled and averaged",
                    Hue.Subject,
                    [.. sampled.Select(p => (double)p.Count)],
                    [.. sampled.Select(p => p.Mean)]
                )
                {
                    Marked = true,
                },
            ],
            DataTable.Of(
                ["samples", "accuracy or 1 - RAE", "seeds"],
                points.Count,
                i => [points[i].Count == 0 ? Exact : Written(points[i].Count), Written(points[i].Mean), Written(points[i].Seeds)]
            )
        )
        {
            Segments = exact is null ? [] : [new(null, exact.Mean, null, exact.Mean, Hue.Other) { Name = Exact, Dash = Dash.Dashed }],
            Caption = "Marks are means over seeds; the dashed line is the answer with the highest exact probability.",
            Waiting = points.Count == 0 ? "no cell is answered yet" : null,
        };
    }

    public override IReadOnlyList<string> Verdicts(StudySpec study, StudyAnswers answers) =>
        [
            .. from table in study.Tables
            let points = Means(study, table, answers)
            let exact = points.FirstOrDefault(p => p.Count == 0)
            let most = points.LastOrDefault(p => p.Count > 0)
            select exact is null || most is null
                ? $"{table.Name}: not enough cells are answered yet."
                : $"{table.Name}: with {most.Count} samples the value is {Written(most.Mean)}, with exact probabilities {Written(exact.Mean)}.",
        ];

    sealed record MeanOf(int Count, double Mean, int Seeds);

    IReadOnlyList<MeanOf> Means(StudySpec study, StudyTable table, StudyAnswers answers) =>
        [
            .. Plan(study)
                .Where(c => c.Table == table.Name)
                .GroupBy(c => (int)c.X)
                .OrderBy(g => g.Key)
                .Select(g => (g.Key, Values: g.Select(c => answers[c.Place]?.Value).OfType<double>().Where(double.IsFinite).ToArray()))
                .Where(g => g.Values.Length > 0)
                .Select(g => new MeanOf(g.Key, g.Values.Average(), g.Values.Length)),
        ];

    static string Written(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
