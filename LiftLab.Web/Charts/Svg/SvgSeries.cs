using LiftLab.Engine.Figures;
using static LiftLab.Web.Charts.Svg.SvgCanvas;

namespace LiftLab.Web.Charts.Svg;

/// <summary>Paints lines, bands, marks, points and bars on a plane.</summary>
/// <param name="clip">Attribute that clips lines and bands to the plane. Marks outside the plane are left out.</param>
sealed class SvgSeries(SvgCanvas canvas, SvgPlane plane, ChartTheme theme, ValueScale? scale, string clip)
{
    /// <summary>Points of a line per pixel of its width; more cannot be seen in print.</summary>
    const int PointsPerPixel = 4;

    public static string DashOf(Dash dash) =>
        dash switch
        {
            Dash.Dashed => " stroke-dasharray=\"6 4\"",
            Dash.Dotted => " stroke-dasharray=\"1.5 3\"",
            _ => "",
        };

    public void Paint(Series series)
    {
        switch (series)
        {
            case Series.Heat heat:
                new SvgHeat(canvas, plane, theme, scale).Paint(heat);
                break;
            case Series.Band band:
                Paint(band);
                break;
            case Series.Line line:
                Paint(line);
                break;
            case Series.Marks marks:
                Paint(marks);
                break;
            case Series.Points points:
                foreach (var point in points.Items)
                    Paint(point, points.Hue);
                break;
            case Series.Bars bars:
                foreach (var bar in bars.Items)
                    PaintBar(bar, bars.Hue);
                break;
        }
    }

    /// <summary>A region as a tint, or as lines over a heat map.</summary>
    public void Paint(Region region, Figure figure)
    {
        if (!figure.IsHatched)
        {
            var (left, right) = (region.X0 is { } a ? plane.X.Pixel(a) : plane.Left, region.X1 is { } b ? plane.X.Pixel(b) : plane.Right);
            var (bottom, top) = (region.Y0 is { } c ? plane.Y.Pixel(c) : plane.Bottom, region.Y1 is { } d ? plane.Y.Pixel(d) : plane.Top);
            canvas.Rectangle(left, top, right - left, bottom - top, theme.Ink, $" fill-opacity=\"{N(FigurePalette.Shade(theme))}\"{clip}");
        }
        else if (figure is { X: { Low: { } x0, High: { } x1 }, Y: { Low: { } y0, High: { } y1 } })
            foreach (var dark in (bool[])[false, true])
            {
                var lines = Hatch
                    .Lines(region, (x0, x1), (y0, y1), dark)
                    .Select(l => $"M{N(plane.X.Pixel(l.X0))} {N(plane.Y.Pixel(l.Y0))}L{N(plane.X.Pixel(l.X1))} {N(plane.Y.Pixel(l.Y1))}");
                canvas.Stroke(string.Concat(lines), dark ? Hatch.Dark : Hatch.Light, 1, $" stroke-opacity=\"{N(Hatch.Opacity)}\"{clip}");
            }
    }

    public void Paint(Segment segment)
    {
        var path =
            $"M{N(segment.X0 is { } a ? plane.X.Pixel(a) : plane.Left)} {N(segment.Y0 is { } b ? plane.Y.Pixel(b) : plane.Bottom)}"
            + $"L{N(segment.X1 is { } c ? plane.X.Pixel(c) : plane.Right)} {N(segment.Y1 is { } d ? plane.Y.Pixel(d) : plane.Top)}";
        canvas.Stroke(path, FigurePalette.Of(segment.Hue, theme), segment.Width, DashOf(segment.Dash) + clip);
    }

    void Paint(Series.Line line)
    {
        var kept = Decimation.Keep(line.Y, (int)(PointsPerPixel * plane.Width));
        (double X, double Y)[] at = [.. kept.Select(i => (plane.X.Pixel(line.X[i]), plane.Y.Pixel(line.Y[i])))];
        var path = Path(at);
        if (path.Length > 0)
            canvas.Stroke(path, FigurePalette.Of(line.Hue, theme), line.Width, " stroke-linejoin=\"round\"" + DashOf(line.Dash) + clip);
        if (line.Marked)
            foreach (var (x, y) in at.Where(IsInside))
                Mark(line.Hue, x, y, 6);
    }

    void Paint(Series.Band band)
    {
        var there = Enumerable.Range(0, band.X.Count).Where(i => double.IsFinite(band.Low[i]) && double.IsFinite(band.High[i])).ToArray();
        if (there.Length == 0)
            return;
        var upper = there.Select(i => $"{N(plane.X.Pixel(band.X[i]))} {N(plane.Y.Pixel(band.High[i]))}");
        var lower = there.Reverse().Select(i => $"{N(plane.X.Pixel(band.X[i]))} {N(plane.Y.Pixel(band.Low[i]))}");
        canvas.Add(
            $"<path d=\"M{string.Join('L', upper.Concat(lower))}Z\" fill=\"{FigurePalette.Of(band.Hue, theme)}\" fill-opacity=\".25\"{clip}/>"
        );
    }

