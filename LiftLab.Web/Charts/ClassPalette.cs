using System.Globalization;

namespace LiftLab.Web.Charts;

/// <summary>
/// A class keeps its colour and its marker shape on every page: both follow from its place in the label order.
/// Colours: Okabe and Ito's, distinguishable with any common colour blindness (https://jfly.uni-koeln.de/color/); the eighth,
/// black, follows the theme's ink. From the ninth class on the colours repeat and the shapes alone tell classes apart.
/// </summary>
public static class ClassPalette
{
    static readonly string[] Hues = ["#e69f00", "#56b4e9", "#009e73", "#cc79a7", "#0072b2", "#d55e00", "#f0e442"];

    public static string Hue(int index, ChartTheme theme) =>
        index % 8 == 7
            ? theme.IsDark
                ? "#c9d2da"
                : "#2b3640"
            : Hues[index % 8];

    /// <summary>A colour between two, both "#rrggbb"; 0 gives the first.</summary>
    public static string Mix(string from, string to, double share)
    {
        Span<int> mixed = stackalloc int[3];
        for (var i = 0; i < 3; i++)
        {
            var a = int.Parse(from.AsSpan(1 + 2 * i, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var b = int.Parse(to.AsSpan(1 + 2 * i, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            mixed[i] = (int)Math.Round(a + (b - a) * Math.Clamp(share, 0, 1));
        }
        return string.Create(CultureInfo.InvariantCulture, $"#{mixed[0]:x2}{mixed[1]:x2}{mixed[2]:x2}");
    }
}
