using LiftLab.Engine.Figures;
using static LiftLab.Web.Charts.Svg.SvgCanvas;

namespace LiftLab.Web.Charts.Svg;

/// <summary>
/// Paints a figure as SVG for documents and downloads, without a browser. From the top: title, legend, drawing with axes, caption;
/// the page grows with the texts, so that nothing is cut.
/// </summary>
public sealed class SvgPainter
{
    const string Family = "Roboto, 'Helvetica Neue', Arial, sans-serif";
    const double Edge = 14,
        TitleSize = 16,
        TitleLine = 21,
        CaptionSize = 12.5,
        CaptionLine = 17;

    static int paintings;

    readonly SvgCanvas canvas = new();
    readonly Figure figure;
    readonly ChartTheme theme;
    readonly SvgPlane plane;
    readonly SvgLegend legend;
    readonly bool withScale;
    readonly IReadOnlyList<string> title,
        caption;
    readonly double width,
        height,
        titleBottom,
        drawingBottom;

    /// <param name="theme">Null for the light theme.</param>
    public static string Paint(Figure figure, SvgPage page, ChartTheme? theme = null) =>
        new SvgPainter(figure, page, theme ?? ChartTheme.Light).Paint();

    /// <summary>Width and height of the painted page, in pixels.</summary>
    public static (double Width, double Height) SizeOf(Figure figure, SvgPage page)
    {
        var painter = new SvgPainter(figure, page, ChartTheme.Light);
        return (painter.width, painter.height);
    }

    /// <summary>The mark of a class as a picture of the size of text; hidden from screen readers.</summary>
    public static string ClassMark(int index, ChartTheme theme)
    {
        var hue = Hue.Class(index);
        return "<svg class=\"class-mark\" viewBox=\"-6 -6 12 12\" width=\"12\" height=\"12\" aria-hidden=\"true\">"
            + $"<path d=\"{MarkPath.Of(FigurePalette.Shape(hue))}\" fill=\"{FigurePalette.Of(hue, theme)}\"/></svg>";
    }

    /// <summary>Bars of the size of a word, without axes, coloured by the style sheet.</summary>
    public static string Spark(Figure figure, double width, double height)
    {
        Figure.Point[] bars = [.. figure.Series.OfType<Series.Bars>().SelectMany(b => b.Items)];
        var most = Math.Max(1, bars.Select(b => b.Value).DefaultIfEmpty(1).Max());
        var step = width / Math.Max(1, bars.Length);
        var gap = bars.Length > 24 ? .5 : 1.2;
        var canvas = new SvgCanvas();
        canvas.Add(
            $"<svg class=\"spark\" viewBox=\"0 0 {N(width)} {N(height)}\" width=\"{N(width)}\" height=\"{N(height)}\" "
                + $"preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{E(figure.Summary)}\">"
        );
        for (var i = 0; i < bars.Length; i++)
        {
            var tall = bars[i].Value == 0 ? 0 : Math.Max(1.5, height * bars[i].Value / most);
            canvas.Rectangle(i * step, height - tall, Math.Max(.6, step - gap), tall, "currentColor");
        }
        canvas.Add("</svg>");
        return canvas.ToString();
    }

    /// <summary>
    /// Lines, bands and reference lines of the size of a word, without axes, in the colour of the text around them. Values outside the
    /// range of the vertical axis are drawn at its edge.
    /// </summary>
    /// <param name="figure">Its vertical axis has a range.</param>
    public static string Sparkline(Figure figure, double width, double height)
    {
        const double edge = 4;
        const string fixedStroke = " vector-effect=\"non-scaling-stroke\""; // the style sheet may stretch the picture
        var canvas = new SvgCanvas();
        SvgAxis x = new(figure.X with { Low = null, High = null }, Extents.X(figure), 0, width),
            y = new(figure.Y, [], height - edge, edge);
        string At(double level, double value) =>
            $"{N(x.Pixel(level))} {N(y.Pixel(Math.Clamp(value, figure.Y.Low ?? 0, figure.Y.High ?? 1)))}";
        canvas.Add(
            $"<svg class=\"sparkline\" viewBox=\"0 0 {N(width)} {N(height)}\" width=\"{N(width)}\" height=\"{N(height)}\" "
                + "preserveAspectRatio=\"none\" aria-hidden=\"true\">"
        );
        foreach (var s in figure.Segments)
            canvas.Stroke(
                $"M{At(s.X0 ?? 0, s.Y0 ?? 0)}L{At(s.X1 ?? 1, s.Y1 ?? 0)}",
                "currentColor",
                s.Width,
                SvgSeries.DashOf(s.Dash) + " stroke-opacity=\".6\"" + fixedStroke
            );
        foreach (var band in figure.Series.OfType<Series.Band>().Where(b => b.X.Count > 0))
        {
            var edges = band.X.Select((v, i) => At(v, band.High[i])).Concat(band.X.Select((v, i) => At(v, band.Low[i])).Reverse());
            canvas.Add($"<path d=\"M{string.Join('L', edges)}Z\" fill=\"currentColor\" fill-opacity=\".16\"/>");
        }
        foreach (var line in figure.Series.OfType<Series.Line>().Where(l => l.X.Count > 0))
        {
            string[] points = [.. line.X.Select((v, i) => At(v, line.Y[i]))];
            if (points.Length > 1)
                canvas.Stroke("M" + string.Join('L', points), "currentColor", line.Width, " stroke-linejoin=\"round\"" + fixedStroke);
            canvas.Stroke($"M{points[^1]}h0", "currentColor", 5, " stroke-linecap=\"round\"" + fixedStroke);
        }
        canvas.Add("</svg>");
        return canvas.ToString();
    }

