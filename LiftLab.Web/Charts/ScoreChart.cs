using System.Globalization;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;
using Plotly.Blazor.LayoutLib;
using Plotly.Blazor.Traces;
using Plotly.Blazor.Traces.ScatterLib;
using Plotly.Blazor.Traces.ScatterLib.MarkerLib;

namespace LiftLab.Web.Charts;

/// <summary>
/// One metric of every learner as a dot with its 95 % interval, the best on top, LIFT's ways marked; a line carries LIFT's value down the
/// chart.
/// </summary>
public static class ScoreChart
{
    public static Picture Draw(IReadOnlyList<LearnerResult> results, Metric metric, ChartTheme theme)
    {
        var factor = metric.Unit == "%" ? 100.0 : 1.0;
        (LearnerResult Result, Score Score)[] scored =
        [
            .. results
                .SelectMany(r => r.Scores.Where(s => s.Metric == metric.Name && double.IsFinite(s.Value)).Take(1).Select(s => (r, s)))
                .OrderBy(p => metric.HigherIsBetter ? p.s.Value : -p.s.Value),
        ];
        var layout = Frame.Of(theme, metric.Title + (metric.Unit == "%" ? " (%)" : ""), "");
        layout.ShowLegend = false;
        layout.Margin.T = 10;
        layout.YAxis[0].ShowGrid = false;
        layout.YAxis[0].Type = Plotly.Blazor.LayoutLib.YAxisLib.TypeEnum.Category;
        layout.YAxis[0].TickFont = new() { Size = 13, Color = theme.Ink };
        if (scored.FirstOrDefault(p => p.Result.Learner == "lift") is { Result: not null } lift)
            layout.Shapes =
            [
                new Shape
                {
                    Type = Plotly.Blazor.LayoutLib.ShapeLib.TypeEnum.Line,
                    X0 = lift.Score.Value * factor,
                    X1 = lift.Score.Value * factor,
                    YRef = "paper",
                    Y0 = 0,
                    Y1 = 1,
                    Line = new()
                    {
                        Color = ClassPalette.Mix(theme.Paper, theme.Accent, .5),
                        Width = 1,
                        Dash = "dot",
                    },
                    Layer = Plotly.Blazor.LayoutLib.ShapeLib.LayerEnum.Below,
                },
            ];
        var traces = new List<Plotly.Blazor.ITrace>();
        foreach (var isLift in new[] { false, true })
        {
            var own = scored.Where(p => LiftWays.Has(p.Result.Learner) == isLift).ToArray();
            var color = isLift ? theme.Accent : theme.SoftInk;
            traces.Add(
                new Scatter
                {
                    Name = isLift ? "LIFT" : "baseline",
                    Mode = ModeFlag.Markers,
                    X = [.. own.Select(p => (object)(p.Score.Value * factor))],
                    Y = [.. own.Select(p => (object)Frame.Text(p.Result.Title))],
                    Marker = new()
                    {
                        Size = isLift ? 12 : 9,
                        Color = color,
                        Symbol = isLift ? SymbolEnum.Diamond : SymbolEnum.Circle,
                    },
                    ErrorX = new()
                    {
                        Type = Plotly.Blazor.Traces.ScatterLib.ErrorXLib.TypeEnum.Data,
                        Symmetric = false,
                        Color = color,
                        Thickness = isLift ? 2.5m : 1.5m,
                        Width = 5,
                        Array = [.. own.Select(p => (object)(((p.Score.High ?? p.Score.Value) - p.Score.Value) * factor))],
                        ArrayMinus = [.. own.Select(p => (object)((p.Score.Value - (p.Score.Low ?? p.Score.Value)) * factor))],
                    },
                    HoverTemplate = "%{y}: %{x:.4~g}<extra></extra>",
                }
            );
        }
        // Plotly orders categories as they come over all traces: say the order.
        layout.YAxis[0].CategoryOrder = Plotly.Blazor.LayoutLib.YAxisLib.CategoryOrderEnum.Array;
        layout.YAxis[0].CategoryArray = [.. scored.Select(p => (object)Frame.Text(p.Result.Title))];
        var behind = new DataTable(
            ["learner", metric.Title, "low", "high", "rows"],
            scored.Length,
            i =>
            {
                var (result, score) = scored[^(i + 1)];
                return
                [
                    result.Title,
                    Number(score.Value * factor),
                    Number(score.Low * factor),
                    Number(score.High * factor),
                    score.Count.ToString(CultureInfo.InvariantCulture),
                ];
            }
        );
        var summary = scored.Length == 0 ? "No scores yet" : $"{metric.Title} of {scored.Length} learners, best {scored[^1].Result.Title}";
        return new(traces, layout, behind, summary);
    }

    static string Number(double? value) => value is { } v ? v.ToString("G5", CultureInfo.InvariantCulture) : "";
}
