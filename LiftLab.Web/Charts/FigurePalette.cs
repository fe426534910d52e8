using System.Globalization;
using LiftLab.Engine.Figures;

namespace LiftLab.Web.Charts;

/// <summary>
/// The colours of figures. A class has the same colour on every page; its index in the label order gives it.
/// Class colours: Okabe and Ito's, distinguishable with any common colour blindness (https://jfly.uni-koeln.de/color/); instead of their
/// black the eighth is a dark violet (light in the dark theme), because faint black is the grey of unreadable cells. From the ninth
/// class on the colours repeat, and only the shapes distinguish classes.
/// </summary>
public static class FigurePalette
{
    /// <summary>Plotly's Cividis: readable with any colour blindness, and in greyscale.</summary>
    public static readonly IReadOnlyList<string> Cividis =
    [
        "#00204c",
        "#00336f",
        "#39486b",
        "#575c6d",
        "#707173",
        "#8a8779",
        "#a69d75",
        "#c4b56c",
        "#e4cf5b",
        "#ffea46",
    ];

    static readonly string[] Classes = ["#e69f00", "#56b4e9", "#009e73", "#cc79a7", "#0072b2", "#d55e00", "#f0e442"];

    public static string Class(int index, ChartTheme theme) =>
        index % 8 < 7 ? Classes[index % 8]
        : theme.IsDark ? "#a070ff"
        : "#5a00a8";

    public static string Of(Hue hue, ChartTheme theme) =>
        hue.Role switch
        {
            HueRole.Subject => theme.Accent,
            HueRole.SubjectFaint => Mix(theme.Paper, theme.Accent, .38),
            HueRole.Contrast => theme.IsDark ? "#f0a35e" : "#b4530a",
            HueRole.Other => theme.SoftInk,
            HueRole.Class => Class(hue.Index ?? 0, theme),
            _ => theme.Ink,
        };

    /// <summary>The marker shape of a class; from the thirteenth class on the shapes repeat.</summary>
    public static MarkShape Shape(Hue hue) => hue.Role == HueRole.Class ? (MarkShape)((hue.Index ?? 0) % 12) : MarkShape.Circle;

    /// <summary>The colour of a cell whose answer could not be read.</summary>
    public static string Unreadable(ChartTheme theme) => theme.IsDark ? "#5b6771" : "#b3babf";

    /// <summary>The opacity of the text colour on a shaded region.</summary>
    public static double Shade(ChartTheme theme) => theme.IsDark ? .14 : .08;

    /// <summary>The outline colour of a class's mark.</summary>
    public static string Outline(ChartTheme theme) => theme.IsDark ? "#0f1419" : "#2b3640";

    /// <summary>The colours of a class on a decision boundary, at the confidence of guessing and at certainty.</summary>
    public static (string Guess, string Certain) Depths(int index, ChartTheme theme)
    {
        var hue = Class(index, theme);
        return (Mix(theme.Paper, hue, .10), Mix(theme.Paper, hue, theme.IsDark ? .62 : .58));
    }

    /// <summary>
    /// The probability of the most likely class, rescaled from guessing (0, one over the number of classes) to certainty (1).
    /// </summary>
    public static double Depth(double confidence, int classes) =>
        classes > 1 ? Math.Clamp((confidence - 1.0 / classes) / (1 - 1.0 / classes), 0, 1) : 1;

    /// <summary>The colours of a numeric scale from low to high, evenly spaced.</summary>
    public static IReadOnlyList<string> Ramp(ValueScale scale, ChartTheme theme) =>
        scale.IsShare ? [Mix(theme.Paper, theme.Grid, .6), theme.Accent] : Cividis;

    /// <summary>The colour at a position from 0 to 1 on evenly spaced colours.</summary>
    public static string At(IReadOnlyList<string> ramp, double share)
    {
        var place = Math.Clamp(share, 0, 1) * (ramp.Count - 1);
        var below = Math.Min((int)place, ramp.Count - 2);
        return Mix(ramp[below], ramp[below + 1], place - below);
    }

    /// <summary>A mix of two colours, both "#rrggbb"; 0 gives the first, 1 the second.</summary>
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
