using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using LiftLab.Engine.Figures;
using LiftLab.Engine.Figures.Charts;
using LiftLab.Tests.Engine.Figures;
using LiftLab.Web.Charts;
using LiftLab.Web.Charts.Svg;

namespace LiftLab.Tests.Web.Charts;

public sealed partial class SvgPainterTests
{
    static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    static XElement Whole(Figure figure) => XElement.Parse(SvgPainter.Paint(figure, SvgPage.Whole(figure)));

    static XElement Part(XElement svg, string name) => Assert.Single(svg.Elements(Svg + "g"), g => g.Attribute("class")?.Value == name);

    static string[] Texts(XElement svg) => [.. svg.Descendants(Svg + "text").Select(Said)];

    static string[] Legend(XElement svg) => Texts(Part(svg, "legend"));

    static int Marks(XElement part) => part.Descendants(Svg + "path").Count(p => p.Attribute("class")?.Value == "mark");

    static string Said(XElement text) => string.Concat(text.Nodes().OfType<XText>().Select(t => t.Value));

    static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_sparkline_goes_from_no_change_to_the_strongest_level_and_keeps_values_within_its_range(bool reversed)
    {
        double[] levels = reversed ? [100, 50, 10] : [0, 20, 40];
        var figure = new Figure(
            "",
            new("") { Reversed = reversed },
            new("") { Low = 0, High = 1 },
            [new Series.Band("", Hue.Text, levels, [.8, .4, -3], [1, .9, .5]), new Series.Line("", Hue.Text, levels, [.9, .6, -2])],
            DataTable.Empty
        )
        {
            Segments = [new(levels.Min(), .3, levels.Max(), .3, Hue.Other) { Dash = Dash.Dotted }],
        };
        var svg = XElement.Parse(SvgPainter.Sparkline(figure, 100, 40));
        string[] paths = [.. svg.Descendants("path").Select(p => p.Attribute("d")!.Value)];
        Assert.Equal(4, paths.Length); // reference line, band, line, last point
        double[] numbers = [.. Regex.Matches(paths[2], @"[\d.]+").Select(m => double.Parse(m.Value, CultureInfo.InvariantCulture))];
        Assert.True(numbers[0] < numbers[2] && numbers[2] < numbers[4], paths[2]);
        Assert.True(numbers[1] < numbers[3] && numbers[3] < numbers[5], paths[2]);
        Assert.Equal(36, numbers[5]); // below the range: at its edge
        Assert.DoesNotContain('-', string.Concat(paths));
        // A single point is a dot, and nothing is drawn of nothing.
        var one = figure with
        {
            Series = [new Series.Line("", Hue.Text, [0], [.5])],
            Segments = [],
        };
        Assert.Single(XElement.Parse(SvgPainter.Sparkline(one, 100, 40)).Descendants("path"));
        Assert.Empty(XElement.Parse(SvgPainter.Sparkline(one with { Series = [] }, 100, 40)).Descendants("path"));
    }

