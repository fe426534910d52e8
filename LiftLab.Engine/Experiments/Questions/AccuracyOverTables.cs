using System.Globalization;
using LiftLab.Engine.Experiments.Answers;
using LiftLab.Engine.Experiments.Robustness;
using LiftLab.Engine.Figures;

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
        var whole = study.Tables.Where(t => study.Learners.All(l => points.Any(p => p.Table == t.Name && p.Learner == l.Name))).ToArray();
        if (whole.Length == 0)
            return ["No table is answered by all learners yet."];
        var subject = study.Learners[0].Name;
        var firsts = whole.Count(t => points.Where(p => p.Table == t.Name).MaxBy(p => p.Value.Value)!.Learner == subject);
        return [$"{answers.Title(subject)} has the highest mean on {firsts} of {whole.Length} tables."];
    }

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
