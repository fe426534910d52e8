using LiftLab.Engine.Figures;
using static LiftLab.Web.Charts.Svg.SvgCanvas;

namespace LiftLab.Web.Charts.Svg;

/// <summary>Paints a grid of cells: tiles with texts on category axes, otherwise one bitmap.</summary>
sealed class SvgHeat(SvgCanvas canvas, SvgPlane plane, ChartTheme theme, ValueScale? scale)
{
    const double LargestText = 14,
        SmallestText = 7;

    public void Paint(Series.Heat heat)
    {
        if (heat.X.Count == 0 || heat.Y.Count == 0)
            return;
        if (plane.X.HasCategories)
            Tiles(heat);
        else
            Pixels(heat);
    }

    void Tiles(Series.Heat heat)
    {
        var (width, height) = (plane.X.CategoryWidth, plane.Y.CategoryWidth);
        var longest = heat.Texts?.Select(t => TextWidth.Of(t, 1)).DefaultIfEmpty(0).Max() ?? 0;
        var size = Math.Min(Math.Min(LargestText, .6 * height), longest > 0 ? .85 * width / longest : LargestText);
        for (var i = 0; i < heat.Cells.Count; i++)
        {
            var (x, y) = (plane.X.Pixel(heat.X[i % heat.X.Count]), plane.Y.Pixel(heat.Y[i / heat.X.Count]));
            canvas.Rectangle(x - width / 2 + 1, y - height / 2 + 1, width - 2, height - 2, Colour(heat, i), " class=\"cell\"");
            if (heat.Texts is { } texts && texts[i].Length > 0 && size >= SmallestText)
                canvas.Text(x, y + .35 * size, texts[i], size, TileText.Colour(heat.Cells[i], scale, theme), "middle");
        }
    }

    void Pixels(Series.Heat heat)
    {
        var (halfX, halfY) = (Half(heat.X), Half(heat.Y));
        double left = plane.X.Pixel(heat.X[0] - halfX),
            right = plane.X.Pixel(heat.X[^1] + halfX),
            top = plane.Y.Pixel(heat.Y[^1] + halfY),
            bottom = plane.Y.Pixel(heat.Y[0] - halfY);
        var width = heat.X.Count;
        string[] fromTop =
        [
            .. Enumerable
                .Range(0, heat.Y.Count)
                .Reverse()
                .SelectMany(row => Enumerable.Range(row * width, width).Select(i => Colour(heat, i))),
        ];
        canvas.Add(
            $"<image x=\"{N(left)}\" y=\"{N(top)}\" width=\"{N(right - left)}\" height=\"{N(bottom - top)}\" preserveAspectRatio=\"none\" "
                + $"style=\"image-rendering:pixelated\" href=\"{PixelImage.Address(width, heat.Y.Count, fromTop)}\"/>"
        );
    }

    string Colour(Series.Heat heat, int i)
    {
        if (heat.Cells[i] is not { } value)
            return FigurePalette.Unreadable(theme);
        if (heat.Classes.Count == 0)
            return scale is null ? theme.Accent : FigurePalette.At(FigurePalette.Ramp(scale, theme), scale.ShareOf(value));
        var (guess, certain) = FigurePalette.Depths((int)value, theme);
        return FigurePalette.Mix(guess, certain, heat.Confidence?[i] is { } c ? FigurePalette.Depth(c, heat.Classes.Count) : 1);
    }

    static double Half(IReadOnlyList<double> at) => at.Count > 1 ? (at[1] - at[0]) / 2 : .5;
}