    [Fact]
    public void A_whole_figure_has_title_axes_caption_and_cuts_no_text()
    {
        foreach (var figure in SomeFigures.All)
        foreach (var page in (SvgPage[])[SvgPage.Whole(figure), SvgPage.Whole(figure) with { Width = 340 }])
        {
            var svg = XElement.Parse(SvgPainter.Paint(figure, page));
            var said = string.Join(' ', Texts(svg));
            Assert.Contains(figure.Title.Split(' ')[0], said, StringComparison.Ordinal);
            Assert.Equal(figure.Caption, string.Join(' ', Texts(Part(svg, "caption"))));
            double[] box = [.. svg.Attribute("viewBox")!.Value.Split(' ').Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
            foreach (var text in svg.Descendants(Svg + "text"))
            {
                var (left, top, right, bottom) = Extent(text);
                Assert.True(
                    left >= -1 && top >= -1 && right <= box[2] + 1 && bottom <= box[3] + 1,
                    $"{figure.Title}, {page.Width}: '{Said(text)}' reaches {left:0} {top:0} {right:0} {bottom:0} of {box[2]:0} {box[3]:0}"
                );
            }
        }
    }

    /// <summary>
    /// Where a text reaches when its letters are half as wide as high, which is more than sans-serif letters are on average.
    /// </summary>
    static (double Left, double Top, double Right, double Bottom) Extent(XElement text)
    {
        var size = Number(text, "font-size");
        var width = .5 * size * Said(text).Length;
        var start = text.Attribute("text-anchor")!.Value switch
        {
            "middle" => -width / 2,
            "end" => -width,
            _ => 0,
        };
        (double X, double Y)[] corners =
        [
            (start, -.75 * size),
            (start + width, -.75 * size),
            (start, .2 * size),
            (start + width, .2 * size),
        ];
        double x,
            y,
            turn = 0;
        if (text.Attribute("transform") is { } transform)
        {
            var numbers = Numeric().Matches(transform.Value).Select(m => double.Parse(m.Value, CultureInfo.InvariantCulture)).ToArray();
            (x, y, turn) = (numbers[0], numbers[1], numbers[2] * Math.PI / 180);
        }
        else
            (x, y) = (Number(text, "x"), Number(text, "y"));
        var at = corners.Select(c =>
            (X: x + c.X * Math.Cos(turn) - c.Y * Math.Sin(turn), Y: y + c.X * Math.Sin(turn) + c.Y * Math.Cos(turn))
        );
        return (at.Min(c => c.X), at.Min(c => c.Y), at.Max(c => c.X), at.Max(c => c.Y));
    }

    [Fact]
    public void A_boundary_names_its_classes_and_the_unreadable_cells()
    {
        var legend = Legend(Whole(SomeFigures.Boundary));
        Assert.Equal(["unreadable", "a", "b<i> & co"], legend[..3]);
        var readable = MadeUp.Grid with { Values = [0, 0, 1, 0, 0, 1], Confidence = null };
        Assert.DoesNotContain("unreadable", Legend(Whole(SliceChart.Of(readable, new("kind", ["a", "b"], [1], [10], [0])))));
    }

    [Fact]
    public void The_loss_legend_has_every_curve_and_the_best_epoch() =>
        Assert.Equal(["training, each step", "training, smoothed", "validation", "best epoch"], Legend(Whole(SomeFigures.Loss())));

    /// <summary>A count is readable on its tile, whatever the share of its class.</summary>
    [Fact]
    public void The_text_of_a_tile_contrasts_with_its_colour()
    {
        var scale = new LiftLab.Engine.Figures.ValueScale("share", 0, 1, IsShare: true);
        foreach (var theme in (ChartTheme[])[ChartTheme.Light, ChartTheme.Dark])
        foreach (var share in Enumerable.Range(0, 101).Select(i => i / 100.0))
        {
            var tile = FigurePalette.At(FigurePalette.Ramp(scale, theme), share);
            var contrast = TileText.Contrast(TileText.Colour(share, scale, theme), tile);
            Assert.True(contrast > 3.8, $"{share} {contrast} {theme.IsDark}");
        }
    }

    [Fact]
    public void The_eighth_class_is_not_grey()
    {
        foreach (var theme in (ChartTheme[])[ChartTheme.Light, ChartTheme.Dark])
        {
            var (guess, certain) = FigurePalette.Depths(7, theme);
            var grey = FigurePalette.Unreadable(theme);
            Assert.All(
                Enumerable.Range(0, 11).Select(i => FigurePalette.Mix(guess, certain, i / 10.0)),
                colour => Assert.True(Distance(colour, grey) > 30, $"{colour} and {grey}")
            );
        }

        static double Distance(string a, string b) =>
            Math.Sqrt(
                Enumerable
                    .Range(0, 3)
                    .Sum(i => Math.Pow(Convert.ToInt32(a.Substring(1 + 2 * i, 2), 16) - Convert.ToInt32(b.Substring(1 + 2 * i, 2), 16), 2))
            );
    }

    [Fact]
    public void A_legend_wider_than_the_page_takes_more_rows()
    {
        var figure = SomeFigures.Loss();
        var narrow = XElement.Parse(SvgPainter.Paint(figure, SvgPage.Whole(figure) with { Width = 250 }));
        var rows = Part(narrow, "legend").Elements(Svg + "text").Select(t => Number(t, "y")).Distinct().Count();
        Assert.True(rows >= 3, $"{rows} rows");
    }

    [Fact]
    public void Axes_carry_their_units()
    {
        Assert.Contains("length (cm)", Texts(Whole(SomeFigures.Boundary)));
        Assert.Contains("loss (nats per token)", Texts(Whole(SomeFigures.Loss())));
        Assert.Contains("price of the house (USD)", Texts(Whole(SomeFigures.NumberBoundary)));
    }

    [Fact]
    public void Scores_have_a_mark_and_an_interval_each_and_names_stay_what_they_are()
    {
        var svg = Whole(SomeFigures.Scores);
        Assert.Contains("trees & <b>more</b>", Texts(svg));
        Assert.Contains("Accuracy (%)", Texts(svg));
        var drawing = Part(svg, "drawing");
        Assert.Equal(2, drawing.Descendants(Svg + "path").Count(p => p.Attribute("class")?.Value == "interval"));
        Assert.Equal(3, Marks(drawing));
        Assert.Equal(["LIFT", "other learners", "value of LIFT"], Legend(svg));
    }

    [Fact]
    public void A_boundary_is_one_image_inside_the_document_with_the_rows_on_top()
    {
        var svg = Whole(SomeFigures.Boundary);
        var image = Assert.Single(svg.Descendants(Svg + "image"));
        var png = Convert.FromBase64String(image.Attribute("href")!.Value["data:image/png;base64,".Length..]);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
        Assert.Equal((3, 2), (png[19], png[23])); // width and height
        Assert.Equal(3, Marks(Part(svg, "drawing")));
    }

    [Fact]
    public void A_confusion_matrix_writes_its_counts_into_its_cells()
    {
        var svg = Whole(
            ConfusionChart.Of(
                new(
                    ["x", "y"],
                    [
                        [1, 0],
                        [1, 1],
                    ],
                    [1, 0]
                )
            )
        );
        Assert.Equal(
            ["unreadable", "x", "x", "y", "y"],
            Texts(svg).Where(t => t is "x" or "y" or "unreadable").Order(StringComparer.Ordinal)
        );
        Assert.Equal(4, Texts(svg).Count(t => t == "1"));
        Assert.Equal(6, svg.Descendants(Svg + "rect").Count(r => r.Attribute("class")?.Value == "cell"));
    }

    [Fact]
    public void Axes_have_round_ticks_between_the_values()
    {
        var svg = Whole(TruthChart.Of("price", "", [0, 50, 100], [10, 60, null]));
        Assert.Contains("40", Texts(svg));
        Assert.Contains("predicted price", Texts(svg));
        Assert.Equal(2, Marks(Part(svg, "drawing"))); // the unreadable one is left out
    }

    [Fact]
    public void The_critical_difference_plot_has_the_best_to_the_right_and_a_bar_for_each_group()
    {
        var figure = SomeFigures.CriticalDifference;
        var svg = Whole(figure);
        XElement Of(string text) => svg.Descendants(Svg + "text").Single(t => Said(t).StartsWith(text + " ", StringComparison.Ordinal));
        Assert.True(Number(Of("best"), "x") > Number(Of("third"), "x"));
        Assert.Equal("700", Of("second").Attribute("font-weight")?.Value);
        Assert.Contains(svg.Descendants(Svg + "path"), p => p.Attribute("stroke-width")?.Value == "5");
        Assert.Contains(Texts(svg), t => t.StartsWith("critical difference 1.35", StringComparison.Ordinal)); // q 2.569 · √(4 · 5 / 72)
        Assert.Equal("best", figure.Table.Row(0)[0]);
    }

    [Fact]
    public void A_line_keeps_its_spike_and_breaks_at_a_gap()
    {
        double[] steps = [.. Enumerable.Range(0, 100_000).Select(i => (double)i)],
            values =

            [
                .. steps.Select(i =>
                    i == 54_321 ? 100
                    : i == 70_000 ? double.NaN
                    : 0
                ),
            ];
        var figure = CurveChart.Of("t", new("x"), new("y") { Low = 0, High = 100 }, steps, values, Hue.Subject, caption: "c");
        var drawing = Part(Whole(figure), "drawing");
        var path = drawing.Descendants(Svg + "path").Single(p => p.Attribute("stroke-linejoin") is not null).Attribute("d")!.Value;
        Assert.True(path.Count(c => c == 'L') < 3000);
        var plane = drawing.Parent!.Descendants(Svg + "clipPath").Single().Elements().Single();
        Assert.Contains($" {(Number(plane, "y") + 1).ToString(CultureInfo.InvariantCulture)}", path, StringComparison.Ordinal);
    }

    [Fact]
    public void A_figure_that_waits_says_for_what()
    {
        var svg = Whole(LossChart.Of(new(), logarithmic: true));
        Assert.Contains("no step yet", Texts(svg));
    }

    [GeneratedRegex("-?[0-9.]+")]
    private static partial Regex Numeric();
}
