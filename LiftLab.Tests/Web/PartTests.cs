using Bunit;
using LiftLab.Engine.Figures.Charts;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Web.Pages.Data;
using LiftLab.Web.Pages.Start;
using LiftLab.Web.Parts;
using LiftLab.Web.Parts.Panels;
using LiftLab.Web.Parts.States;
using Severity = LiftLab.Engine.Tables.Severity;

namespace LiftLab.Tests.Web;

public sealed class PartTests : PageTest
{
    [Fact]
    public async Task The_loss_chart_sends_only_new_points_and_draws_anew_after_a_validation()
    {
        var story = new RunStory("lift");
        story.Apply(MadeUp.Steps(3));
        var panel = Page.Render<LossPanel>(p => p.Add(x => x.Story, story));
        panel.WaitForAssertion(() => Assert.Single(Plotly.Invocations["newPlot"]));
        panel.WaitForAssertion(() => Assert.NotEmpty(Plotly.Invocations["react"]), TimeSpan.FromSeconds(5));
        var drawn = Plotly.Invocations["react"].Count;

        var change = story.Apply([MadeUp.Event(4, MadeUp.Step(4))]);
        Assert.True(await panel.InvokeAsync(() => panel.Instance.AddAsync(change, default)));
        var call = Assert.Single(Plotly.Invocations["extendTraces"]);
        Assert.Equal([4], ((IEnumerable<IEnumerable<object>>)call.Arguments[1]!).First().Cast<double>());
        Assert.Equal(drawn, Plotly.Invocations["react"].Count);

        change = story.Apply([MadeUp.Event(5, new Validated(4, .4, .5, "accuracy", .9, true))]);
        Assert.True(await panel.InvokeAsync(() => panel.Instance.AddAsync(change, default)));
        Assert.Equal(drawn + 1, Plotly.Invocations["react"].Count);
    }

