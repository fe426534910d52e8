using System.Globalization;
using LiftLab.Engine.Figures;
using Plotly.Blazor.LayoutLib;
using Plotly.Blazor.LayoutLib.ShapeLib;

namespace LiftLab.Web.Charts.PlotlyJs;

/// <summary>Shaded regions as Plotly's shapes: a tint below the lines, or parallel lines above a heat map.</summary>
static class PlotlyRegions
{
    public static IEnumerable<Shape> Of(Figure figure, ChartTheme theme) =>
        !figure.IsHatched ? figure.Regions.Select(r => Tinted(r, theme))
        : figure is { X: { Low: { } left, High: { } right }, Y: { Low: { } bottom, High: { } top } }
            ? figure.Regions.SelectMany(r => ((bool[])[false, true]).Select(dark => Hatched(r, (left, right), (bottom, top), dark)))
        : [];

    /// <summary>The colour of a tinted region in the legend.</summary>
    public static string Tint(ChartTheme theme) => FigurePalette.Mix(theme.Paper, theme.Ink, 2 * FigurePalette.Shade(theme));

    static Shape Tinted(Region region, ChartTheme theme)
    {
        var ((x0, x1, x), (y0, y1, y)) = (Ends(region.X0, region.X1, "x"), Ends(region.Y0, region.Y1, "y"));
        return new()
        {
            Type = TypeEnum.Rect,
            XRef = x,
            YRef = y,
            X0 = x0,
            X1 = x1,
            Y0 = y0,
            Y1 = y1,
            FillColor = theme.Ink,
            Opacity = (decimal)FigurePalette.Shade(theme),
            Line = new() { Width = 0 },
            Layer = LayerEnum.Below,
        };
    }

    /// <summary>The ends along one axis and what they refer to; an open end lies beyond the drawing, where the region is cut.</summary>
    static (double Low, double High, string Reference) Ends(double? low, double? high, string axis)
    {
        double Far(double from) => 1e3 * Math.Max(1, Math.Abs(from));
        return (low, high) switch
        {
            (null, null) => (0, 1, "paper"),
            (null, { } to) => (to - Far(to), to, axis),
            ({ } from, null) => (from, from + Far(from), axis),
            ({ } from, { } to) => (from, to, axis),
        };
    }

    static Shape Hatched(Region region, (double, double) x, (double, double) y, bool dark) =>
        new()
        {
            Type = TypeEnum.Path,
            XRef = "x",
            YRef = "y",
            Path = string.Concat(
                Hatch
                    .Lines(region, x, y, dark)
                    .Select(l => string.Create(CultureInfo.InvariantCulture, $"M{l.X0:R},{l.Y0:R}L{l.X1:R},{l.Y1:R}"))
            ),
            Line = new() { Width = 1, Color = dark ? Hatch.Dark : Hatch.Light },
            Opacity = (decimal)Hatch.Opacity,
            Layer = LayerEnum.Above,
        };
}
