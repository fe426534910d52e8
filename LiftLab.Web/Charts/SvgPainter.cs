using System.Globalization;
using System.Net;
using System.Text;
using Plotly.Blazor.LayoutLib;
using Plotly.Blazor.Traces;
using Plotly.Blazor.Traces.ScatterLib;

namespace LiftLab.Web.Charts;

/// <summary>
/// Draws a <see cref="Picture"/> as SVG without a browser, for documents: the marks, lines, surfaces, shapes and notes that our
/// charts use, at the same places and in the same colours as Plotly draws them.
/// </summary>
public sealed class SvgPainter
{
    const string Family = "Roboto, 'Helvetica Neue', Arial, sans-serif";

    readonly StringBuilder svg = new();
    readonly Picture picture;
    readonly SvgAxis x,
        y;
    readonly double left,
        right,
        top,
        bottom,
        width,
        height;
    static int drawings;

    /// <param name="width">In pixels of 1/96 inch; the drawing scales.</param>
    public static string Draw(Picture picture, double width, double height) => new SvgPainter(picture, width, height).Paint();

    SvgPainter(Picture picture, double width, double height)
    {
        (this.picture, this.width, this.height) = (picture, width, height);
        var (layout, xAxis, yAxis) = (picture.Layout, picture.Layout.XAxis[0], picture.Layout.YAxis[0]);
        var bar = picture.Traces.OfType<HeatMap>().FirstOrDefault(h => h.ShowScale == true);
        string[] rows = Categories(
            yAxis.Type == Plotly.Blazor.LayoutLib.YAxisLib.TypeEnum.Category,
            yAxis.CategoryArray,
            t => t is HeatMap h ? h.Y : (t as Scatter)?.Y
        );
        string[] columns = Categories(
            xAxis.Type == Plotly.Blazor.LayoutLib.XAxisLib.TypeEnum.Category,
            xAxis.CategoryArray,
            t => t is HeatMap h ? h.X : (t as Scatter)?.X
        );
        left =
            yAxis.Visible == false ? (double)(layout.Margin.L ?? 10)
            : rows.Length > 0 ? 20 + rows.Max(r => Measure(r, 12)) + (Title(yAxis.Title?.Text) is null ? 0 : 22)
            : 66;
        right =
            width
            - (
                xAxis.Visible == false ? (double)(layout.Margin.R ?? 10)
                : bar is null ? 16
                : 86
            );
        top = Legend().Length > 0 ? 32 : 12;
        bottom =
            height
            - (
                xAxis.Visible == false ? 8
                : Title(xAxis.Title?.Text) is null ? 30
                : 50
            );
        var reversed = yAxis.AutoRange == Plotly.Blazor.LayoutLib.YAxisLib.AutoRangeEnum.Reversed;
        x = new(
            Values(t => t.X, withErrors: true),
            Range(xAxis.Range),
            columns,
            xAxis.Type == Plotly.Blazor.LayoutLib.XAxisLib.TypeEnum.Log,
            toZero: false,
            xAxis.TickFormat?.EndsWith('%') == true,
            left,
            right
        );
        y = new(
            Values(t => t.Y, withErrors: false),
            Range(yAxis.Range),
            rows,
            yAxis.Type == Plotly.Blazor.LayoutLib.YAxisLib.TypeEnum.Log,
            yAxis.RangeMode == Plotly.Blazor.LayoutLib.YAxisLib.RangeModeEnum.ToZero,
            yAxis.TickFormat?.EndsWith('%') == true,
            reversed ? top : bottom,
            reversed ? bottom : top
        );
    }

    string Paint()
    {
        var clip = $"plane-{Interlocked.Increment(ref drawings)}";
        var paper = Text(picture.Layout.PaperBgColor, "#ffffff");
        Add(
            $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {N(width)} {N(height)}" role="img" aria-label="{E(picture.Summary)}" font-family="{Family}" font-size="12">"""
        );
        Add(
            $"""<clipPath id="{clip}"><rect x="{N(left)}" y="{N(top)}" width="{N(right - left)}" height="{N(bottom - top)}"/></clipPath>"""
        );
        Add(
            $"""<rect width="{N(width)}" height="{N(height)}" fill="{paper}"/><rect x="{N(left)}" y="{N(top)}" width="{N(right - left)}" height="{N(bottom - top)}" fill="{Text(picture.Layout.PlotBgColor, paper)}"/>"""
        );
        Axes();
        var whole = picture.Layout.XAxis[0].Visible == false;
        if (!whole)
            Add($"""<g clip-path="url(#{clip})">""");
        foreach (var map in picture.Traces.OfType<HeatMap>())
            Surface(map);
        foreach (var shape in picture.Layout.Shapes ?? [])
            Line(shape);
        if (!whole)
            Add("</g>");
        foreach (var trace in picture.Traces.OfType<Scatter>())
            Marks(trace, clip);
        foreach (var note in picture.Layout.Annotations ?? [])
            Note(note);
        Keys();
        Add("</svg>");
        return svg.ToString();
    }

