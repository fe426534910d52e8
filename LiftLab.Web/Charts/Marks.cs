using Plotly.Blazor.Traces.ScatterLib;
using Plotly.Blazor.Traces.ScatterLib.MarkerLib;

namespace LiftLab.Web.Charts;

/// <summary>The markers of classes: Plotly's, and the same as paths.</summary>
public static class Marks
{
    static readonly SymbolEnum[] Symbols =
    [
        SymbolEnum.Circle,
        SymbolEnum.Square,
        SymbolEnum.Diamond,
        SymbolEnum.TriangleUp,
        SymbolEnum.Cross,
        SymbolEnum.Pentagon,
        SymbolEnum.Star,
        SymbolEnum.Hexagon,
        SymbolEnum.TriangleDown,
        SymbolEnum.X,
        SymbolEnum.Hourglass,
        SymbolEnum.BowTie,
    ];

    /// <summary>The same shapes as paths around the origin, ten units wide.</summary>
    static readonly string[] Outlines =
    [
        "M5 0A5 5 0 1 1-5 0A5 5 0 1 1 5 0Z",
        "M-4.4-4.4H4.4V4.4H-4.4Z",
        "M0-5.8 4.6 0 0 5.8-4.6 0Z",
        "M0-5.2 5.3 4.2H-5.3Z",
        "M-1.8-5.3H1.8V-1.8H5.3V1.8H1.8V5.3H-1.8V1.8H-5.3V-1.8H-1.8Z",
        "M0-5.5 5.2-1.7 3.2 4.5H-3.2L-5.2-1.7Z",
        "M0-5.8 1.4-1.9 5.5-1.8 2.2.7 3.4 4.7 0 2.3-3.4 4.7-2.2.7-5.5-1.8-1.4-1.9Z",
        "M0-5.5 4.8-2.7V2.7L0 5.5-4.8 2.7V-2.7Z",
        "M0 5.2 5.3-4.2H-5.3Z",
        "M-4.9-2.4-2.4-4.9 0-2.4 2.4-4.9 4.9-2.4 2.4 0 4.9 2.4 2.4 4.9 0 2.4-2.4 4.9-4.9 2.4-2.4 0Z",
        "M-4.8-4.8H4.8L-4.8 4.8H4.8Z",
        "M-4.8-4.8V4.8L4.8-4.8V4.8Z",
    ];

    public static string Outline(int index) => Outlines[index % Outlines.Length];

    /// <summary>Of a symbol that is a class's; the circle for any other.</summary>
    public static string Outline(SymbolEnum? symbol) => Outlines[Math.Max(0, Array.IndexOf(Symbols, symbol ?? SymbolEnum.Circle))];

    public static Marker Class(int index, ChartTheme theme, int size) =>
        new()
        {
            Symbol = Symbols[index % Symbols.Length],
            Size = size,
            Color = ClassPalette.Hue(index, theme),
            Line = new() { Width = 1, Color = theme.IsDark ? "#0f1419" : "#2b3640" },
        };
}
