using System.Globalization;
using LiftLab.Engine.Figures;
using Plotly.Blazor.Traces;
using Plotly.Blazor.Traces.HeatMapLib;

namespace LiftLab.Web.Charts.PlotlyJs;

/// <summary>The trace of a heat map: classes by hue and depth, or numbers on a colour scale.</summary>
sealed class PlotlyHeat(Figure figure, ChartTheme theme, bool compact)
{
    public HeatMap Trace(Series.Heat heat)
    {
        var map = new HeatMap
        {
            X = Coordinates(figure.X, heat.X),
            Y = Coordinates(figure.Y, heat.Y),
            ZSmooth = ZSmoothEnum.False,
            HoverOnGaps = true,
            ShowScale = false,
            Text = Matrix(heat, i => PlotlyText.Escape(Said(heat, i))),
            HoverTemplate = $"{Place(figure.X, "x")}<br>{Place(figure.Y, "y")}<br>%{{text}}<extra></extra>",
        };
        if (figure.X.Scale == AxisScale.Category)
            (map.XGap, map.YGap) = (2, 2);
        if (heat.Classes.Count > 0)
            Classes(map, heat);
        else if (figure.Values is { } scale)
            Numbers(map, heat, scale);
        return map;
    }

    /// <summary>Plotly's colour scale: pairs of a position from 0 to 1, evenly spaced, and a colour.</summary>
    public static object Colours(IReadOnlyList<string> ramp) =>
        ramp.Select((colour, i) => (object)new object[] { (double)i / (ramp.Count - 1), colour }).ToArray();

    // Class k uses the band [k, k+1) of z, higher for more certain answers. Each band has two colours.
    void Classes(HeatMap map, Series.Heat heat)
    {
        const double BelowNext = 1e-9;
        var count = heat.Classes.Count;
        map.Z = Matrix(
            heat,
            i => heat.Cells[i] is { } value ? value + .02 + .96 * (heat.Confidence?[i] is { } c ? FigurePalette.Depth(c, count) : 1) : null
        );
        (map.ZMin, map.ZMax) = (0, count);
        var colours = new List<object>();
        for (var k = 0; k < count; k++)
        {
            var (guess, certain) = FigurePalette.Depths(k, theme);
            colours.Add(new object[] { (double)k / count, guess });
            colours.Add(new object[] { k + 1 == count ? 1.0 : (k + 1.0) / count - BelowNext, certain });
        }
        map.ColorScale = colours;
    }

    void Numbers(HeatMap map, Series.Heat heat, ValueScale scale)
    {
        map.Z = Matrix(heat, i => heat.Cells[i] is { } value && double.IsFinite(value) ? value : null);
        (map.ZMin, map.ZMax) = ((decimal)scale.Low, (decimal)scale.High);
        map.ColorScale = Colours(FigurePalette.Ramp(scale, theme));
        map.ShowScale = !compact && !scale.IsShare;
        map.ColorBar = new()
        {
            Title = new()
            {
                Text = PlotlyText.Escape(scale.Title),
                Font = new() { Color = theme.SoftInk, Size = 12 },
            },
            Thickness = 12,
            OutlineWidth = 0,
            TickFont = new() { Color = theme.SoftInk, Size = 12 },
        };
    }

    string Said(Series.Heat heat, int i)
    {
        if (heat.Cells[i] is not { } value)
            return "unreadable answer";
        if (heat.Classes.Count > 0)
            return heat.Confidence?[i] is { } c
                ? string.Create(CultureInfo.InvariantCulture, $"{heat.Classes[(int)value]}, {c:P0}")
                : heat.Classes[(int)value];
        if (figure.Values is { IsShare: true } share)
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{(heat.Texts?[i] is { Length: > 0 } n ? n : "0")} rows, {value:P0}: {share.Label}"
            );
        return string.Create(CultureInfo.InvariantCulture, $"{figure.Values?.Title ?? heat.Name} {value:G4}");
    }

    static string Place(Axis axis, string variable) =>
        PlotlyText.Escape(axis.Title) + (axis.Scale == AxisScale.Category ? $" %{{{variable}}}" : $" %{{{variable}:.4~g}}");

    static IList<object> Coordinates(Axis axis, IReadOnlyList<double> at) =>
        axis.Scale == AxisScale.Category ? [.. axis.Categories.Select(c => (object)PlotlyText.Escape(c))] : [.. at.Select(v => (object)v)];

    static List<object> Matrix(Series.Heat heat, Func<int, object?> cell)
    {
        var width = heat.X.Count;
        return [.. Enumerable.Range(0, heat.Y.Count).Select(r => (object)Enumerable.Range(r * width, width).Select(cell).ToArray())];
    }
}
