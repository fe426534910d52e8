using System.Globalization;

namespace LiftLab.Engine.Figures.Charts;

/// <summary>A curve of one quantity over another, such as learning rate, speed or validation score over the steps of a run.</summary>
public static class CurveChart
{
    /// <param name="xs">Ascending. Shape (points).</param>
    /// <param name="ys">NaN is a gap. Shape (points).</param>
    /// <param name="marked">Whether every point has a mark.</param>
    public static Figure Of(
        string title,
        Axis x,
        Axis y,
        IReadOnlyList<double> xs,
        IReadOnlyList<double> ys,
        Hue hue,
        bool marked = false,
        string caption = ""
    )
    {
        int[] there = [.. Enumerable.Range(0, ys.Count).Where(i => double.IsFinite(ys[i]))];
        return new(
            title,
            x,
            y,
            [new Series.Line(y.Label, hue, xs, ys) { Marked = marked }],
            DataTable.Of(
                [x.Title, y.Title],
                there.Length,
                i => [xs[there[i]].ToString("G6", CultureInfo.InvariantCulture), ys[there[i]].ToString("G4", CultureInfo.InvariantCulture)]
            )
        )
        {
            Caption = caption,
            Summary =
                ys.Count == 0
                    ? $"{y.Title}: no value yet"
                    : string.Create(CultureInfo.InvariantCulture, $"{y.Title} over {x.Title}, last {ys[^1]:G4}"),
            Waiting = ys.Count == 0 ? "no value yet" : null,
        };
    }
}
