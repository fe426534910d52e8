using LiftLab.Engine.Figures;

namespace LiftLab.Web.Charts;

/// <summary>One entry of a figure's legend.</summary>
/// <param name="Highlighted">The mark of a highlighted point.</param>
public sealed record LegendEntry(
    string Name,
    Hue Hue,
    LegendSample Sample,
    double Width = 2,
    Dash Dash = Dash.None,
    bool Highlighted = false
)
{
    public const string UnreadableName = "unreadable";

    /// <summary>The entries of a figure in drawing order; empty where there would be only one.</summary>
    public static IReadOnlyList<LegendEntry> Of(Figure figure)
    {
        LegendEntry[] all = figure.Waiting is null
            ? [.. figure.Series.SelectMany(Of), .. figure.Segments.SelectMany(Of), .. Regions(figure)]
            : [];
        return all.Length > 1 || all is [{ Sample: LegendSample.Unreadable }] ? all : [];
    }

    static IEnumerable<LegendEntry> Of(Segment segment) =>
        segment.Name.Length == 0 ? [] : [new(segment.Name, segment.Hue, LegendSample.Line, segment.Width, segment.Dash)];

    static IEnumerable<LegendEntry> Regions(Figure figure)
    {
        var sample = figure.IsHatched ? LegendSample.Hatched : LegendSample.Shaded;
        return figure.Regions.Select(r => r.Name).Where(n => n.Length > 0).Distinct().Select(n => new LegendEntry(n, Hue.Text, sample));
    }

    static IEnumerable<LegendEntry> Of(Series series) =>
        series switch
        {
            Series.Heat heat when heat.Cells.Contains(null) => [Unreadable],
            _ when !series.InLegend || series.Name.Length == 0 => [],
            Series.Line { X.Count: > 0 } line =>
            [
                new(line.Name, line.Hue, line.Marked ? LegendSample.MarkedLine : LegendSample.Line, line.Width, line.Dash),
            ],
            // A class without a training row on the plane can still colour cells.
            Series.Marks marks when marks.X.Count > 0 || marks.Hue.Role == HueRole.Class =>
            [
                new(marks.Name, marks.Hue, marks.Star ? LegendSample.Star : LegendSample.Mark),
            ],
            Series.Points points => OfPoints(points),
            Series.Bars bars => [new(bars.Name, bars.Hue, LegendSample.Area)],
            Series.Band band => [new(band.Name, band.Hue, LegendSample.Area)],
            _ => [],
        };

    static IEnumerable<LegendEntry> OfPoints(Series.Points points)
    {
        if (points.Items.Any(p => p.Highlight) && points.Highlighted.Length > 0)
            yield return new(points.Highlighted, Hue.Subject, LegendSample.Mark, Highlighted: true);
        if (points.Items.Any(p => !p.Highlight))
            yield return new(points.Name, points.Hue, LegendSample.Mark);
    }

    static readonly LegendEntry Unreadable = new(UnreadableName, Hue.Other, LegendSample.Unreadable);
}

/// <summary>The symbol before a legend entry's name.</summary>
public enum LegendSample
{
    Line,
    MarkedLine,
    Mark,
    Star,
    Area,
    Unreadable,

    /// <summary>A region in a light tint.</summary>
    Shaded,

    /// <summary>A region with parallel lines.</summary>
    Hatched,
}
