using LiftLab.Engine.Figures;

namespace LiftLab.Web.Charts.Svg;

/// <summary>The legend above a drawing: entries in rows of the width of the page.</summary>
sealed class SvgLegend
{
    const double Size = 12,
        Row = 20,
        Edge = 14,
        Sample = 18,
        AfterSample = 6,
        Gap = 16;

    readonly List<(LegendEntry Entry, string Name, double X, int Row)> placed = [];

    public SvgLegend(IReadOnlyList<LegendEntry> entries, double width)
    {
        var (x, row) = (Edge, 0);
        foreach (var entry in entries)
        {
            var name = TextWidth.Fit(entry.Name, Size, width - 2 * Edge - Sample - AfterSample);
            var needed = Sample + AfterSample + TextWidth.Of(name, Size);
            if (x > Edge && x + needed > width - Edge)
                (x, row) = (Edge, row + 1);
            placed.Add((entry, name, x, row));
            x += needed + Gap;
        }
    }

    public double Height => placed.Count == 0 ? 0 : 6 + Row * (placed[^1].Row + 1);

    public void Paint(SvgCanvas canvas, double top, ChartTheme theme)
    {
        if (placed.Count == 0)
            return;
        canvas.Add("<g class=\"legend\">");
        foreach (var (entry, name, x, row) in placed)
        {
            var middle = top + 6 + Row * (row + .5);
            PaintSample(canvas, entry, x, middle, theme);
            canvas.Text(x + Sample + AfterSample, middle + .35 * Size, name, Size, theme.Ink, whole: entry.Name);
        }
        canvas.Add("</g>");
    }

    static void PaintSample(SvgCanvas canvas, LegendEntry entry, double x, double y, ChartTheme theme)
    {
        var colour = FigurePalette.Of(entry.Hue, theme);
        var centre = x + Sample / 2;
        if (entry.Sample is LegendSample.Line or LegendSample.MarkedLine)
            canvas.Stroke($"M{SvgCanvas.N(x)} {SvgCanvas.N(y)}h{SvgCanvas.N(Sample)}", colour, entry.Width, SvgSeries.DashOf(entry.Dash));
        if (entry.Sample == LegendSample.Area)
            canvas.Rectangle(x, y - 5, Sample, 10, colour, " fill-opacity=\".5\"");
        if (entry.Sample == LegendSample.Unreadable)
            canvas.Rectangle(x, y - 6, Sample, 12, FigurePalette.Unreadable(theme));
        if (entry.Sample == LegendSample.Shaded)
            canvas.Rectangle(x, y - 6, Sample, 12, theme.Ink, $" fill-opacity=\"{SvgCanvas.N(2 * FigurePalette.Shade(theme))}\"");
        if (entry.Sample == LegendSample.Hatched)
            canvas.Stroke(
                string.Concat(((double[])[0, 6, 12]).Select(d => $"M{SvgCanvas.N(x + d)} {SvgCanvas.N(y + 5)}l6-10")),
                theme.Ink,
                1.2
            );
        if (entry.Sample == LegendSample.Star)
            canvas.Mark(MarkShape.OpenStar, centre, y, 12, colour);
        if (entry.Sample is LegendSample.Mark or LegendSample.MarkedLine)
            canvas.Mark(
                entry.Highlighted ? MarkShape.Diamond : FigurePalette.Shape(entry.Hue),
                centre,
                y,
                entry.Sample == LegendSample.MarkedLine ? 6 : 10,
                colour,
                entry.Hue.Role == HueRole.Class ? FigurePalette.Outline(theme) : null
            );
    }
}