    void Axes()
    {
        var (a, b) = (picture.Layout.XAxis[0], picture.Layout.YAxis[0]);
        var (ink, grid, line) = (Text(a.TickFont?.Color, "#4a5763"), Text(a.GridColor, "#e8ebea"), Text(a.LineColor, "#b4bdbf"));
        if (a.Visible != false)
        {
            foreach (var (at, text) in x.Ticks())
            {
                if (a.ShowGrid != false)
                    Add($"""<path d="M{N(at)} {N(top)}V{N(bottom)}" stroke="{grid}"/>""");
                Add(
                    $"""<path d="M{N(at)} {N(bottom)}v4" stroke="{line}"/><text x="{N(at)}" y="{N(bottom + 17)}" text-anchor="middle" fill="{ink}">{E(WebUtility.HtmlDecode(text))}</text>"""
                );
            }
            Add($"""<path d="M{N(left)} {N(bottom)}H{N(right)}" stroke="{line}"/>""");
            if (Title(a.Title?.Text) is { } title)
                Add(
                    $"""<text x="{N((left + right) / 2)}" y="{N(height - 10)}" text-anchor="middle" font-size="13" fill="{ink}">{E(title)}</text>"""
                );
        }
        if (b.Visible == false)
            return;
        foreach (var (at, text) in y.Ticks())
        {
            if (b.ShowGrid != false)
                Add($"""<path d="M{N(left)} {N(at)}H{N(right)}" stroke="{grid}"/>""");
            Add(
                $"""<path d="M{N(left)} {N(at)}h-4" stroke="{line}"/><text x="{N(left - 8)}" y="{N(at + 4)}" text-anchor="end" fill="{Text(b.TickFont?.Color, ink)}">{E(WebUtility.HtmlDecode(text))}</text>"""
            );
        }
        Add($"""<path d="M{N(left)} {N(top)}V{N(bottom)}" stroke="{line}"/>""");
        if (Title(b.Title?.Text) is { } upright)
            Add(
                $"""<text transform="translate(15 {N((top + bottom) / 2)}) rotate(-90)" text-anchor="middle" font-size="13" fill="{ink}">{E(upright)}</text>"""
            );
    }

    void Surface(HeatMap map)
    {
        var ramp = new ColorRamp(map.ColorScale);
        var (low, high) = ((double)(map.ZMin ?? 0), (double)(map.ZMax ?? 1));
        double[][] cells = [.. map.Z.Cast<System.Collections.IEnumerable>().Select(row => row.Cast<object?>().Select(Number).ToArray())];
        double[] across = [.. map.X.Select(v => x.Number(v))],
            up = [.. map.Y.Select(v => y.Number(v))];
        if (cells.Length == 0 || across.Length == 0)
            return;
        string? Colour(double value) => double.IsFinite(value) ? ramp.At((value - low) / (high - low)) : null;
        if (map.XGap > 0)
        {
            for (var r = 0; r < cells.Length; r++)
            for (var c = 0; c < across.Length; c++)
            {
                var (x0, x1, y0, y1) = (x.At(across[c] - .5), x.At(across[c] + .5), y.At(up[r] - .5), y.At(up[r] + .5));
                Add(
                    $"""<rect x="{N(Math.Min(x0, x1) + 1)}" y="{N(Math.Min(y0, y1) + 1)}" width="{N(Math.Abs(x1 - x0) - 2)}" height="{N(Math.Abs(y1 - y0) - 2)}" fill="{Colour(cells[r][c]) ?? "none"}"/>"""
                );
            }
            return;
        }
        var (halfX, halfY) = (Half(across), Half(up));
        double x2 = x.At(across[0] - halfX),
            x3 = x.At(across[^1] + halfX),
            y2 = y.At(up[^1] + halfY),
            y3 = y.At(up[0] - halfY);
        string?[] pixels = [.. cells.Reverse().SelectMany(row => row.Select(Colour))];
        Add(
            $"""<image x="{N(x2)}" y="{N(y2)}" width="{N(x3 - x2)}" height="{N(y3 - y2)}" preserveAspectRatio="none" style="image-rendering:pixelated" href="{PixelImage.Address(across.Length, cells.Length, pixels)}"/>"""
        );
        if (map.ShowScale != true)
            return;
        const int Steps = 48;
        for (var i = 0; i < Steps; i++)
            Add(
                $"""<rect x="{N(right + 14)}" y="{N(bottom - (i + 1.0) / Steps * (bottom - top))}" width="12" height="{N((bottom - top) / Steps + .6)}" fill="{ramp.At((i + .5) / Steps)}"/>"""
            );
        foreach (var (at, text) in new SvgAxis([], (low, high), [], false, false, false, bottom, top).Ticks())
            Add(
                $"""<text x="{N(right + 31)}" y="{N(at + 4)}" font-size="11" fill="{Text(map.ColorBar?.TickFont?.Color, "#4a5763")}">{E(text)}</text>"""
            );
    }

