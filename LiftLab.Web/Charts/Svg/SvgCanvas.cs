using System.Globalization;
using System.Net;
using System.Text;

namespace LiftLab.Web.Charts.Svg;

/// <summary>Writes the elements of one SVG picture.</summary>
sealed class SvgCanvas
{
    /// <summary>The width of a mark's path, in pixels.</summary>
    const double OutlineSize = 10;

    const double OutlineStroke = .8,
        StarStroke = 1.8;

    readonly StringBuilder svg = new();

    public void Add(string element) => svg.Append(element);

    /// <param name="anchor">"start", "middle" or "end".</param>
    /// <param name="turn">Degrees, clockwise around the anchor.</param>
    public void Text(
        double x,
        double y,
        string text,
        double size,
        string fill,
        string anchor = "start",
        bool bold = false,
        double turn = 0,
        string? whole = null
    )
    {
        var place = turn == 0 ? $"x=\"{N(x)}\" y=\"{N(y)}\"" : $"transform=\"translate({N(x)} {N(y)}) rotate({N(turn)})\"";
        var hint = whole is null || whole == text ? "" : $"<title>{E(whole)}</title>";
        Add(
            $"<text {place} text-anchor=\"{anchor}\" font-size=\"{N(size)}\"{(bold ? " font-weight=\"700\"" : "")} fill=\"{fill}\">"
                + $"{E(text)}{hint}</text>"
        );
    }

    /// <param name="attributes">Further attributes, each with a space before it.</param>
    public void Stroke(string path, string colour, double width, string attributes = "") =>
        Add($"<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{N(width)}\"{attributes}/>");

    public void Rectangle(double x, double y, double width, double height, string fill, string attributes = "") =>
        Add($"<rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(width)}\" height=\"{N(height)}\" fill=\"{fill}\"{attributes}/>");

    /// <param name="size">Width in pixels.</param>
    /// <param name="outline">Colour of the outline; null for none.</param>
    /// <param name="opacity">Of the fill.</param>
    /// <param name="faint">Opacity of fill and outline together.</param>
    public void Mark(
        MarkShape shape,
        double x,
        double y,
        double size,
        string fill,
        string? outline = null,
        double opacity = 1,
        double faint = 1
    )
    {
        var open = shape == MarkShape.OpenStar;
        var scale = size / OutlineSize;
        var line = open ? fill : outline;
        // The stroke scales with the mark; with vector-effect it would be too thin in a bitmap of more pixels than the page.
        var stroke = line is null ? "" : $" stroke=\"{line}\" stroke-width=\"{N((open ? StarStroke : OutlineStroke) / scale)}\"";
        Add(
            $"<path class=\"mark\" transform=\"translate({N(x)} {N(y)}) scale({N(scale)})\" d=\"{MarkPath.Of(shape)}\" "
                + $"fill=\"{(open ? "none" : fill)}\"{(opacity < 1 ? $" fill-opacity=\"{N(opacity)}\"" : "")}{stroke}"
                + $"{(faint < 1 ? $" opacity=\"{N(faint)}\"" : "")}/>"
        );
    }

    /// <summary>A number for SVG, rounded to a hundredth of a pixel.</summary>
    public static string N(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);

    /// <summary>A text escaped for XML.</summary>
    public static string E(string text) => WebUtility.HtmlEncode(text);

    public override string ToString() => svg.ToString();
}
