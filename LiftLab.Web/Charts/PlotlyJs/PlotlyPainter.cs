using LiftLab.Engine.Figures;
using Plotly.Blazor;
using Plotly.Blazor.LayoutLib;

namespace LiftLab.Web.Charts.PlotlyJs;

/// <summary>Paints a figure as Plotly's traces and layout, for pages.</summary>
public static class PlotlyPainter
{
    /// <summary>Lines with more points are decimated.</summary>
    public const int MostPoints = 6000;

    /// <summary>Up to this number of lines over the same steps share one hover label.</summary>
    const int MostUnified = 3;

    /// <param name="compact">Leaves out legend and colour scale: the page has one for several figures.</param>
    public static Plot Paint(Figure figure, ChartTheme theme, bool compact = false)
    {
        var lines = figure.Series.OfType<Series.Line>().Count();
        var painter = new PlotlySeries(figure, theme, compact, lines > MostUnified ? 2 * MostPoints / lines : MostPoints);
        var traces = new List<ITrace>();
        var first = new List<int>();
        foreach (var series in figure.Series)
        {
            first.Add(traces.Count);
            traces.AddRange(painter.Traces(series));
        }
        var legend = compact ? [] : LegendEntry.Of(figure);
        foreach (var entry in legend.Where(e => !IsTrace(e) || figure.Segments.Any(s => s.Name == e.Name)))
            traces.Add(painter.LegendOnly(entry));
        var layout = PlotlyLayout.Of(figure, theme, withLegend: legend.Count > 0);
        if (lines is > 1 and <= MostUnified && lines == figure.Series.Count(s => s is not Series.Marks))
            layout.HoverMode = HoverModeEnum.XUnified;
        return new(traces, layout, first);
    }

    static bool IsTrace(LegendEntry entry) => entry.Sample is not (LegendSample.Unreadable or LegendSample.Shaded or LegendSample.Hatched);
}
