using System.Globalization;

namespace LiftLab.Web.Charts;

/// <summary>A scale of colours as Plotly takes it, a name or pairs of a place (0 to 1) and a colour, read back for drawing.</summary>
sealed class ColorRamp
{
    /// <summary>Plotly's Cividis: readable with any colour blindness, and in grey.</summary>
    public static readonly string[] Cividis =
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

    readonly (double At, string Colour)[] stops;

    public ColorRamp(object? scale) =>
        stops = scale is System.Collections.IEnumerable pairs and not string
            ?
            [
                .. pairs
                    .Cast<object>()
                    .Select(p => (object[])p)
                    .Select(p => (Convert.ToDouble(p[0], CultureInfo.InvariantCulture), (string)p[1])),
            ]
            : [.. Cividis.Select((c, i) => ((double)i / (Cividis.Length - 1), c))];

    public string At(double share)
    {
        share = Math.Clamp(share, 0, 1);
        for (var i = 1; i < stops.Length; i++)
            if (share <= stops[i].At)
                return ClassPalette.Mix(
                    stops[i - 1].Colour,
                    stops[i].Colour,
                    stops[i].At > stops[i - 1].At ? (share - stops[i - 1].At) / (stops[i].At - stops[i - 1].At) : 1
                );
        return stops[^1].Colour;
    }
}
