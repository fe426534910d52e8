using System.Globalization;
using Plotly.Blazor.LayoutLib;
using Plotly.Blazor.Traces;
using Plotly.Blazor.Traces.ScatterLib;

namespace LiftLab.Web.Charts;

/// <summary>Predicted against true numbers of the test rows; on the diagonal the two agree.</summary>
public static class TruthChart
{
    /// <param name="predicted">NaN where the answer was unreadable.</param>
    public static Picture Draw(string target, IReadOnlyList<double> truths, IReadOnlyList<double> predicted, ChartTheme theme)
    {
        int[] readable = [.. Enumerable.Range(0, truths.Count).Where(i => double.IsFinite(predicted[i]))];
        var layout = Frame.Of(theme, $"true {target}", $"predicted {target}");
        layout.ShowLegend = false;
        layout.Margin.T = 10;
        var all = truths.Concat(readable.Select(i => predicted[i])).DefaultIfEmpty(0).ToArray();
        layout.Shapes =
        [
            new Shape
            {
                Type = Plotly.Blazor.LayoutLib.ShapeLib.TypeEnum.Line,
                X0 = all.Min(),
                Y0 = all.Min(),
                X1 = all.Max(),
                Y1 = all.Max(),
                Line = new()
                {
                    Color = theme.SoftInk,
                    Width = 1,
                    Dash = "dash",
                },
                Layer = Plotly.Blazor.LayoutLib.ShapeLib.LayerEnum.Below,
            },
        ];
        var marks = new Scatter
        {
            Name = "test rows",
            Mode = ModeFlag.Markers,
            X = [.. readable.Select(i => (object)truths[i])],
            Y = [.. readable.Select(i => (object)predicted[i])],
            Marker = new()
            {
                Size = 7,
                Color = theme.Accent,
                Opacity = .7m,
                Line = new() { Width = 0 },
            },
            HoverTemplate = "true %{x:.4~g}, predicted %{y:.4~g}<extra></extra>",
        };
        var behind = new DataTable(
            ["true", "predicted"],
            truths.Count,
            i =>
                [
                    truths[i].ToString("G6", CultureInfo.InvariantCulture),
                    double.IsFinite(predicted[i]) ? predicted[i].ToString("G6", CultureInfo.InvariantCulture) : "unreadable",
                ]
        );
        return new(
            [marks],
            layout,
            behind,
            string.Create(CultureInfo.InvariantCulture, $"Predicted against true {target} for {readable.Length} test rows")
        );
    }
}
