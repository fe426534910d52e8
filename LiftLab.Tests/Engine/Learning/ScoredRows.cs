using System.Globalization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Tests.Engine.Learning;

/// <summary>Tasks, rows and predictions for tests of scores and verdicts.</summary>
static class ScoredRows
{
    public static LearningTask Task(IReadOnlyList<string> truth, TaskKind kind)
    {
        var table = new Table(
            "rows",
            [new Column("x", [.. truth.Select((_, i) => i.ToString(CultureInfo.InvariantCulture))]), new Column("y", truth)]
        );
        var schema = new Schema(
            [
                new("x", ColumnKind.Number),
                new("y", kind == TaskKind.Classification ? ColumnKind.Category : ColumnKind.Number, ColumnRole.Target),
            ],
            kind
        );
        return new(table, schema, new Split([], [], Rows(truth.Count)));
    }

    public static LearningTask Classes(params int[] truth) =>
        Task([.. truth.Select(t => t.ToString(CultureInfo.InvariantCulture))], TaskKind.Classification);

    public static LearningTask Numbers(params double[] truth) =>
        Task([.. truth.Select(t => t.ToString("R", CultureInfo.InvariantCulture))], TaskKind.Regression);

    public static int[] Rows(int count) => [.. Enumerable.Range(0, count)];

    public static Prediction[] Answers(params double[] values) => [.. values.Select(v => new Prediction.Answered(v))];

    /// <summary>For each row the class with the highest probability, and all probabilities.</summary>
    public static Prediction[] Probable(int classes, double[] probabilities) =>
        [.. probabilities.Chunk(classes).Select(p => new Prediction.Answered(Array.IndexOf(p, p.Max()), p))];

    public static double Of(this IReadOnlyList<Score> scores, Metric metric) => scores.Single(s => s.Metric == metric.Name).Value;
}
