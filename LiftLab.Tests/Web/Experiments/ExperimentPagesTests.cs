using Bunit;
using LiftLab.Engine.Experiments;
using LiftLab.Engine.Runs;
using LiftLab.Web.Live;
using LiftLab.Web.Pages.Experiments;
using LiftLab.Web.Storage.Tables;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace LiftLab.Tests.Web.Experiments;

/// <summary>The pages on a real lab.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class ExperimentPagesTests : PageTest, IDisposable
{
    static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    readonly LabServer lab = new();

    public ExperimentPagesTests()
    {
        lab.Start();
        TakeServicesOf(lab);
    }

    public void Dispose() => lab.Dispose();

    IRenderedComponent<StudyFormPage> Form(string question, string query = "")
    {
        Page.Services.GetRequiredService<NavigationManager>().NavigateTo($"/experiments/{question}{query}");
        return Page.Render<StudyFormPage>(p => p.Add(f => f.Question, question));
    }

    static AngleSharp.Dom.IElement Start(IRenderedComponent<StudyFormPage> form) =>
        form.FindAll("button").First(b => b.TextContent.Trim() == "Start");

    static string Fact(IRenderedComponent<StudyFormPage> form, string name) =>
        form.FindAll(".facts-list div").First(d => d.QuerySelector("dt")!.TextContent == name).QuerySelector("dd")!.TextContent.Trim();

    [Fact]
    public async Task The_cost_follows_the_choices_and_the_address_holds_them()
    {
        var iris = (await lab.Get<Datasets>().AddSampleAsync("iris")).Row.Id;
        var form = Form("label-corruption", $"?tables={iris:N}&learners=knn,majority&kinds=label-noise:10,20&seeds=0");
        form.WaitForState(() => form.FindAll(".facts-list").Count > 0, Long);
        Assert.Equal(("6", "6", "6"), (Fact(form, "Cells"), Fact(form, "Fits"), Fact(form, "Predictions")));
        Assert.Contains("never measured in this lab", Fact(form, "Time"), StringComparison.Ordinal);
        Assert.Null(Start(form).GetAttribute("disabled"));

        await form.Find("input[aria-label^='Add a level of Wrong labels']").ChangeAsync(new() { Value = "40" });
        form.WaitForState(() => Fact(form, "Cells") == "8", Long);
        Assert.Contains(
            "kinds=label-noise%3A10%2C20%2C40",
            Page.Services.GetRequiredService<NavigationManager>().Uri,
            StringComparison.Ordinal
        );
        await form.Find("button[aria-label='Remove 10 % of Wrong labels']").ClickAsync(new());
        form.WaitForState(() => Fact(form, "Cells") == "6", Long);
    }

    [Theory]
    [InlineData("200", "200 % is not between 0 % and 100 %")]
    [InlineData("-5", "-5 % is not between")]
    [InlineData("many", "“many” is not a number")]
    [InlineData("0", "changes nothing")]
    [InlineData("1e9", "is not between")]
    public async Task A_level_that_is_none_marks_its_field_and_stops_the_start_until_it_is_corrected(string typed, string words)
    {
        var iris = (await lab.Get<Datasets>().AddSampleAsync("iris")).Row.Id;
        var form = Form("label-corruption", $"?tables={iris:N}&learners=knn&kinds=label-noise:10&seeds=0");
        form.WaitForState(() => form.FindAll(".facts-list").Count > 0, Long);
        await form.Find("input[aria-label^='Add a level']").ChangeAsync(new() { Value = typed });
        form.WaitForState(() => Start(form).HasAttribute("disabled"), Long);
        var field = form.Find("input[aria-label^='Add a level']");
        Assert.Equal("true", field.GetAttribute("aria-invalid"));
        Assert.Contains(words, form.Find("#" + field.GetAttribute("aria-describedby")).TextContent, StringComparison.Ordinal);
        await field.ChangeAsync(new() { Value = "" });
        form.WaitForState(() => !Start(form).HasAttribute("disabled"), Long);
    }

    [Theory]
    [InlineData("?tables=none", "There is no dataset 'none'")]
    [InlineData("?learners=none", "there is no learner 'none'")]
    [InlineData("?kinds=none:1", "there is no perturbation 'none'")]
    [InlineData("?like=20200101-000000-none", "There is no run '20200101-000000-none'")]
    public void An_address_of_something_that_is_gone_is_said(string query, string words)
    {
        var form = Form("robustness", query);
        form.WaitForState(() => form.FindAll(".trouble").Count > 0, Long);
        Assert.Contains(words, form.Find(".trouble").TextContent, StringComparison.Ordinal);
        Assert.Equal("/experiments/robustness", form.FindAll("p > a")[^1].GetAttribute("href"));
    }

    [Fact]
    public void A_question_that_there_is_not_is_said()
    {
        var form = Form("no-such-question");
        Assert.Contains("There is no experiment 'no-such-question'", form.Find(".trouble").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Starting_queues_the_study_and_leads_to_its_page()
    {
        var iris = (await lab.Get<Datasets>().AddSampleAsync("iris")).Row.Id;
        var form = Form("label-corruption", $"?tables={iris:N}&learners=knn&kinds=label-noise:10&seeds=0&name=Mine&protocol=paper");
        form.WaitForState(() => form.FindAll(".facts-list").Count > 0, Long);
        Assert.Contains("seed 42", form.Find(".deviations").TextContent, StringComparison.Ordinal);
        await Start(form).ClickAsync(new());
        form.WaitForState(() => lab.Get<LabStudies>().List().Count == 1, Long);
        var study = lab.Get<LabStudies>().List()[0];
        form.WaitForState(
            () => Page.Services.GetRequiredService<NavigationManager>().Uri.EndsWith($"/studies/{study.Id}", StringComparison.Ordinal),
            Long
        );
        Assert.Equal(("Mine", "label-corruption"), (study.Name, study.Experiment));
        Assert.Equal(Protocol.Paper, lab.Get<LabStudies>().Folder(study.Id).ReadSpec().Protocol);
        await Eventually.TrueAsync(() => lab.Get<LabStudies>().Get(study.Id).State == RunState.Succeeded);

        Page.Render<MudDialogProvider>();
        var list = Page.Render<ExperimentsPage>();
        list.WaitForState(() => list.FindAll("table.data tbody tr").Count == 1, Long);
        Assert.Equal($"/studies/{study.Id}", list.Find("table.data tbody a").GetAttribute("href"));
        Assert.Contains("done", list.Find("table.data tbody").TextContent, StringComparison.Ordinal);
        Assert.Contains("2 of 2", list.Find("table.data tbody").TextContent, StringComparison.Ordinal);
        Assert.Single(list.FindAll(".tile .picture:not(.none)"));
        Assert.Equal(ExperimentList.All.Count, list.FindAll(".tile").Count);
        Assert.Equal(ExperimentList.All.Select(e => e.Theme).Distinct(), list.FindAll(".theme h2").Select(h => h.TextContent));
    }

    [Fact]
    public async Task The_learners_of_a_run_with_their_settings_are_taken_and_can_be_left()
    {
        var iris = (await lab.Get<Datasets>().AddSampleAsync("iris")).Row.Id;
        var run = await lab.Get<LabRuns>()
            .StartAsync(new(iris, "a run", new("lift", new() { ["recipe"] = "quick" }), [new("knn"), new("tree")]));
        await lab.Get<LabRuns>().CancelAsync(run);
        var form = Form("robustness", $"?tables={iris:N}&like={run}");
        form.WaitForState(() => form.FindAll(".facts-list").Count > 0, Long);
        string[] Ticked() =>
            [.. form.FindAll(".ticks input").Where(i => i.HasAttribute("checked")).Select(i => i.ParentElement!.TextContent.Trim())];
        Assert.Equal(3, Ticked().Length);
        Assert.StartsWith("LIFT", Ticked()[0], StringComparison.Ordinal);
        Assert.Equal($"/runs/{run}/results", form.FindAll("p.small a").First(a => a.TextContent == "a run").GetAttribute("href"));
        double Seconds() =>
            double.Parse(
                System.Text.RegularExpressions.Regex.Match(Fact(form, "Time"), "[0-9.]+").Value,
                System.Globalization.CultureInfo.InvariantCulture
            );
        var quick = Seconds();
        await form.FindAll("button.plain").First(b => b.TextContent == "Use the standard settings").ClickAsync(new());
        form.WaitForState(() => form.FindAll(".choice[aria-label='Recipe of LIFT']").Count > 0 && Seconds() > 2 * quick, Long);
        Assert.Equal(3, Ticked().Length);
        await form.FindAll("[aria-label='Recipe of LIFT'] button").First(b => b.TextContent == "Quick look").ClickAsync(new());
        form.WaitForState(() => Seconds() == quick, Long);
        await Eventually.TrueAsync(async () => (await lab.Get<LabRuns>().GetAsync(run)).IsOver);
    }

    [Fact]
    public async Task An_empty_list_offers_one_button_that_starts_the_board_of_iris()
    {
        var list = Page.Render<ExperimentsPage>();
        list.WaitForState(() => list.FindAll(".empty").Count > 0, Long);
        await list.Find(".empty button").ClickAsync(new());
        list.WaitForState(() => lab.Get<LabStudies>().List().Count == 1, Long);
        var study = lab.Get<LabStudies>().List()[0];
        Assert.Equal("robustness", study.Experiment);
        await lab.Get<LabStudies>().CancelAsync(study.Id);
        await Eventually.TrueAsync(() => lab.Get<LabStudies>().Get(study.Id).IsOver);
    }
}
