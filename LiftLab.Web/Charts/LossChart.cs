using System.Globalization;
using LiftLab.Engine.Learning;
using Plotly.Blazor;
using Plotly.Blazor.Traces;
using Plotly.Blazor.Traces.ScatterLib;
using Plotly.Blazor.Traces.ScatterLib.MarkerLib;

namespace LiftLab.Web.Charts;

/// <summary>Training loss (every step, and smoothed), validation loss, and the best epoch.</summary>
public static class LossChart
{
    /// <summary>Order of the traces.</summary>
    public const int Raw = 0,
        Smooth = 1,
        Validation = 2,
        Best = 3;

    public const int MostPoints = 6000;

    public static Picture Draw(LossCurve curve, ChartTheme theme, bool logarithmic)
    {
        var kept = Decimation.Keep(curve.Loss, MostPoints);
        var best = curve.Best;
        var layout = Frame.Of(theme, "optimiser step", "loss (nats per token)", logarithmic);
        layout.HoverMode = Plotly.Blazor.LayoutLib.HoverModeEnum.XUnified;
        if (!logarithmic)
            layout.YAxis[0].RangeMode = Plotly.Blazor.LayoutLib.YAxisLib.RangeModeEnum.ToZero;
        if (curve.Steps.Count == 0)
            Frame.Wait(layout, theme, "the first step is on its way");
        IList<ITrace> traces =
        [
            Curve(
                "training, each step",
                kept.Select(i => (object)curve.Steps[i]),
                kept.Select(i => (object)curve.Loss[i]),
                ClassPalette.Mix(theme.Paper, theme.Accent, .38),
                1m
            ),
            Curve(
                "training, smoothed",
                kept.Select(i => (object)curve.Steps[i]),
                kept.Select(i => (object)curve.Smooth[i]),
                theme.Accent,
                2.2m
            ),
            Curve(
                "validation",
                curve.Validations.Select(v => (object)v.Step),
                curve.Validations.Select(v => (object)v.Loss),
                ValidationHue(theme),
                2m,
                ModeFlag.Lines | ModeFlag.Markers
            ),
            new Scatter
            {
                Name = "best epoch",
                Mode = ModeFlag.Markers,
                X = best is null ? [] : [best.Step],
                Y = best is null ? [] : [best.Loss],
                Marker = new()
                {
                    Symbol = SymbolEnum.StarOpen,
                    Size = 15,
                    Color = theme.Ink,
                    Line = new() { Width = 2, Color = theme.Ink },
                },
                HoverTemplate = "best epoch<extra></extra>",
            },
        ];
        var summary =
            curve.Steps.Count == 0
                ? "Loss curve, no step yet"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"Loss curve over {curve.Steps.Count} steps: training loss from {curve.Loss[0]:G3} to {curve.Smooth[^1]:G3}"
                ) + (best is null ? "" : string.Create(CultureInfo.InvariantCulture, $", best validation at step {best.Step}"));
        return new(traces, layout, Behind(curve), summary);
    }

    public static string ValidationHue(ChartTheme theme) => theme.IsDark ? "#f0a35e" : "#b4530a";

    static Scatter Curve(
        string name,
        IEnumerable<object> x,
        IEnumerable<object> y,
        string color,
        decimal width,
        ModeFlag mode = ModeFlag.Lines
    ) =>
        new()
        {
            Name = name,
            Mode = mode,
            X = [.. x],
            Y = [.. y],
            Line = new() { Color = color, Width = width },
            Marker = new()
            {
                Color = color,
                Size = 6,
                Symbol = SymbolEnum.Circle,
            },
            HoverTemplate = "%{y:.4f}",
        };

    static DataTable Behind(LossCurve curve)
    {
        var validations = curve.Validations.ToLookup(v => v.Step);
        return new(
            ["step", "training loss", "smoothed", "validation loss"],
            curve.Steps.Count,
            i =>
                [
                    curve.Steps[i].ToString(CultureInfo.InvariantCulture),
                    curve.Loss[i].ToString("G6", CultureInfo.InvariantCulture),
                    curve.Smooth[i].ToString("G6", CultureInfo.InvariantCulture),
                    validations[curve.Steps[i]].LastOrDefault() is { } v ? v.Loss.ToString("G6", CultureInfo.InvariantCulture) : "",
                ]
        );
    }
}
