using System.Globalization;
using Plotly.Blazor.LayoutLib;
using Plotly.Blazor.Traces;
using Plotly.Blazor.Traces.ScatterLib;

namespace LiftLab.Web.Charts;

/// <summary>Reliability diagram: accuracy of the answers against the confidence they were given with; marks grow with the rows behind them.</summary>
public static class ReliabilityChart
{
    public static Picture Draw(Calibration calibration, ChartTheme theme)
    {
        var layout = Frame.Of(theme, "confidence of the answer", "share of right answers");
        layout.ShowLegend = false;
        layout.Margin.T = 10;
        layout.XAxis[0].Range = layout.YAxis[0].Range = [-.03, 1.03];
        layout.XAxis[0].TickFormat = layout.YAxis[0].TickFormat = ".0%";
        layout.Shapes =
        [
            new Shape { Type = Plotly.Blazor.LayoutLib.ShapeLib.TypeEnum.Line, X0 = 0, Y0 = 0, X1 = 1, Y1 = 1, Line = new() { Color = theme.SoftInk, Width = 1, Dash = "dash" }, Layer = Plotly.Blazor.LayoutLib.ShapeLib.LayerEnum.Below },
            // how far each bin is from the diagonal
            .. calibration.Bins.Select(b => new Shape { Type = Plotly.Blazor.LayoutLib.ShapeLib.TypeEnum.Line, X0 = b.Confidence, X1 = b.Confidence, Y0 = b.Confidence, Y1 = b.Accuracy, Line = new() { Color = LossChart.ValidationHue(theme), Width = 1.5m }, Layer = Plotly.Blazor.LayoutLib.ShapeLib.LayerEnum.Below }),
        ];
        var most = calibration.Bins.Select(b => b.Rows).DefaultIfEmpty(1).Max();
        var marks = new Scatter
        {
            Name = "test rows", Mode = ModeFlag.Markers,
            X = [.. calibration.Bins.Select(b => (object)b.Confidence)], Y = [.. calibration.Bins.Select(b => (object)b.Accuracy)],
            Marker = new() { Color = theme.Accent, SizeArray = [.. calibration.Bins.Select(b => (decimal?)(7 + 15 * Math.Sqrt((double)b.Rows / most)))], Line = new() { Width = 1, Color = theme.Paper } },
            HoverTextArray = [.. calibration.Bins.Select(b => string.Create(CultureInfo.InvariantCulture, $"{b.Rows} rows: confidence {b.Confidence:P0}, right {b.Accuracy:P0}"))],
            HoverInfo = HoverInfoFlag.Text,
        };
        var behind = new DataTable(["confidence from", "to", "rows", "mean confidence", "right"], calibration.Bins.Count, i => calibration.Bins[i] is var b
            ? [b.Low.ToString("F1", CultureInfo.InvariantCulture), b.High.ToString("F1", CultureInfo.InvariantCulture), b.Rows.ToString(CultureInfo.InvariantCulture), b.Confidence.ToString("F3", CultureInfo.InvariantCulture), b.Accuracy.ToString("F3", CultureInfo.InvariantCulture)] : []);
        return new([marks], layout, behind, string.Create(CultureInfo.InvariantCulture, $"Reliability diagram, expected calibration error {calibration.ExpectedError:F3} over {calibration.Rows} rows"));
    }
}
