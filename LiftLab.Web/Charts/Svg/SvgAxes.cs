using LiftLab.Engine.Figures;
using static LiftLab.Web.Charts.Svg.SvgCanvas;

namespace LiftLab.Web.Charts.Svg;

/// <summary>Paints axis lines, ticks, titles, the colour scale and notes.</summary>
sealed class SvgAxes(SvgCanvas canvas, Figure figure, SvgPlane plane, double width, ChartTheme theme)
{
    const double TickLength = 4,
        ToScale = 14;

    public void Paint()
    {
        canvas.Add("<g class=\"axes\">");
        if (!figure.X.Hidden)
            Across();
        if (!figure.Y.Hidden)
            Up();
        canvas.Add("</g>");
    }

    void Across()
    {
        var categories = figure.X.Scale == AxisScale.Category;
        var size = SvgPlane.TickSize;
        var most =
            plane.XLabelTurn != 0 ? SvgPlane.MostTurnedName
            : categories ? plane.X.CategoryWidth
            : plane.Width;
        foreach (var (at, text) in plane.X.Ticks(size))
        {
            if (!categories)
                canvas.Stroke($"M{N(at)} {N(plane.Top)}V{N(plane.Bottom)}", theme.Grid, 1);
            canvas.Stroke($"M{N(at)} {N(plane.Bottom)}v{N(TickLength)}", theme.Axis, 1);
            if (plane.XLabelTurn == 0)
                canvas.Text(
                    at,
                    plane.Bottom + TickLength + size + 1,
                    TextWidth.Fit(text, size, most),
                    size,
                    theme.SoftInk,
                    "middle",
                    whole: text
                );
            else
            {
                // A turned name runs down to the left: the edge of the page limits its length.
                var room = Math.Min(most, (at - 4) / Math.Cos(plane.XLabelTurn * Math.PI / 180));
                canvas.Text(
                    at + 4,
                    plane.Bottom + TickLength + size,
                    TextWidth.Fit(text, size, room),
                    size,
                    theme.SoftInk,
                    "end",
                    turn: plane.XLabelTurn,
                    whole: text
                );
            }
        }
        canvas.Stroke($"M{N(plane.Left)} {N(plane.Bottom)}H{N(plane.Right)}", theme.Axis, 1);
        if (figure.X.Title.Length == 0)
            return;
        var turned = plane.XLabelTurn == 0 ? 0 : TurnedHeight();
        Title(figure.X.Title, (plane.Left + plane.Right) / 2, plane.Bottom + TickLength + size + turned + 21, plane.Width + 60, turn: 0);
    }

    double TurnedHeight() =>
        figure.X.Categories.Max(c => Math.Min(TextWidth.Of(c, SvgPlane.TickSize), SvgPlane.MostTurnedName))
        * Math.Sin(-plane.XLabelTurn * Math.PI / 180);

    void Up()
    {
        var categories = figure.Y.Scale == AxisScale.Category;
        var size = SvgPlane.TickSize;
        foreach (var (at, text) in plane.Y.Ticks())
        {
            if (!categories)
                canvas.Stroke($"M{N(plane.Left)} {N(at)}H{N(plane.Right)}", theme.Grid, 1);
            canvas.Stroke($"M{N(plane.Left)} {N(at)}h{N(-TickLength)}", theme.Axis, 1);
            var fitted = TextWidth.Fit(text, size, plane.Left - 10 - (figure.Y.Title.Length == 0 ? 0 : 22));
            canvas.Text(plane.Left - 8, at + .35 * size, fitted, size, categories ? theme.Ink : theme.SoftInk, "end", whole: text);
        }
        canvas.Stroke($"M{N(plane.Left)} {N(plane.Top)}V{N(plane.Bottom)}", theme.Axis, 1);
        if (figure.Y.Title.Length > 0)
            Title(figure.Y.Title, 20, (plane.Top + plane.Bottom) / 2, plane.Height + 30, turn: -90);
    }

    void Title(string text, double x, double y, double room, double turn) =>
        canvas.Text(
            x,
            y,
            TextWidth.Fit(text, SvgPlane.AxisTitleSize, room),
            SvgPlane.AxisTitleSize,
            theme.SoftInk,
            "middle",
            turn: turn,
            whole: text
        );

    /// <summary>The colour scale to the right of the drawing.</summary>
    public void PaintScale(ValueScale scale)
    {
        const int Steps = 48;
        var ramp = FigurePalette.Ramp(scale, theme);
        canvas.Add("<g class=\"scale\">");
        for (var i = 0; i < Steps; i++)
            canvas.Rectangle(
                plane.Right + ToScale,
                plane.Bottom - (i + 1.0) / Steps * plane.Height,
                SvgPlane.ScaleWidth,
                plane.Height / Steps + .6,
                FigurePalette.At(ramp, (i + .5) / Steps)
            );
        var right = plane.Right + ToScale + SvgPlane.ScaleWidth;
        var widest = 0.0;
        foreach (var (at, text) in SvgPlane.ScaleAxis(scale, plane.Top, plane.Bottom).Ticks())
        {
            canvas.Text(right + 5, at + .35 * SvgPlane.TickSize, text, SvgPlane.TickSize, theme.SoftInk);
            widest = Math.Max(widest, TextWidth.Of(text, SvgPlane.TickSize));
        }
        Title(scale.Title, right + 5 + widest + 14, (plane.Top + plane.Bottom) / 2, plane.Height + 30, turn: -90);
        canvas.Add("</g>");
    }

    public void Write(Note note)
    {
        var anchor = note.Anchor switch
        {
            NoteAnchor.Start => "start",
            NoteAnchor.End => "end",
            _ => "middle",
        };
        var gap =
            note.Anchor == NoteAnchor.Start ? 4
            : note.Anchor == NoteAnchor.End ? -4
            : 0;
        var x = plane.X.Pixel(note.X) + gap;
        var room = note.Anchor switch
        {
            NoteAnchor.Start => width - x,
            NoteAnchor.End => x,
            _ => 2 * Math.Min(x, width - x),
        };
        canvas.Text(
            x,
            plane.Y.Pixel(note.Y) + .35 * SvgPlane.NoteSize,
            TextWidth.Fit(note.Text, note.Bold ? TextWidth.Bold * SvgPlane.NoteSize : SvgPlane.NoteSize, room),
            SvgPlane.NoteSize,
            FigurePalette.Of(note.Hue, theme),
            anchor,
            note.Bold,
            whole: note.Text
        );
    }
}
