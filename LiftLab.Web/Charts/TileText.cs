using System.Globalization;
using LiftLab.Engine.Figures;

namespace LiftLab.Web.Charts;

/// <summary>The colour of a text on a cell: ink or paper, whichever has more contrast with the cell's own colour.</summary>
static class TileText
{
    public static string Colour(double? cell, ValueScale? scale, ChartTheme theme)
    {
        if (cell is not { } value || scale is not { IsShare: true })
            return theme.Ink;
        var tile = FigurePalette.At(FigurePalette.Ramp(scale, theme), scale.ShareOf(value));
        return Contrast(theme.Paper, tile) > Contrast(theme.Ink, tile) ? theme.Paper : theme.Ink;
    }

    /// <summary>Contrast ratio of two colours, 1 to 21 (WCAG 2.2).</summary>
    public static double Contrast(string a, string b)
    {
        var (first, second) = (Luminance(a), Luminance(b));
        return (Math.Max(first, second) + 0.05) / (Math.Min(first, second) + 0.05);
    }

    static double Luminance(string colour)
    {
        double Linear(int at)
        {
            var share = int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4);
        }
        return 0.2126 * Linear(1) + 0.7152 * Linear(3) + 0.0722 * Linear(5);
    }
}
