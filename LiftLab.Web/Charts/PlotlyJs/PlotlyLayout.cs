using LiftLab.Engine.Figures;
using Plotly.Blazor;
using Plotly.Blazor.LayoutLib;
using Plotly.Blazor.LayoutLib.LegendLib;
using Plotly.Blazor.LayoutLib.ShapeLib;
using LegendX = Plotly.Blazor.LayoutLib.LegendLib.XAnchorEnum;
using LegendY = Plotly.Blazor.LayoutLib.LegendLib.YAnchorEnum;
using NoteX = Plotly.Blazor.LayoutLib.AnnotationLib.XAnchorEnum;
using NoteY = Plotly.Blazor.LayoutLib.AnnotationLib.YAnchorEnum;

namespace LiftLab.Web.Charts.PlotlyJs;

/// <summary>The layout of a plot: margins, legend, hover labels in the theme's colours, reference lines and notes.</summary>
static class PlotlyLayout
{
    const string Family = "Roboto, system-ui, sans-serif";
    const decimal NoteSize = 13;

    public static Layout Of(Figure figure, ChartTheme theme, bool withLegend)
    {
        var unreadable = figure.Series.OfType<Series.Heat>().Any(h => h.Cells.Contains(null));
        var plane = figure.Series.Any(s => s is Series.Heat) && !figure.X.Hidden;
        var layout = new Layout
        {
            PaperBgColor = theme.Paper,
            PlotBgColor = unreadable ? FigurePalette.Unreadable(theme) : theme.Paper,
            Font = Ink(theme.Ink, 13),
            Margin = Margins(figure, withLegend),
            UiRevision = "keep", // zoom and hidden curves stay when data change
            HoverMode = HoverModeEnum.Closest,
            HoverLabel = new()
            {
                BgColor = theme.Paper,
                BorderColor = theme.Axis,
                Font = new()
                {
                    Family = Family,
                    Size = 13,
                    Color = theme.Ink,
                },
            },
            ShowLegend = withLegend,
            Legend =
            [
                new()
                {
                    Orientation = OrientationEnum.H,
                    X = 0,
                    Y = 1.02m,
                    XAnchor = LegendX.Left,
                    YAnchor = LegendY.Bottom,
                    BgColor = "rgba(0,0,0,0)",
                    Font = new() { Color = theme.Ink, Size = 12 },
                },
            ],
            XAxis = [PlotlyAxes.X(figure.X, theme, withGrid: !plane, figure.Waiting is not null)],
            YAxis = [PlotlyAxes.Y(figure.Y, theme, withGrid: !plane, figure.Waiting is not null)],
        };
        if (figure.Waiting is { } waiting)
            layout.Annotations = [Waiting(waiting, theme)];
        else
        {
            layout.Shapes = [.. PlotlyRegions.Of(figure, theme), .. figure.Segments.Select(s => ShapeOf(s, figure, theme))];
            layout.Annotations = [.. figure.Notes.Select(n => NoteOf(n, theme)), .. TileTexts(figure, theme)];
        }
        return layout;
    }

    static Plotly.Blazor.LayoutLib.Font Ink(string colour, decimal size) =>
        new()
        {
            Family = Family,
            Size = size,
            Color = colour,
        };

    static Margin Margins(Figure figure, bool withLegend)
    {
        if (!figure.X.Hidden)
            return new()
            {
                L = 62,
                R = 14,
                T = withLegend ? 34 : 12,
                B = 50,
                Pad = 0,
            };
        decimal Room(NoteAnchor anchor) =>
            (decimal)
                Math.Ceiling(
                    figure
                        .Notes.Where(n => n.Anchor == anchor)
                        .Select(n => 12 + TextWidth.Of(n.Text, (double)NoteSize))
                        .DefaultIfEmpty(4)
                        .Max()
                );
        return new()
        {
            L = Room(NoteAnchor.End),
            R = Room(NoteAnchor.Start),
            T = 4,
            B = 4,
        };
    }

    static Annotation Waiting(string text, ChartTheme theme) =>
        new()
        {
            Text = PlotlyText.Escape(text),
            XRef = "paper",
            YRef = "paper",
            X = .5,
            Y = .5,
            ShowArrow = false,
            Font = new() { Size = 14, Color = theme.SoftInk },
        };

    static Shape ShapeOf(Segment segment, Figure figure, ChartTheme theme) =>
        new()
        {
            Type = TypeEnum.Line,
            XRef = segment.X0 is null ? "paper" : "x",
            YRef = segment.Y0 is null ? "paper" : "y",
            X0 = segment.X0 ?? 0,
            X1 = segment.X1 ?? 1,
            Y0 = segment.Y0 ?? 0,
            Y1 = segment.Y1 ?? 1,
            Line = new()
            {
                Color = FigurePalette.Of(segment.Hue, theme),
                Width = (decimal)segment.Width,
                Dash = DashOf(segment.Dash),
            },
            Layer = figure.X.Hidden ? LayerEnum.Above : LayerEnum.Below,
        };

    public static string DashOf(Dash dash) =>
        dash switch
        {
            Dash.Dashed => "dash",
            Dash.Dotted => "dot",
            _ => "solid",
        };

    static Annotation NoteOf(Note note, ChartTheme theme) =>
        new()
        {
            X = note.X,
            Y = note.Y,
            Text = note.Bold ? $"<b>{PlotlyText.Escape(note.Text)}</b>" : PlotlyText.Escape(note.Text),
            ShowArrow = false,
            XAnchor = note.Anchor switch
            {
                NoteAnchor.Start => NoteX.Left,
                NoteAnchor.End => NoteX.Right,
                _ => NoteX.Center,
            },
            YAnchor = NoteY.Middle,
            Font = new() { Size = NoteSize, Color = FigurePalette.Of(note.Hue, theme) },
        };

    static IEnumerable<Annotation> TileTexts(Figure figure, ChartTheme theme) =>
        from heat in figure.Series.OfType<Series.Heat>()
        where heat.Texts is not null && figure.X.Scale == AxisScale.Category
        from i in Enumerable.Range(0, heat.Cells.Count)
        where heat.Texts![i].Length > 0
        select new Annotation
        {
            X = PlotlyText.Escape(figure.X.Categories[i % heat.X.Count]),
            Y = PlotlyText.Escape(figure.Y.Categories[i / heat.X.Count]),
            Text = PlotlyText.Escape(heat.Texts![i]),
            ShowArrow = false,
            Font = new() { Size = heat.Y.Count > 10 ? 11 : 14, Color = TileText.Colour(heat.Cells[i], figure.Values, theme) },
        };
}
