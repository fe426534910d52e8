using System.Globalization;
using Plotly.Blazor.Traces;
using Plotly.Blazor.Traces.ScatterLib;

namespace LiftLab.Web.Charts;

/// <summary>One quantity over the steps of a run: learning rate, tokens per second, validation score.</summary>
public static class CurveChart
{
    public static Picture Draw(
        string x,
        string y,
        IReadOnlyList<double> xs,
        IReadOnlyList<double> ys,
        string color,
        ChartTheme theme,
        bool markers = false,
        string format = "G4"
    )
    {
        var kept = Decimation.Keep(ys, LossChart.MostPoints);
        var layout = Frame.Of(theme, x, y);
        layout.ShowLegend = false;
        layout.Margin.T = 12;
        if (ys.Count == 0)
            Frame.Wait(layout, theme, "no value yet");
        var trace = new Scatter
        {
            Name = y,
            Mode = markers ? ModeFlag.Lines | ModeFlag.Markers : ModeFlag.Lines,
            X = [.. kept.Select(i => (object)xs[i])],
            Y = [.. kept.Select(i => (object)ys[i])],
            Line = new() { Color = color, Width = 2 },
            Marker = new() { Color = color, Size = 6 },
            HoverTemplate = $"{Frame.Text(x)} %{{x}}<br>%{{y:.4~g}}<extra></extra>",
        };
        var behind = new DataTable(
            [x, y],
            xs.Count,
            i => [xs[i].ToString("G6", CultureInfo.InvariantCulture), ys[i].ToString(format, CultureInfo.InvariantCulture)]
        );
        var summary = ys.Count == 0 ? $"{y}: no value yet" : string.Create(CultureInfo.InvariantCulture, $"{y} over {x}, last {ys[^1]:G4}");
        return new([trace], layout, behind, summary);
    }
}
