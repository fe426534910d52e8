using LiftLab.Engine.Figures;

namespace LiftLab.Web.Charts.Svg;

/// <summary>The rectangle between the axes, in pixels, with room around it for all labels.</summary>
sealed record SvgPlane(double Left, double Right, double Top, double Bottom, SvgAxis X, SvgAxis Y, double XLabelTurn)
{
    public const double TickSize = 12,
        AxisTitleSize = 13,
        NoteSize = 13,
        ScaleWidth = 12;

    /// <summary>Degrees by which category names below the drawing are turned where they would touch.</summary>
    const double Turn = -35;

    /// <summary>Widest name of a turned category, in pixels; longer names are cut.</summary>
    public const double MostTurnedName = 130;

    /// <summary>Maximum share of the page's width for the notes at one end.</summary>
    const double MostNoteRoom = .36;

    const double Edge = 12,
        TickGap = 8,
        TitleRoom = 22;

    public double Width => Right - Left;
    public double Height => Bottom - Top;

    /// <param name="top">Upper end of the space for drawing and axes.</param>
    /// <param name="bottom">Lower end of that space.</param>
    /// <param name="withScale">Leaves room for a colour scale to the right.</param>
    public static SvgPlane Of(Figure figure, double width, double top, double bottom, bool withScale)
    {
        var (xs, ys) = (Extents.X(figure), Extents.Y(figure));
        if (figure.X.Hidden && figure.Y.Hidden)
        {
            double left = Edge + NoteRoom(figure, NoteAnchor.End, width),
                right = width - Edge - NoteRoom(figure, NoteAnchor.Start, width);
            return new(left, right, top, bottom, new(figure.X, xs, left, right), new(figure.Y, ys, bottom, top), 0);
        }
        var drawnTop = top + Edge;
        var turn = 0.0;
        var drawnBottom = bottom - TickGap - TickSize - TitleRoomOf(figure.X) - 6;
        double Left() =>
            Math.Min(
                .45 * width,
                Edge + TitleRoomOf(figure.Y) + TickGap + Widest(new SvgAxis(figure.Y, ys, drawnBottom, drawnTop).Ticks(), TickSize)
            );
        var drawnLeft = Left();
        var drawnRight = width - Edge - (withScale ? ScaleRoom(figure, drawnTop, drawnBottom) : 6);
        if (figure.X.Scale == AxisScale.Category)
        {
            var spacing = (drawnRight - drawnLeft) / Math.Max(1, figure.X.Categories.Count);
            var widest = figure.X.Categories.Select(c => TextWidth.Of(c, TickSize)).DefaultIfEmpty(0).Max();
            if (widest + 6 > spacing)
            {
                turn = Turn;
                drawnBottom -= Math.Min(widest, MostTurnedName) * Math.Sin(-Turn * Math.PI / 180);
                drawnLeft = Left();
            }
        }
        else
            drawnRight -= Widest(new SvgAxis(figure.X, xs, drawnLeft, drawnRight).Ticks(TickSize), TickSize) / 2 - 6;
        return new(
            drawnLeft,
            drawnRight,
            drawnTop,
            drawnBottom,
            new(figure.X, xs, drawnLeft, drawnRight),
            new(figure.Y, ys, drawnBottom, drawnTop),
            turn
        );
    }

    /// <summary>The colour scale as a vertical axis.</summary>
    public static SvgAxis ScaleAxis(ValueScale scale, double top, double bottom) =>
        new(new(scale.Label) { Low = scale.Low, High = scale.High > scale.Low ? scale.High : scale.Low + 1 }, [], bottom, top);

    static double ScaleRoom(Figure figure, double top, double bottom) =>
        14 + ScaleWidth + TickGap + Widest(ScaleAxis(figure.Values!, top, bottom).Ticks(), TickSize) + TitleRoom;

    static double TitleRoomOf(Axis axis) => axis.Title.Length == 0 ? 0 : TitleRoom;

    /// <summary>Pixels beside the drawing for the notes at one end; longer notes are cut.</summary>
    static double NoteRoom(Figure figure, NoteAnchor anchor, double width) =>
        Math.Min(
            MostNoteRoom * width,
            figure.Notes.Where(n => n.Anchor == anchor).Select(n => TickGap + NoteWidth(n)).DefaultIfEmpty(0).Max()
        );

    static double NoteWidth(Note note) => TextWidth.Of(note.Text, note.Bold ? TextWidth.Bold * NoteSize : NoteSize);

    static double Widest(IReadOnlyList<(double At, string Text)> ticks, double size) =>
        ticks.Select(t => TextWidth.Of(t.Text, size)).DefaultIfEmpty(0).Max();
}