    void Line(Shape shape)
    {
        double X(object? v) => shape.XRef == "paper" ? left + Number(v) * (right - left) : x.At(v);
        double Y(object? v) => shape.YRef == "paper" ? bottom - Number(v) * (bottom - top) : y.At(v);
        var dash = shape.Line?.Dash switch
        {
            "dash" => " stroke-dasharray=\"6 4\"",
            "dot" => " stroke-dasharray=\"1.5 3\"",
            _ => "",
        };
        Add(
            $"""<path d="M{N(X(shape.X0))} {N(Y(shape.Y0))}L{N(X(shape.X1))} {N(Y(shape.Y1))}" stroke="{Text(shape.Line?.Color, "#4a5763")}" stroke-width="{N((double)(shape.Line?.Width ?? 1))}"{dash} fill="none"/>"""
        );
    }

    void Marks(Scatter trace, string clip)
    {
        var (xs, ys) = (trace.X, trace.Y);
        if (xs is null || ys is null || xs.Count == 0)
            return;
        if (trace.Mode?.HasFlag(ModeFlag.Lines) == true)
        {
            var path = string.Join(
                'L',
                Enumerable
                    .Range(0, xs.Count)
                    .Select(i => (x.At(xs[i]), y.At(ys[i])))
                    .Where(p => double.IsFinite(p.Item1) && double.IsFinite(p.Item2))
                    .Select(p => $"{N(p.Item1)} {N(p.Item2)}")
            );
            if (path.Length > 0)
                Add(
                    $"""<path clip-path="url(#{clip})" d="M{path}" fill="none" stroke-linejoin="round" stroke="{Text(trace.Line?.Color, "#4a5763")}" stroke-width="{N((double)(trace.Line?.Width ?? 2))}"/>"""
                );
        }
        if (trace.Mode?.HasFlag(ModeFlag.Markers) != true)
            return;
        var marker = trace.Marker;
        var ramp = marker?.ColorArray is null ? null : new ColorRamp(marker.ColorScale);
        var outline = marker?.Line is { Width: > 0 } edge
            ? $" stroke=\"{Text(edge.Color, "#ffffff")}\" stroke-width=\"{N((double)edge.Width!)}\" vector-effect=\"non-scaling-stroke\""
            : "";
        var opacity = marker?.Opacity is { } o and < 1 ? $" fill-opacity=\"{N((double)o)}\"" : "";
        for (var i = 0; i < xs.Count; i++)
        {
            var (cx, cy) = (x.At(xs[i]), y.At(ys[i]));
            if (!double.IsFinite(cx) || !double.IsFinite(cy) || cx < left - 1 || cx > right + 1)
                continue;
            if (trace.ErrorX is { Array: { } more, ArrayMinus: { } less })
            {
                var (from, to) = (x.At(Number(xs[i]) - Number(less[i])), x.At(Number(xs[i]) + Number(more[i])));
                Add(
                    $"""<path d="M{N(from)} {N(cy)}H{N(to)}M{N(from)} {N(cy - 4)}v8M{N(to)} {N(cy - 4)}v8" stroke="{Text(trace.ErrorX.Color, "#4a5763")}" stroke-width="{N((double)(trace.ErrorX.Thickness ?? 1.5m))}"/>"""
                );
            }
            var size = (double)(marker?.SizeArray?[i] ?? marker?.Size ?? 6);
            var fill = ramp is null
                ? Text(marker?.Color, "#4a5763")
                : ramp.At((Number(marker!.ColorArray[i]) - (double)marker.CMin!) / Math.Max(1e-300, (double)(marker.CMax - marker.CMin)!));
            Add(
                $"""<path transform="translate({N(cx)} {N(cy)}) scale({N(size / 10)})" d="{Charts.Marks.Outline(marker?.Symbol)}" fill="{fill}"{opacity}{outline}/>"""
            );
        }
    }