    [Theory]
    [InlineData(1, "The star marks the epoch whose weights are kept")]
    [InlineData(3, "3 models are trained, each from the beginning")]
    public void A_curve_that_begins_anew_says_why(int members, string says)
    {
        var story = new RunStory("lift");
        story.Apply(MadeUp.Steps(3));
        var panel = Page.Render<LossPanel>(p => p.Add(x => x.Story, story).Add(x => x.Members, members));
        Assert.Contains(says, panel.Find("figcaption").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_further_model_is_drawn_as_a_curve_of_its_own_and_extended_from_its_first_step()
    {
        var story = new RunStory("lift");
        story.Apply(MadeUp.Steps(3));
        var panel = Page.Render<LossPanel>(p => p.Add(x => x.Story, story).Add(x => x.Members, 3));
        panel.WaitForAssertion(() => Assert.NotEmpty(Plotly.Invocations["react"]), TimeSpan.FromSeconds(5));
        var drawn = Plotly.Invocations["react"].Count;
        var change = story.Apply([MadeUp.Event(4, MadeUp.Step(4) with { Epoch = .01 })]);
        Assert.True(await panel.InvokeAsync(() => panel.Instance.AddAsync(change, default)));
        Assert.Equal(drawn + 1, Plotly.Invocations["react"].Count);
        change = story.Apply([MadeUp.Event(5, MadeUp.Step(5) with { Epoch = .02 })]);
        Assert.True(await panel.InvokeAsync(() => panel.Instance.AddAsync(change, default)));
        var call = Assert.Single(Plotly.Invocations["extendTraces"]);
        Assert.Equal([2], ((IEnumerable<IEnumerable<object>>)call.Arguments[1]!).First().Cast<double>());
    }

    [Theory]
    [InlineData("virginica", "virginica", true, "virginica, correct")]
    [InlineData("versicolor", "virginica", true, "versicolor, should be virginica")]
    [InlineData(null, "virginica", false, "unreadable, should be virginica")]
    public void Sample_answers_name_classes(string? answered, string target, bool readable, string says)
    {
        var panel = Page.Render<AnswersPanel>(p => p.Add(x => x.Answers, new(10, [new("a prompt", "2", "2", readable, answered, target)])));
        Assert.Contains(says, panel.Find("ul.answers").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_browser_is_away_nothing_is_said_to_be_drawn()
    {
        var story = new RunStory("lift");
        story.Apply(MadeUp.Steps(3));
        var panel = Page.Render<LossPanel>(p => p.Add(x => x.Story, story));
        panel.WaitForAssertion(() => Assert.NotEmpty(Plotly.Invocations["react"]), TimeSpan.FromSeconds(5));
        Plotly.SetupVoid("extendTraces", _ => true).SetException(new Microsoft.JSInterop.JSDisconnectedException("the browser is away"));
        Assert.False(await panel.InvokeAsync(() => panel.Instance.AddAsync(story.Apply([MadeUp.Event(4, MadeUp.Step(4))]), default)));
        var drawn = Plotly.Invocations["react"].Count;
        Assert.True(await panel.InvokeAsync(() => panel.Instance.RedrawAsync(default)));
        Assert.True(Plotly.Invocations["react"].Count > drawn);
    }

    [Fact]
    public void A_chart_shows_the_table_behind_it()
    {
        var story = new RunStory("lift");
        story.Apply(MadeUp.Steps(3));
        var panel = Page.Render<LossPanel>(p => p.Add(x => x.Story, story));
        panel.FindAll(".tools button")[0].Click();
        panel.WaitForAssertion(() =>
            Assert.Equal(["step", "training loss", "smoothed", "validation loss"], panel.FindAll(".behind th").Select(h => h.TextContent))
        );
        panel.WaitForAssertion(() => Assert.Equal("1", panel.Find(".behind tbody td").TextContent));
    }

    [Fact]
    public void The_boundary_follows_training_until_the_slider_is_moved_back()
    {
        BoundaryDrawn[] drawn = [new(10, 1, MadeUp.Grid), new(20, 2, MadeUp.Grid), new(30, 3, MadeUp.Grid)];
        var rows = new BoundaryRows("kind", ["a", "b"], [1], [10], [0]);
        var panel = Page.Render<BoundaryPanel>(p => p.Add(x => x.Boundaries, drawn[..2]).Add(x => x.Rows, rows).Add(x => x.Expected, true));
        Assert.Contains("step 20", panel.Find(".note").TextContent);
        panel.Find("input[type=range]").Input("0");
        Assert.Contains("step 10", panel.Find(".note").TextContent);
        panel.Render(p => p.Add(x => x.Boundaries, drawn));
        Assert.Contains("step 10", panel.Find(".note").TextContent);
        panel.Find("input[type=range]").Input("2");
        Assert.Contains("step 30", panel.Find(".note").TextContent);
    }

    [Fact]
    public void Scores_put_LIFT_first_then_the_best_baseline_and_those_still_to_come_last()
    {
        var table = Page.Render<ScoreTable>(p =>
            p.Add(
                    x => x.Results,
                    [
                        MadeUp.Result("majority", "Majority class", .3),
                        MadeUp.Result("knn", "k-nearest neighbours", .95),
                        MadeUp.Result("lift", "LIFT", .9, .8, .97),
                    ]
                )
                .Add(x => x.Metrics, [Metrics.Accuracy])
                .Add(x => x.Waiting, ["Decision tree"])
        );
        Assert.Equal(
            ["LIFT", "k-nearest neighbours", "Majority class", "Decision tree"],
            table.FindAll("tbody th").Select(h => h.TextContent)
        );
        Assert.Contains("95.0", table.Find("td.best").TextContent);
        Assert.Contains("80.0–97.0", table.FindAll("tbody tr")[0].TextContent);
    }

    [Fact]
    public void A_failed_learner_says_why_and_holds_nothing_up()
    {
        var failed = new LearnerResult("svm", "Support vectors", null, [], 0, 0, Failure: "the classes are one");
        var table = Page.Render<ScoreTable>(p =>
            p.Add(x => x.Results, [failed, MadeUp.Result("lift", "LIFT", .9)]).Add(x => x.Metrics, [Metrics.Accuracy])
        );
        Assert.Contains("the classes are one", table.Find("td.failed").TextContent);
    }

    [Fact]
    public void Problems_list_errors_first_with_place_and_advice()
    {
        var list = Page.Render<ProblemList>(p =>
            p.Add(
                x => x.Problems,
                [
                    new(Severity.Warning, "constant-column", "every cell is '1'", "Ignore it.", Column: "a"),
                    new(Severity.Error, "unclosed-quote", "a quote is not closed", "Close it.", 7, "b"),
                ]
            )
        );
        var items = list.FindAll("li");
        Assert.Contains("error", items[0].ClassName);
        Assert.Contains("Row 7, b: A quote is not closed.", items[0].TextContent.Replace("\n", "", StringComparison.Ordinal));
        Assert.Contains("Close it.", items[0].TextContent);
        Assert.Contains("constant-column", items[1].TextContent);
    }

    [Fact]
    public void A_recipe_shows_its_differences_from_the_preset_and_takes_them_back()
    {
        FineTune? changed = null;
        var editor = Page.Render<RecipeEditor>(p =>
            p.Add(x => x.Recipe, FineTunePresets.ForLiftMini with { BatchSize = 8 }).Add(x => x.RecipeChanged, r => changed = r)
        );
        Assert.Contains("1 different from the preset", editor.Markup);
        editor.Find("button[aria-label='Reset Batch']").Click();
        Assert.Equal(FineTunePresets.ForLiftMini, changed);
    }

    [Fact]
    public void A_value_that_is_none_is_refused_in_words()
    {
        FineTune? changed = null;
        var editor = Page.Render<RecipeEditor>(p =>
            p.Add(x => x.Recipe, FineTunePresets.ForLiftMini).Add(x => x.RecipeChanged, r => changed = r)
        );
        editor.FindAll("input.field")[0].Change("many");
        Assert.Equal("“many” is not possible. Allowed: a whole number, 1 to 10000.", editor.Find("[role=alert]").TextContent);
        editor.FindAll("input.field")[0].Change("0");
        Assert.Contains("“0” is not possible", editor.Find("[role=alert]").TextContent);
        Assert.Equal("true", editor.FindAll("input.field")[0].GetAttribute("aria-invalid"));
        Assert.Null(changed);
    }

    [Fact]
    public void Every_recipe_field_reads_what_it_writes()
    {
        foreach (var recipe in Enum.GetValues<TaskKind>().SelectMany(FineTunePresets.For))
        foreach (var field in RecipeField.Of(recipe))
            Assert.Equal(recipe, field.Write(recipe, field.Read(recipe)));
    }

    [Fact]
    public void Changing_a_kind_changes_that_column_alone()
    {
        var table = new Table("t", [new("a", ["1", "2", "3"]), new("b", ["x", "y", "x"])]);
        var schema = SchemaGuess.Guess(table);
        Schema? changed = null;
        var editor = Page.Render<SchemaEditor>(p =>
            p.Add(x => x.Schema, schema)
                .Add(x => x.Profile, TableProfile.Of(table, schema))
                .Add(x => x.Rows, 3)
                .Add(x => x.Changed, change => changed = change(schema))
        );
        editor.WaitForElement("select[aria-label='Kind of a']").Change(nameof(ColumnKind.Category));
        Assert.Equal(ColumnKind.Category, changed!.Columns[0].Kind);
        Assert.Equal(schema.Columns[1], changed.Columns[1]);
    }

    [Fact]
    public void An_error_tells_its_code_and_what_to_do()
    {
        var trouble = Page.Render<Trouble>(p =>
            p.Add(x => x.Failure, new LearningFailedException("loss-not-finite", "The loss became NaN", "Lower the learning rate."))
        );
        Assert.Contains("The loss became NaN", trouble.Find("h2").TextContent);
        Assert.Contains("Lower the learning rate.", trouble.Markup);
        Assert.Equal("loss-not-finite", trouble.Find("code").TextContent);
    }
}