    void Paint(Series.Marks marks)
    {
        var isClass = marks.Hue.Role == HueRole.Class;
        var heaviest = marks.Weights?.DefaultIfEmpty(1).Max() ?? 1;
        for (var i = 0; i < marks.X.Count; i++)
        {
            var (x, y) = (plane.X.Pixel(marks.X[i]), plane.Y.Pixel(marks.Y[i]));
            if (!IsInside((x, y)))
                continue;
            if (marks.Star)
                canvas.Mark(MarkShape.OpenStar, x, y, 14, FigurePalette.Of(marks.Hue, theme));
            else if (marks.Values is { } values && scale is not null)
                canvas.Mark(
                    MarkShape.Circle,
                    x,
                    y,
                    7,
                    FigurePalette.At(FigurePalette.Ramp(scale, theme), scale.ShareOf(values[i])),
                    theme.Paper,
                    faint: marks.Opacities?[i] ?? 1
                );
            else if (marks.Weights is { } weights)
                canvas.Mark(MarkShape.Circle, x, y, MarkSize.Of(weights[i], heaviest), FigurePalette.Of(marks.Hue, theme), theme.Paper);
            else
                Mark(marks.Hue, x, y, isClass ? 8 : 7, isClass || marks.Opacities is not null ? 1 : .7, marks.Opacities?[i] ?? 1);
        }
    }

    void Mark(Hue hue, double x, double y, double size, double opacity = 1, double faint = 1) =>
        canvas.Mark(
            FigurePalette.Shape(hue),
            x,
            y,
            size,
            FigurePalette.Of(hue, theme),
            hue.Role == HueRole.Class ? FigurePalette.Outline(theme) : null,
            opacity,
            faint
        );

    void Paint(Figure.Point point, Hue hue)
    {
        var (x, y) = PlaceOf(point, point.Value);
        if (!IsInside((x, y)))
            return;
        var colour = FigurePalette.Of(point.Highlight ? Hue.Subject : hue, theme);
        Interval(point, colour, point.Highlight ? 2.5 : 1.5);
        canvas.Mark(point.Highlight ? MarkShape.Diamond : MarkShape.Circle, x, y, point.Highlight ? 12 : 9, colour);
    }

    void PaintBar(Figure.Point bar, Hue hue)
    {
        var colour = FigurePalette.Of(bar.Highlight ? Hue.Subject : hue, theme);
        var (x0, y0) = PlaceOf(bar, 0);
        var (x1, y1) = PlaceOf(bar, bar.Value);
        if (!IsInside((x1, y1)))
            return;
        if (Across)
            canvas.Rectangle(Math.Min(x0, x1), y0 - .35 * plane.Y.CategoryWidth, Math.Abs(x1 - x0), .7 * plane.Y.CategoryWidth, colour);
        else
            canvas.Rectangle(x0 - .35 * plane.X.CategoryWidth, Math.Min(y0, y1), .7 * plane.X.CategoryWidth, Math.Abs(y1 - y0), colour);
        Interval(bar, FigurePalette.Of(Hue.Text, theme), 1.5);
    }

    void Interval(Figure.Point point, string colour, double width)
    {
        if (point is not { Low: { } low, High: { } high })
            return;
        var (x0, y0) = PlaceOf(point, low);
        var (x1, y1) = PlaceOf(point, high);
        var path = Across
            ? $"M{N(x0)} {N(y0)}H{N(x1)}M{N(x0)} {N(y0 - 4)}v8M{N(x1)} {N(y1 - 4)}v8"
            : $"M{N(x0)} {N(y0)}V{N(y1)}M{N(x0 - 4)} {N(y0)}h8M{N(x1 - 4)} {N(y1)}h8";
        canvas.Stroke(path, colour, width, " class=\"interval\"");
    }

    /// <summary>Categories are on the vertical axis, values on the horizontal one.</summary>
    bool Across => plane.Y.HasCategories;

    (double X, double Y) PlaceOf(Figure.Point point, double value) =>
        Across ? (plane.X.Pixel(value), plane.Y.Pixel(point.Title)) : (plane.X.Pixel(point.Title), plane.Y.Pixel(value));

    static bool IsFinite((double X, double Y) at) => double.IsFinite(at.X) && double.IsFinite(at.Y);

    bool IsInside((double X, double Y) at) =>
        at.X >= plane.Left - 1 && at.X <= plane.Right + 1 && at.Y >= plane.Top - 1 && at.Y <= plane.Bottom + 1;

    static string Path(IReadOnlyList<(double X, double Y)> points)
    {
        var path = new System.Text.StringBuilder();
        var pen = 'M';
        foreach (var at in points)
        {
            if (!IsFinite(at))
            {
                pen = 'M';
                continue;
            }
            path.Append(pen).Append(N(at.X)).Append(' ').Append(N(at.Y));
            pen = 'L';
        }
        return path.ToString();
    }
}