    void Note(Annotation note)
    {
        var at = (
            X: note.XRef as string == "paper" ? left + Number(note.X) * (right - left) : x.At(note.X),
            Y: note.YRef as string == "paper" ? bottom - Number(note.Y) * (bottom - top) : y.At(note.Y)
        );
        var anchor = note.XAnchor switch
        {
            Plotly.Blazor.LayoutLib.AnnotationLib.XAnchorEnum.Left => "start",
            Plotly.Blazor.LayoutLib.AnnotationLib.XAnchorEnum.Right => "end",
            _ => "middle",
        };
        var size = (double)(note.Font?.Size ?? 12);
        var text = WebUtility.HtmlDecode(note.Text);
        var bold = text.StartsWith("<b>", StringComparison.Ordinal) ? " font-weight=\"700\"" : "";
        text = text.Replace("<b>", "", StringComparison.Ordinal).Replace("</b>", "", StringComparison.Ordinal);
        var shift = note.YAnchor switch
        {
            Plotly.Blazor.LayoutLib.AnnotationLib.YAnchorEnum.Bottom => -.25,
            Plotly.Blazor.LayoutLib.AnnotationLib.YAnchorEnum.Top => .95,
            _ => .35,
        };
        Add(
            $"""<text x="{N(at.X)}" y="{N(at.Y + shift * size)}" text-anchor="{anchor}" font-size="{N(size)}"{bold} fill="{Text(note.Font?.Color, "#17212b")}">{E(text)}</text>"""
        );
    }

    void Keys()
    {
        var at = left;
        foreach (var trace in Legend())
        {
            var color = Text(trace.Mode?.HasFlag(ModeFlag.Markers) == true ? trace.Marker?.Color : trace.Line?.Color, "#4a5763");
            Add(
                trace.Mode?.HasFlag(ModeFlag.Markers) == true
                    ? $"""<path transform="translate({N(at + 6)} 16)" d="{Charts.Marks.Outline(trace.Marker?.Symbol)}" fill="{color}" stroke="#2b3640" stroke-width=".7"/>"""
                    : $"""<path d="M{N(at)} 16h13" stroke="{color}" stroke-width="{N((double)(trace.Line?.Width ?? 2))}"/>"""
            );
            var name = WebUtility.HtmlDecode(trace.Name);
            Add($"""<text x="{N(at + 18)}" y="20" fill="{Text(picture.Layout.Font?.Color, "#17212b")}">{E(name)}</text>""");
            at += 36 + Measure(name, 12);
        }
    }

    Scatter[] Legend()
    {
        if (picture.Layout.ShowLegend == false)
            return [];
        Scatter[] named =
        [
            .. picture.Traces.OfType<Scatter>().Where(t => t.ShowLegend != false && t.X is { Count: > 0 } && !string.IsNullOrEmpty(t.Name)),
        ];
        return named.Length > 1 ? named : [];
    }

    IEnumerable<double> Values(Func<Scatter, IList<object>?> of, bool withErrors)
    {
        foreach (var trace in picture.Traces.OfType<Scatter>())
        {
            var values = of(trace);
            for (var i = 0; i < (values?.Count ?? 0); i++)
            {
                var value = Number(values![i]);
                yield return value;
                if (!withErrors || trace.ErrorX is not { Array: { } more, ArrayMinus: { } less })
                    continue;
                yield return value + Number(more[i]);
                yield return value - Number(less[i]);
            }
        }
    }

    string[] Categories(bool are, IList<object>? given, Func<Plotly.Blazor.ITrace, IList<object>?> of) =>
        !are ? [] : [.. (given ?? [.. picture.Traces.SelectMany(t => of(t) ?? [])]).Select(c => (string)c).Distinct()];

    static (double, double)? Range(IList<object>? range) => range is [var low, var high] ? (Number(low), Number(high)) : null;

    static double Half(double[] at) => at.Length > 1 ? (at[1] - at[0]) / 2 : .5;

    static double Number(object? value) => value is IConvertible c and not string ? c.ToDouble(CultureInfo.InvariantCulture) : double.NaN;

    static string? Title(string? title) => string.IsNullOrEmpty(title) ? null : WebUtility.HtmlDecode(title);

    static string Text(object? colour, string otherwise) => colour as string ?? otherwise;

    /// <summary>About how wide a text is: there is no font to ask.</summary>
    public static double Measure(string text, double size) =>
        size
        * text.Sum(c =>
            c is 'i' or 'l' or 'j' or 't' or 'f' or 'I' or '.' or ',' or ' ' ? .3
            : char.IsUpper(c) || c is 'm' or 'w' ? .72
            : .55
        );

    static string E(string text) => WebUtility.HtmlEncode(text);

    static string N(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);

    void Add(string part) => svg.Append(part);
}
