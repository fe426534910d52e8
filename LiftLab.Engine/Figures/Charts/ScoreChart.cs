using System.Globalization;
using LiftLab.Engine.Learning.Scores;

namespace LiftLab.Engine.Figures.Charts;

/// <summary>One metric of several learners: one mark with an interval each, the best at the top, a line at the subject's value.</summary>
public static class ScoreChart
{
    public const string IntervalsOfOneSplit = "Marks are scores on the test rows, bars 95 % intervals.",
        SpreadOverSplits = "Marks are means over splits, bars one standard deviation.";

    const double RowHeight = 28,
        Rest = 110;

    /// <param name="points">Values in the metric's unit, shares as 0 to 1. Highlighted: LIFT's ways, or the learner compared.</param>
    /// <param name="subject">Legend entry of highlighted points. The dotted line is at the value of the point with this title.</param>
    /// <param name="bars">The meaning of marks and intervals, as a sentence.</param>
    /// <param name="targetUnit">The target's unit, for metrics in that unit.</param>
    public static Figure Of(
        Metric metric,
        IReadOnlyList<Figure.Point> points,
        string subject,
        string bars = IntervalsOfOneSplit,
        string targetUnit = ""
    )
    {
        var factor = metric.Unit == "%" ? 100 : 1;
        Figure.Point[] worstFirst =
        [
            .. points
                .Where(p => double.IsFinite(p.Value))
                .OrderBy(p => metric.HigherIsBetter ? p.Value : -p.Value)
                .Select(p => p with { Value = factor * p.Value, Low = factor * p.Low, High = factor * p.High }),
        ];
        var marked = worstFirst.FirstOrDefault(p => p.Title == subject);
        var unit =
            metric.Unit == "%" ? "%"
            : metric.Unit == "target" ? targetUnit
            : "";
        return new(
            $"{metric.Title} on the test rows",
            new(metric.Title, unit),
            Axis.OfCategories([.. worstFirst.Select(p => p.Title)]),
            [new Series.Points("other learners", Hue.Other, worstFirst) { Highlighted = subject }],
            TableOf(metric, worstFirst)
        )
        {
            Segments = marked is null
                ? []
                : [Segment.Upright(marked.Value, Hue.Subject) with { Dash = Dash.Dotted, Name = $"value of {marked.Title}" }],
            Caption =
                $"{bars} {(metric.HigherIsBetter ? "Higher is better." : "Lower is better.")}"
                + (marked is null ? "" : $" The dotted line is at the value of {marked.Title}."),
            Summary =
                worstFirst.Length == 0 ? "No scores yet" : $"{metric.Title} of {worstFirst.Length} learners, best {worstFirst[^1].Title}",
            Height = Rest + RowHeight * worstFirst.Length,
            Waiting = worstFirst.Length == 0 ? "no score yet" : null,
        };
    }

    static DataTable TableOf(Metric metric, Figure.Point[] worstFirst) =>
        DataTable.Of(
            ["learner", metric.Title, "low", "high", "rows"],
            worstFirst.Length,
            i =>
            {
                var point = worstFirst[^(i + 1)];
                return
                [
                    point.Title,
                    Number(point.Value),
                    Number(point.Low),
                    Number(point.High),
                    point.Rows?.ToString(CultureInfo.InvariantCulture) ?? "",
                ];
            }
        );

    static string Number(double? value) => value is { } v ? v.ToString("G5", CultureInfo.InvariantCulture) : "";
}