    SvgPainter(Figure figure, SvgPage page, ChartTheme theme)
    {
        (this.figure, this.theme, width) = (figure, theme, page.Width);
        title = page.Title ? TextWidth.Wrap(figure.Title, TextWidth.Bold * TitleSize, width - 2 * Edge) : [];
        caption = page.Caption ? TextWidth.Wrap(figure.Caption, CaptionSize, width - 2 * Edge) : [];
        legend = new(page.Legend ? LegendEntry.Of(figure) : [], width);
        withScale = page.Legend && figure.Values is { IsShare: false };
        titleBottom = title.Count == 0 ? 0 : 10 + TitleLine * title.Count;
        drawingBottom = titleBottom + page.Height;
        height = drawingBottom + (caption.Count == 0 ? 0 : 10 + CaptionLine * caption.Count + 6);
        plane = SvgPlane.Of(figure, width, titleBottom + legend.Height, drawingBottom, withScale);
    }

    string Paint()
    {
        var clip = $"plane-{Interlocked.Increment(ref paintings)}";
        canvas.Add(
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {N(width)} {N(height)}\" width=\"{N(width)}\" height=\"{N(height)}\" "
                + $"role=\"img\" aria-label=\"{E(figure.Summary.Length > 0 ? figure.Summary : figure.Title)}\" font-family=\"{Family}\">"
        );
        canvas.Rectangle(0, 0, width, height, theme.Paper);
        for (var i = 0; i < title.Count; i++)
            canvas.Text(Edge, 8 + TitleLine * (i + .75), title[i], TitleSize, theme.Ink, bold: true);
        legend.Paint(canvas, titleBottom, theme);
        if (figure.Waiting is { } waiting)
            canvas.Text((plane.Left + plane.Right) / 2, (plane.Top + plane.Bottom) / 2, waiting, 14, theme.SoftInk, "middle");
        else
            Drawing(clip);
        if (caption.Count > 0)
        {
            canvas.Add("<g class=\"caption\">");
            for (var i = 0; i < caption.Count; i++)
                canvas.Text(Edge, drawingBottom + 10 + CaptionLine * (i + .75), caption[i], CaptionSize, theme.SoftInk);
            canvas.Add("</g>");
        }
        canvas.Add("</svg>");
        return canvas.ToString();
    }

    void Drawing(string clip)
    {
        var axes = new SvgAxes(canvas, figure, plane, width, theme);
        axes.Paint();
        if (withScale)
            axes.PaintScale(figure.Values!);
        canvas.Add(
            $"<clipPath id=\"{clip}\"><rect x=\"{N(plane.Left - 1)}\" y=\"{N(plane.Top - 1)}\" width=\"{N(plane.Width + 2)}\" "
                + $"height=\"{N(plane.Height + 2)}\"/></clipPath><g class=\"drawing\">"
        );
        var ownAxes = figure.X.Hidden && figure.Y.Hidden; // such a figure also draws outside the plane
        var series = new SvgSeries(canvas, plane, theme, figure.Values, ownAxes ? "" : $" clip-path=\"url(#{clip})\"");
        foreach (var heat in figure.Series.OfType<Series.Heat>())
            series.Paint(heat);
        foreach (var region in figure.Regions)
            series.Paint(region, figure);
        foreach (var segment in figure.Segments)
            series.Paint(segment);
        foreach (var drawn in figure.Series.Where(s => s is not Series.Heat))
            series.Paint(drawn);
        canvas.Add("</g>");
        foreach (var note in figure.Notes)
            axes.Write(note);
    }
}
