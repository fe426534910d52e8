using System.Globalization;
using LiftLab.Engine.Learning.Scores;
using Plotly.Blazor.LayoutLib;
using Plotly.Blazor.Traces;
using Plotly.Blazor.Traces.ScatterLib;

namespace LiftLab.Web.Charts;

/// <summary>
/// Reliability diagram: accuracy of the answers against the confidence they were given with; marks grow with the rows behind them.
/// </summary>
public static class ReliabilityChart
{
    /// <param name="error">Expected calibration error, where it was scored.</param>
    public static Picture Draw(IReadOnlyList<ReliabilityBin> all, double? error, ChartTheme theme)
    {
        var bins = all.Where(b => b.Count > 0).ToArray();
        var layout = Frame.Of(theme, "confidence of the answer", "share of right answers");
        layout.ShowLegend = false;
        layout.Margin.T = 10;
        layout.XAxis[0].Range = layout.YAxis[0].Range = [-.03, 1.03];
        layout.XAxis[0].TickFormat = layout.YAxis[0].TickFormat = ".0%";
        layout.Shapes =
        [
            new Shape
            {
                Type = Plotly.Blazor.LayoutLib.ShapeLib.TypeEnum.Line,
                X0 = 0,
                Y0 = 0,
                X1 = 1,
                Y1 = 1,
                Line = new()
                {
                    Color = theme.SoftInk,
                    Width = 1,
                    Dash = "dash",
                },
                Layer = Plotly.Blazor.LayoutLib.ShapeLib.LayerEnum.Below,
            },
            // how far each bin is from the diagonal
            .. bins.Select(b => new Shape
            {
                Type = Plotly.Blazor.LayoutLib.ShapeLib.TypeEnum.Line,
                X0 = b.Confidence,
                X1 = b.Confidence,
                Y0 = b.Confidence,
                Y1 = b.Accuracy,
                Line = new() { Color = LossChart.ValidationHue(theme), Width = 1.5m },
                Layer = Plotly.Blazor.LayoutLib.ShapeLib.LayerEnum.Below,
            }),
        ];
        var most = bins.Select(b => b.Count).DefaultIfEmpty(1).Max();
        var marks = new Scatter
        {
            Name = "test rows",
            Mode = ModeFlag.Markers,
            X = [.. bins.Select(b => (object)b.Confidence)],
            Y = [.. bins.Select(b => (object)b.Accuracy)],
            Marker = new()
            {
                Color = theme.Accent,
                SizeArray = [.. bins.Select(b => (decimal?)(7 + 15 * Math.Sqrt((double)b.Count / most)))],
                Line = new() { Width = 1, Color = theme.Paper },
            },
            HoverTextArray =
            [
                .. bins.Select(b =>
                    string.Create(CultureInfo.InvariantCulture, $"{b.Count} rows: confidence {b.Confidence:P0}, right {b.Accuracy:P0}")
                ),
            ],
            HoverInfo = HoverInfoFlag.Text,
        };
        var behind = new DataTable(
            ["confidence from", "to", "rows", "mean confidence", "right"],
            bins.Length,
            i =>
                bins[i] is var b
                    ?
                    [
                        b.Low.ToString("F1", CultureInfo.InvariantCulture),
                        b.High.ToString("F1", CultureInfo.InvariantCulture),
                        b.Count.ToString(CultureInfo.InvariantCulture),
                        b.Confidence.ToString("F3", CultureInfo.InvariantCulture),
                        b.Accuracy.ToString("F3", CultureInfo.InvariantCulture),
                    ]
                    : []
        );
        var summary = string.Create(CultureInfo.InvariantCulture, $"Reliability diagram over {bins.Sum(b => b.Count)} rows");
        return new(
            [marks],
            layout,
            behind,
            error is { } e ? summary + ", expected calibration error " + e.ToString("F3", CultureInfo.InvariantCulture) : summary
        );
    }
}
