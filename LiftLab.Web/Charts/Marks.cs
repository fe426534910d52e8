using Plotly.Blazor.Traces.ScatterLib;
using Plotly.Blazor.Traces.ScatterLib.MarkerLib;

namespace LiftLab.Web.Charts;

/// <summary>Plotly's markers for classes.</summary>
public static class Marks
{
    static readonly SymbolEnum[] Symbols =
    [
        SymbolEnum.Circle, SymbolEnum.Square, SymbolEnum.Diamond, SymbolEnum.TriangleUp, SymbolEnum.Cross, SymbolEnum.Pentagon,
        SymbolEnum.Star, SymbolEnum.Hexagon, SymbolEnum.TriangleDown, SymbolEnum.X, SymbolEnum.Hourglass, SymbolEnum.BowTie,
    ];

    public static Marker Class(int index, ChartTheme theme, int size) => new()
    {
        Symbol = Symbols[index % Symbols.Length], Size = size, Color = ClassPalette.Hue(index, theme),
        Line = new() { Width = 1, Color = theme.IsDark ? "#0f1419" : "#2b3640" },
    };
}
