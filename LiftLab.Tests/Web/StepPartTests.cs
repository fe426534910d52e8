using Bunit;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Steps;
using LiftLab.Engine.Tables.Steps.Kinds;
using LiftLab.Tests.Engine.Tables;
using LiftLab.Web.Pages.Data.Steps;
using LiftLab.Web.Storage.Tables;

namespace LiftLab.Tests.Web;

/// <summary>The parts of the dataset page that show and make steps.</summary>
public sealed class StepPartTests : PageTest
{
    static readonly Table People = SomeTable.Of(
        ("name", ["Ann", "Bob", "Ann", "Cid"]),
        ("age", ["30", "", "30", "41"]),
        ("town", ["Rome", " rome", "Rome", "Oslo"])
    );

    IRenderedComponent<StepDiff> Diff(TableStep step, string? target = null)
    {
        var preview = StepPreview.Of(People, step);
        return Page.Render<StepDiff>(p => p.Add(x => x.Diff, preview.Diff).Add(x => x.Notes, preview.Notes).Add(x => x.Target, target));
    }

    [Fact]
    public void Counts_come_first_then_the_cells_that_change()
    {
        var diff = Diff(new FillMissing("age", FillWith.Median));
        Assert.Equal("1 cell changes (all were missing).", diff.Find(".counts").TextContent);
        Assert.Equal("missing", diff.Find("td del").TextContent);
        Assert.Equal("30", diff.Find("td ins").TextContent);
        Assert.Contains("test rows", diff.Markup, StringComparison.Ordinal);
        diff.WaitForAssertion(() => Assert.Single(diff.FindAll("tbody td del")));
    }

    [Fact]
    public void Rows_and_columns_that_go_are_marked_in_words_too()
    {
        var diff = Diff(new DropDuplicateRows());
        Assert.Equal("1 row goes.", diff.Find(".counts").TextContent);
        Assert.Contains("3 goes", diff.Find("tr.gone td").TextContent, StringComparison.Ordinal);
        diff = Diff(new DropColumns(["town"]));
        Assert.Equal("town", diff.Find("th del").TextContent);
        diff = Diff(new RenameColumn("age", "years"));
        Assert.Equal("years", diff.Find("th ins").TextContent);
    }

    [Fact]
    public void Blanks_that_go_are_seen_and_a_change_of_the_target_is_pointed_out()
    {
        var diff = Diff(new TrimBlanks(), "town");
        Assert.Equal("␣rome", diff.Find("td del").TextContent);
        Assert.Contains("is the target", diff.Find(".hint").TextContent, StringComparison.Ordinal);
        Assert.Empty(Diff(new TrimBlanks(), "name").FindAll(".hint"));
        var left = StepPreview.Of(People, new LeaveOutRows("town", RowCondition.Is, ["Oslo"]));
        diff = Page.Render<StepDiff>(p => p.Add(x => x.Diff, left.Diff).Add(x => x.Step, left.Step).Add(x => x.Target, "town"));
        Assert.Contains("test part", diff.Find(".hint").TextContent, StringComparison.Ordinal);
        Assert.Equal("Nothing changes.", Diff(new MergeRare("town", 1)).Find(".counts").TextContent);
    }

    [Fact]
    public void Steps_are_switched_undone_and_changed_for_another_branch()
    {
        var tree = StepTree
            .Empty.Add([new TrimBlanks(), new DropColumns(["lost"])])
            .Undo()
            .Add(new FillMissing("age", FillWith.Mean))
            .Undo();
        var asked = new List<StepTree>();
        var list = Page.Render<StepList>(p =>
            p.Add(x => x.Tree, tree).Add(x => x.Results, tree.On(People).Outcomes).Add(x => x.Change, f => asked.Add(f(tree)))
        );
        Assert.Equal(2, list.FindAll("ol li").Count);
        Assert.Contains("1 cell changes", list.Find("li.done").TextContent, StringComparison.Ordinal);
        Assert.Contains("Undone.", list.Find("li.undone").TextContent, StringComparison.Ordinal);
        list.Find("li.done input").Change(false);
        Assert.Equal([1], asked[^1].Off);
        list.Find("li.undone button").Click();
        Assert.Equal(3, asked[^1].Head);
        Assert.Contains("One other branch", list.Markup, StringComparison.Ordinal);
        list.Find(".fold button").Click();
        list.Find(".fold li button").Click();
        Assert.Equal(2, asked[^1].Head);
    }

    [Fact]
    public void A_step_that_does_not_apply_offers_to_continue_without_it()
    {
        var left = new List<int>();
        var results = Page.Render<StepResults>(p =>
            p.Add(x => x.Outcomes, SteppedTable.Of(People, [new TrimBlanks(), new DropColumns(["lost"])]).Outcomes)
                .Add(x => x.LeftOut, left.Add)
        );
        Assert.Contains("Does not apply: there is no column 'lost'", results.Find("li.failed").TextContent, StringComparison.Ordinal);
        results.Find("button").Click();
        Assert.Equal([2], left);
    }

    [Fact]
    public void Every_kind_of_step_can_be_entered()
    {
        var asked = new List<TableStep>();
        var form = Page.Render<StepForm>(p => p.Add(x => x.Table, People).Add(x => x.Asked, asked.Add));
        for (var kind = 0; kind < StepDraft.Forms.Count; kind++)
        {
            form.Find("select").Change(kind.ToString(System.Globalization.CultureInfo.InvariantCulture));
            foreach (var input in form.FindAll("input.field").Select((_, i) => i).ToArray())
                form.FindAll("input.field")[input].Change("5");
            if (form.FindAll(".step-columns input") is { Count: > 0 } ticks)
                ticks[0].Change(true);
            form.Find(".mud-button-root").Click();
            Assert.Equal(kind + 1, asked.Count);
        }
        Assert.Equal(StepFile.Kinds.Order(), asked.Select(s => StepFile.Text(s).Split('"')[3]).Distinct().Order());
        Assert.Equal("name", ((DropColumns)asked.Single(s => s is DropColumns)).Columns[0]);
    }

    [Fact]
    public void A_field_that_is_not_filled_in_is_named()
    {
        var form = Page.Render<StepForm>(p => p.Add(x => x.Table, People));
        form.Find("select").Change("4");
        form.Find(".mud-button-root").Click();
        Assert.Equal("Enter the value.", form.Find("[role=alert]").TextContent);
        form.Find("select").Change("11");
        form.FindAll("input.field")[0].Change("many");
        form.Find(".mud-button-root").Click();
        Assert.Contains("as a number", form.Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }
}
