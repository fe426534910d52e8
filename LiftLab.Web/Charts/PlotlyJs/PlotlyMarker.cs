using LiftLab.Engine.Figures;
using Plotly.Blazor.Traces.ScatterLib;
using Plotly.Blazor.Traces.ScatterLib.MarkerLib;

namespace LiftLab.Web.Charts.PlotlyJs;

/// <summary>Marks as Plotly's markers.</summary>
static class PlotlyMarker
{
    public static Marker Of(Hue hue, ChartTheme theme, int size) =>
        new()
        {
            Symbol = SymbolOf(FigurePalette.Shape(hue)),
            Size = size,
            Color = FigurePalette.Of(hue, theme),
            Line = hue.Role == HueRole.Class ? new() { Width = 1, Color = FigurePalette.Outline(theme) } : new() { Width = 0 },
        };

    public static Marker Star(Hue hue, ChartTheme theme) =>
        new()
        {
            Symbol = SymbolEnum.StarOpen,
            Size = 15,
            Color = FigurePalette.Of(hue, theme),
            Line = new() { Width = 2, Color = FigurePalette.Of(hue, theme) },
        };

    public static SymbolEnum SymbolOf(MarkShape shape) =>
        shape switch
        {
            MarkShape.Square => SymbolEnum.Square,
            MarkShape.Diamond => SymbolEnum.Diamond,
            MarkShape.TriangleUp => SymbolEnum.TriangleUp,
            MarkShape.Cross => SymbolEnum.Cross,
            MarkShape.Pentagon => SymbolEnum.Pentagon,
            MarkShape.Star => SymbolEnum.Star,
            MarkShape.Hexagon => SymbolEnum.Hexagon,
            MarkShape.TriangleDown => SymbolEnum.TriangleDown,
            MarkShape.Saltire => SymbolEnum.X,
            MarkShape.Hourglass => SymbolEnum.Hourglass,
            MarkShape.BowTie => SymbolEnum.BowTie,
            MarkShape.OpenStar => SymbolEnum.StarOpen,
            _ => SymbolEnum.Circle,
        };
}
