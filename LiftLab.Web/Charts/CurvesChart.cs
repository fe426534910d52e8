using LiftLab.Engine.Learning;
using Plotly.Blazor;
using Plotly.Blazor.Traces;
using Plotly.Blazor.Traces.ScatterLib;

namespace LiftLab.Web.Charts;

/// <summary>
/// The loss curves of several runs over each other: smoothed training loss as lines, validation loss as marks on a thin line.
/// </summary>
public static class CurvesChart
{
    public static Picture Draw(IReadOnlyList<(string Name, LossCurve Curve)> runs, ChartTheme theme)
    {
        var layout = Frame.Of(theme, "optimiser step", "loss (nats per token)");
        layout.YAxis[0].RangeMode = Plotly.Blazor.LayoutLib.YAxisLib.RangeModeEnum.ToZero;
        var traces = new List<ITrace>();
        for (var r = 0; r < runs.Count; r++)
        {
            var (name, curve) = runs[r];
            var color = ClassPalette.Hue(r, theme);
            var kept = Decimation.Keep(curve.Smooth, LossChart.MostPoints / Math.Max(1, runs.Count));
            traces.Add(
                new Scatter
                {
                    Name = Frame.Text(name),
                    Mode = ModeFlag.Lines,
                    X = [.. kept.Select(i => (object)curve.Steps[i])],
                    Y = [.. kept.Select(i => (object)curve.Smooth[i])],
                    Line = new() { Color = color, Width = 2m },
                    HoverTemplate = "%{y:.4f}",
                }
            );
            var marker = Marks.Class(r, theme, 7);
            traces.Add(
                new Scatter
                {
                    Name = Frame.Text(name) + ", validation",
                    ShowLegend = false,
                    Mode = ModeFlag.Lines | ModeFlag.Markers,
                    X = [.. curve.Validations.Select(v => (object)v.Step)],
                    Y = [.. curve.Validations.Select(v => (object)v.Loss)],
                    Line = new() { Color = color, Width = .8m },
                    Marker = marker,
                    HoverTemplate = "validation %{y:.4f}",
                }
            );
        }
        var behind = new DataTable(
            ["run", "steps", "last training loss, smoothed", "best validation loss"],
            runs.Count,
            i =>
                [
                    runs[i].Name,
                    runs[i].Curve.Steps.Count.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    runs[i].Curve.Smooth.Count == 0
                        ? ""
                        : runs[i].Curve.Smooth[^1].ToString("G4", System.Globalization.CultureInfo.InvariantCulture),
                    runs[i].Curve.Validations.Count == 0
                        ? ""
                        : runs[i].Curve.Validations.Min(v => v.Loss).ToString("G4", System.Globalization.CultureInfo.InvariantCulture),
                ]
        );
        return new(traces, layout, behind, $"Loss curves of {runs.Count} runs");
    }
}
