using System.Xml.Linq;
using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Runs.Events;
using LiftLab.Web.Charts;

namespace LiftLab.Tests.Web;

public sealed class SvgPainterTests
{
    static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    static readonly BoundaryRows Rows = new("kind", ["a", "b<i> & co"], [1, 2, 3], [10, 20, 10], [0, 1, 1]);

    static XElement Draw(Picture picture) => XElement.Parse(SvgPainter.Draw(picture, 400, 300));

    static string[] Texts(XElement svg) => [.. svg.Descendants(Svg + "text").Select(t => t.Value)];

    [Fact]
    public void Scores_have_a_mark_and_an_interval_each_and_names_stay_what_they_are()
    {
        var svg = Draw(
            ScoreChart.Draw(
                [MadeUp.Result("lift", "LIFT", .9, .8, .95), MadeUp.Result("x", "trees & <b>more</b>", .5, .4, .6)],
                Metrics.Accuracy,
                ChartTheme.Light
            )
        );
        Assert.Contains("trees & <b>more</b>", Texts(svg));
        Assert.Contains("Accuracy (%)", Texts(svg));
        Assert.Equal(2, svg.Descendants(Svg + "path").Count(p => p.Attribute("d")!.Value.Contains("v8", StringComparison.Ordinal)));
        Assert.Equal(2, svg.Descendants(Svg + "path").Count(p => p.Attribute("transform") is not null));
    }

    [Fact]
    public void A_boundary_is_one_image_inside_the_document_with_the_rows_on_top()
    {
        var svg = Draw(BoundaryChart.Draw(MadeUp.Grid, Rows, ChartTheme.Light));
        var image = Assert.Single(svg.Descendants(Svg + "image"));
        var png = Convert.FromBase64String(image.Attribute("href")!.Value["data:image/png;base64,".Length..]);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
        Assert.Equal((3, 2), (png[19], png[23])); // width and height
        Assert.Contains("b<i> & co", Texts(svg));
        Assert.True(svg.Descendants(Svg + "path").Count(p => p.Attribute("transform") is not null) >= 3);
    }

    [Fact]
    public void A_confusion_matrix_writes_its_counts_into_its_cells()
    {
        var svg = Draw(ConfusionChart.Draw(["x", "y"], [0, 0, 1, 1], [0, -1, 1, 0], ChartTheme.Light));
        Assert.Equal(
            ["unreadable", "x", "x", "y", "y"],
            Texts(svg).Where(t => t is "x" or "y" or "unreadable").Order(StringComparer.Ordinal)
        );
        Assert.Equal(4, Texts(svg).Count(t => t == "1"));
        Assert.Equal(2 + 1 + 6, svg.Descendants(Svg + "rect").Count()); // paper and plane, the clip, the cells
    }

    [Fact]
    public void Axes_have_round_ticks_between_the_values()
    {
        var svg = Draw(TruthChart.Draw("price", [0, 50, 100], [10, 60, double.NaN], ChartTheme.Light));
        Assert.Contains("40", Texts(svg));
        Assert.Contains("predicted price", Texts(svg));
        Assert.Equal(2, svg.Descendants(Svg + "path").Count(p => p.Attribute("transform") is not null)); // the unreadable one is left out
    }

    [Fact]
    public void The_critical_difference_plot_has_the_best_to_the_right_and_a_bar_for_each_group()
    {
        double[][] scores = [.. Enumerable.Range(0, 12).Select(d => (double[])[.9, .8 + (d % 3 == 0 ? .15 : 0), .5, .2])];
        var friedman = Friedman.Of([.. scores.Select(s => (IReadOnlyList<double>)s)], higherIsBetter: true);
        var picture = CriticalDifferenceChart.Draw(friedman, ["best", "second", "third", "last"], "second", ChartTheme.Light);
        var svg = XElement.Parse(SvgPainter.Draw(picture, 800, CriticalDifferenceChart.Height(friedman)));
        double At(string text) =>
            double.Parse(
                svg.Descendants(Svg + "text").Single(t => t.Value.StartsWith(text, StringComparison.Ordinal)).Attribute("x")!.Value,
                System.Globalization.CultureInfo.InvariantCulture
            );
        Assert.True(At("best") > At("last"));
        Assert.Equal(
            "700",
            svg.Descendants(Svg + "text")
                .Single(t => t.Value.StartsWith("second", StringComparison.Ordinal))
                .Attribute("font-weight")
                ?.Value
        );
        Assert.Equal(friedman.Groups.Count, svg.Descendants(Svg + "path").Count(p => p.Attribute("stroke-width")?.Value == "5"));
        Assert.Contains(Texts(svg), t => t.StartsWith("critical difference 1.35", StringComparison.Ordinal)); // q 2.569 · √(4 · 5 / 72)
        Assert.Equal("best", picture.Behind.Row(0)[0]);
    }

    [Fact]
    public void Reliability_and_loss_are_drawn_too()
    {
        var bins = Draw(ReliabilityChart.Draw([new(.8, .9, 5, .85, .6), new(.9, 1, 20, .95, 1)], .1, ChartTheme.Light));
        Assert.Contains("100 %", Texts(bins));
        var story = new RunStory("lift");
        story.Apply(MadeUp.Steps(30));
        Assert.Contains("loss (nats per token)", Texts(Draw(LossChart.Draw(story.Losses, ChartTheme.Light, logarithmic: false))));
    }
}
