using System.Globalization;
using LiftLab.Engine.Experiments.Answers;
using LiftLab.Engine.Experiments.Robustness;
using LiftLab.Engine.Figures;
using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Engine.Experiments.Questions;

/// <summary>How well does LIFT do over tables and splits?</summary>
sealed class AccuracyOverTables() : Experiment("accuracy", "Accuracy over tables and splits", "Accuracy", "6.1, 6.16")
{
    public override string Text => "Every learner is fitted on every table and split. How good is LIFT beside the baselines?";

    public override IReadOnlyList<Figure> Draw(StudySpec study, StudyAnswers answers)
    {
        var points = Points(study, answers);
        var series = study
            .Learners.Select((l, i) => (l, i))
            .Select(p => new Series.Points(
                answers.Title(p.l.Name),
                p.i == 0 ? Hue.Subject : Hue.Class(p.i),
                [
                    .. points
                        .Where(q => q.Learner == p.l.Name)
                        .Select(q => new Figure.Point(q.Table, q.Value.Value, q.Value.Low, q.Value.High)),
                ]
            ))
            .Where(s => s.Items.Count > 0)
            .ToArray();
        return
        [
            new(
                Title,
                new("accuracy or 1 - RAE"),
                Axis.OfCategories([.. study.Tables.Select(t => t.Name)]),
                series,
                DataTable.Of(
                    ["table", "learner", "value", "low", "high", "seeds"],
                    points.Count,
                    i =>
                        [
                            points[i].Table,
                            answers.Title(points[i].Learner),
                            Written(points[i].Value.Value),
                            Written(points[i].Value.Low),
                            Written(points[i].Value.High),
                            Written(points[i].Seeds),
                        ]
                )
            )
            {
                Caption = "Means over splits with 95 % intervals over splits and test rows; the test rows are the same in all splits.",
                Waiting = points.Count == 0 ? "no cell is answered yet" : null,
            },
        ];
    }

    public override IReadOnlyList<string> Verdicts(StudySpec study, StudyAnswers answers)
    {
        var points = Points(study, answers);
        // A learner that does not learn a kind of target answers no table with it.
        bool Answers(StudyTable table, string learner) => points.Any(p => p.Table == table.Name && p.Learner == learner);
        var whole = study
            .Tables.Where(t =>
                study.Learners.All(l => Answers(t, l.Name) || !study.Tables.Any(o => o.Schema.Task == t.Schema.Task && Answers(o, l.Name)))
            )
            .Where(t => Answers(t, study.Learners[0].Name))
            .ToArray();
        if (whole.Length == 0 || study.Learners.Count < 2)
            return ["No table is answered by all learners yet."];
        var subject = study.Learners[0].Name;
        var firsts = whole.Count(t => points.Where(p => p.Table == t.Name).MaxBy(p => p.Value.Value)!.Learner == subject);
        var first = $"{answers.Title(subject)} has the highest mean on {firsts} of {whole.Length} tables.";
        if (whole.Length < 2 && study.Seeds.Count < 2)
            return [first];
        var verdict = StudyVerdict.Of(EvidenceOf(study, whole, answers), 0);
        return [first, verdict.Words, .. verdict.Notes];
    }

    /// <summary>The values of each split, for the tests over tables (Friedman, Wilcoxon) and over splits (corrected t-test).</summary>
    Study EvidenceOf(StudySpec study, IReadOnlyList<StudyTable> tables, StudyAnswers answers)
    {
        var cells = Plan(study).ToLookup(c => (c.Table, c.Series));
        IReadOnlyList<StudyScore> Of(StudyTable table, string learner) =>
            [
                .. cells[(table.Name, learner)]
                    .Select(c => (c.Seed, answers[c.Place]?.Value))
                    .Where(c => c.Value is { } value && double.IsFinite(value))
                    .Select(c => new StudyScore(Written(c.Seed), c.Value!.Value)),
            ];
        return new(
            new("value", "accuracy or 1 - RAE", true, ""),
            [.. tables.Select(t => new StudyData(t.Name, TrainRows(t), TestRows(t, cells, answers)))],
            [.. study.Learners.Select(l => answers.Title(l.Name))],
            [.. tables.Select(t => (IReadOnlyList<IReadOnlyList<StudyScore>>)[.. study.Learners.Select(l => Of(t, l.Name))])]
        );
    }

    static int TrainRows(StudyTable table) => (int)Math.Round(table.Rows * (1 - SplitMaker.HeldOut) * (1 - SplitMaker.HeldOut));

    static int TestRows(StudyTable table, ILookup<(string, string), Cell> cells, StudyAnswers answers) =>
        cells.Where(g => g.Key.Item1 == table.Name).SelectMany(g => g).Select(c => answers[c.Place]?.Rows ?? 0).Max();

    public override IReadOnlyList<string> Deviations(StudySpec study) =>
        ["The tables are those that were chosen; the paper uses fourteen tables of OpenML and its synthetic tables, with three splits."];

    sealed record PointOf(string Table, string Learner, Estimate Value, int Seeds);

    IReadOnlyList<PointOf> Points(StudySpec study, StudyAnswers answers)
    {
        var places = Plan(study).ToLookup(c => (c.Table, c.Series));
        var groups = (
            from table in study.Tables
            from learner in study.Learners
            select (table.Name, Learner: learner.Name, Scores: places[(table.Name, learner.Name)].Select(c => answers[c.Place]).ToArray())
        ).ToArray();
        var draws = TwoLevelBootstrap.Draw([.. groups.Select(g => g.Scores)], 0);
        return
        [
            .. groups
                .Select((g, i) => (g, i, Known: g.Scores.OfType<CellScores>().ToArray()))
                .Where(p => p.Known.Length > 0)
                .Select(p =>
                {
                    var (low, high) = TwoLevelBootstrap.Interval(draws[p.i]);
                    return new PointOf(p.g.Name, p.g.Learner, new(p.Known.Average(s => s.Value), low, high), p.Known.Length);
                }),
        ];
    }

    static string Written(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
