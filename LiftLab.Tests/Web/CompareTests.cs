using Bunit;
using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Runs.Comparing;
using LiftLab.Web.Pages.Compare;
using static LiftLab.Tests.Engine.Runs.Comparing.ComparedRuns;

namespace LiftLab.Tests.Web;

public sealed class CompareTests : PageTest
{
    [Fact]
    public void The_table_has_the_best_in_bold_the_spread_and_the_mean_rank()
    {
        var compared = RunComparison.Of(
            [Run("a", "iris", "k1", .9, .8), Run("b", "iris", "k1", .94, .8, split: 1), Run("c", "wine", "k2", .7, .75)],
            [],
            null
        );
        var study = compared.Study(compared.Headline);
        var verdict = StudyVerdict.Of(study, 0);
        var table = Page.Render<StudyTable>(p =>
            p.Add(x => x.Study, study).Add(x => x.Friedman, verdict.Friedman).Add(x => x.Ranked, verdict.Ranked).Add(x => x.Subject, 0)
        );
        var lift = table.FindAll("tbody tr").Single(r => r.QuerySelector("th")!.TextContent == "LIFT");
        Assert.Contains("92.0", lift.QuerySelector("td.best")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("± 2.8", lift.TextContent, StringComparison.Ordinal);
        Assert.EndsWith("1.50", lift.TextContent.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_runs_on_two_splits_show_that_nothing_can_be_tested()
    {
        var compared = RunComparison.Of([Run("a", "iris", "k1", .9, .8), Run("b", "iris", "k1", .9, .8, split: 1)], [], null);
        var study = compared.Study(compared.Headline);
        var verdict = StudyVerdict.Of(study, 0);
        var table = Page.Render<OverSplitsTable>(p => p.Add(x => x.Study, study).Add(x => x.Rows, verdict.OverSplits));
        Assert.Equal(
            ["2", "+10.0 points", "–", "–", "–", "cannot be tested: 2 splits are too few; 3 are needed"],
            table.FindAll("tbody td").Select(d => d.TextContent.Trim())
        );
    }
}
