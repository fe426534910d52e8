using System.Text.Json;
using Bunit;
using LiftLab.Engine.Figures.Charts;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Slices;
using LiftLab.Engine.Runs;
using LiftLab.Tests.Engine.Figures;
using LiftLab.Tests.Engine.Learning;
using LiftLab.Web.Charts;
using LiftLab.Web.Pages.Run.Results;
using LiftLab.Web.Pages.Start;
using LiftLab.Web.Parts.Panels;

namespace LiftLab.Tests.Web;

/// <summary>The panels with decision boundaries, response surfaces and response curves.</summary>
public sealed class SlicePanelTests : PageTest
{
    static BoundaryGrid Curve(string? y = null)
    {
        var points = new BoundarySurface(CurveTask.Six, "x", y, 5);
        return points.Grid(CurveTask.Answers(points));
    }

    [Fact]
    public void A_curve_is_called_so_and_is_downloaded_in_four_formats()
    {
        BoundaryDrawn[] drawn = [new(10, 1, Curve()), new(20, 2, Curve())];
        var panel = Page.Render<BoundaryPanel>(p =>
            p.Add(x => x.Boundaries, drawn).Add(x => x.Rows, BoundaryRows.Of(CurveTask.Six, Curve())).Add(x => x.Name, "response curve")
        );
        Assert.Equal("Response curve", panel.Find("h2").TextContent);
        Assert.Equal(["Table", "SVG", "PNG", "CSV", "JSON"], panel.FindAll(".tools button").Select(b => b.TextContent.Trim()));
        Assert.NotNull(panel.Find("button[aria-label='Save response-curve as CSV']"));
        Assert.Contains("outside the training rows", panel.Find("figcaption").TextContent, StringComparison.Ordinal);
        Assert.NotNull(panel.Find("input[type=range]"));
    }

    [Fact]
    public void A_run_that_draws_none_says_which()
    {
        var panel = Page.Render<BoundaryPanel>(p => p.Add(x => x.Rows, BoundaryRows.None).Add(x => x.Name, "response curve"));
        Assert.Contains("This run draws no response curve", panel.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Side_by_side_LIFT_stands_first_then_the_fastest_and_all_share_one_legend()
    {
        LearnerResult Result(string learner, double seconds) =>
            new(learner, learner, null, [new("rmse", 2, null, null, 10, 0)], seconds, 0, Curve("k"));
        var others = SlicePicture
            .InOrder([Result("slow", 3), Result("fast", 1)], r => r, "")
            .Select(r => new SlicePicture(r.Learner, r.Title, r.Boundary!, SlicePicture.ScoreOf(r)))
            .ToArray();
        var panel = Page.Render<SideBySidePanel>(p =>
            p.Add(x => x.Boundaries, [new(10, 1, Curve("k"))])
                .Add(x => x.Rows, BoundaryRows.Of(CurveTask.Six, Curve("k")))
                .Add(x => x.Others, others)
        );
        Assert.Equal("Response curves side by side", panel.Find("h2").TextContent);
        Assert.Equal(["LIFT", "fast", "slow"], panel.FindAll("h3").Select(h => h.TextContent));
        Assert.Equal("RMSE 2", panel.FindAll("figcaption > span:first-child")[1].TextContent);
        Assert.Equal(["k:", "a", "b", "outside the training rows"], panel.FindAll(".legend li").Select(l => l.TextContent.Trim()));
    }

    [Fact]
    public void Pictures_over_other_features_are_not_beside_it()
    {
        var panel = Page.Render<SideBySidePanel>(p =>
            p.Add(x => x.Boundaries, [new(10, 1, Curve())])
                .Add(x => x.Rows, BoundaryRows.Of(CurveTask.Six, Curve()))
                .Add(x => x.Others, [new("knn", "k-nearest neighbours", Curve("k"))])
        );
        Assert.Equal(["LIFT"], panel.FindAll("h3").Select(h => h.TextContent));
    }

    [Fact]
    public void Of_a_number_one_feature_is_enough_and_its_lines_or_a_second_can_be_chosen()
    {
        FeaturePair? chosen = null;
        var picker = Page.Render<FeaturePicker>(p =>
            p.Add(x => x.Schema, CurveTask.Six.Schema).Add(x => x.Pair, new("x")).Add(x => x.PairChanged, pair => chosen = pair)
        );
        Assert.Equal(
            ["none: response curve", "curve, one line for each k", "surface, up: n"],
            picker.FindAll("select")[1].Children.Select(o => o.TextContent)
        );
        picker.FindAll("select")[1].Change("k");
        Assert.Equal(new("x", "k"), chosen);
    }

    [Fact]
    public void New_run_offers_a_curve_for_one_numeric_feature_and_a_boundary_needs_two()
    {
        FeaturePair? chosen = null;
        var axes = Page.Render<BoundaryAxes>(p =>
            p.Add(x => x.Axes, ["x"])
                .Add(x => x.LineColumns, ["k"])
                .Add(x => x.Name, "response curve")
                .Add(x => x.PairChanged, pair => chosen = pair)
        );
        axes.Find("select").Change("x");
        Assert.Equal(new FeaturePair("x"), chosen);
        var classes = Page.Render<BoundaryAxes>(p => p.Add(x => x.Axes, ["x"]));
        Assert.Contains("It needs two numeric features", classes.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_figure_is_saved_as_its_table_and_as_data()
    {
        var lines = FigureFile.Csv(SomeFigures.CurvesByCategory).Split('\n');
        Assert.Equal("k,x (cm),predicted y (kg),standard deviation,training rows", lines[0]);
        Assert.Equal(26, lines.Length); // two lines of twelve points
        using var json = JsonDocument.Parse(FigureFile.Json(SomeFigures.Curve));
        Assert.Equal("Response curve of LIFT", json.RootElement.GetProperty("title").GetString());
        Assert.Equal("outside the training rows", json.RootElement.GetProperty("regions")[0].GetProperty("name").GetString());
        Assert.All(SomeFigures.All, f => Assert.NotEmpty(FigureFile.Csv(f)));
    }
}
