using Bunit;
using LiftLab.Engine.Experiments;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Engine.Experiments;
using LiftLab.Web.Live;
using LiftLab.Web.Pages.Studies;
using LiftLab.Web.Storage;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace LiftLab.Tests.Web.Studies;

/// <summary>The study page in its states; studies lie in a lab's folder and are worked off in this process.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class StudyPageTests : PageTest
{
    static readonly StudyChoice Small = new(
        Kinds: [new("label-noise", "random", [10, 40]), new("missing-cells", null, [40])],
        Seeds: [0, 1]
    );

    /// <summary>Studies are read on pool threads, for which other tests compete.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    static StudyFolder Create(LabServer lab, StudySpec spec) =>
        StudyFolder.Create(lab.Get<LabFolder>().Studies, spec, [TestStudies.Table(spec.Tables[0].Schema.Task).Table]);

    IRenderedComponent<StudyPage> Open(LabServer lab, string id)
    {
        TakeServicesOf(lab);
        Page.Render<MudPopoverProvider>();
        return Page.Render<StudyPage>(p => p.Add(x => x.Id, id));
    }

    [Fact]
    public async Task A_copied_study_opens_hollow_fills_while_it_is_answered_and_is_closed()
    {
        using var lab = new LabServer();
        lab.Start();
        var study = Create(lab, TestStudies.Spec(choice: Small));
        var page = Open(lab, study.Id);
        page.WaitForAssertion(() => Assert.Equal(4, page.FindAll(".board .cell.hollow").Count), Patience);
        Assert.Contains("not enough levels are answered yet", page.Find(".says").TextContent, StringComparison.Ordinal);
        Assert.Contains("found in the lab", page.Markup, StringComparison.Ordinal);
        Assert.Contains(page.FindAll("button"), b => b.TextContent.Contains("Resume", StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Equal(1, lab.Get<RunFeed>().ReaderCount(study.Id)), Patience);

        await TestStudies.Worker(study).RunAsync(CancellationToken.None);
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".board .cell.hollow")), Patience);
        page.WaitForAssertion(() => Assert.Equal(4, page.FindAll(".board svg.sparkline").Count), Patience);
        Assert.Contains("20", page.Find(".stats").TextContent, StringComparison.Ordinal);
        await page.Instance.DisposeAsync();
        Assert.Equal(0, lab.Get<RunFeed>().ReaderCount(study.Id));
    }

    [Fact]
    public async Task A_cell_opens_the_curves_of_its_kind_with_metrics_and_sample_rows()
    {
        using var lab = new LabServer();
        lab.Start();
        var study = Create(lab, TestStudies.Spec(choice: Small));
        await TestStudies.Worker(study).RunAsync(CancellationToken.None);
        var page = Open(lab, study.Id);
        page.WaitForAssertion(() => Assert.Equal(4, page.FindAll(".board .cell").Count), Patience);
        page.FindAll(".board .cell")[1].Click();
        page.WaitForAssertion(() => Assert.Equal("Wrong labels, random", page.Find(".curve-detail h2").TextContent), Patience);
        Assert.Equal("true", page.FindAll(".board .cell")[1].GetAttribute("aria-expanded"));
        Assert.Equal(2, page.FindAll("table.metrics tbody tr").Count);
        Assert.Contains("Rows changed:", page.Find(".curve-detail").TextContent, StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll(".sample-rows li").Count), Patience);
        Assert.NotEmpty(page.FindAll(".sample-rows mark"));
        Assert.Equal(["SVG", "PNG", "CSV", "JSON"], page.FindAll(".curve-detail .tools button").Skip(1).Select(b => b.TextContent));
        page.Find(".curve-detail").KeyDown("Escape");
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".curve-detail")), Patience);
    }

    [Fact]
    public async Task Cells_that_cannot_be_applied_are_counted_with_their_reason_and_a_vanished_table_is_said()
    {
        using var lab = new LabServer();
        lab.Start();
        var spec = TestStudies.Spec(choice: Small, task: TaskKind.Regression, learners: "knn,mean");
        var study = Create(lab, spec);
        await TestStudies.Worker(study).RunAsync(CancellationToken.None);
        File.Delete(study.TableFile(spec.Tables[0]));
        var page = Open(lab, study.Id);
        page.WaitForAssertion(
            () => Assert.Contains("not in the study's folder any more", page.Find(".banner").TextContent, StringComparison.Ordinal),
            Patience
        );
        Assert.Contains("8 failed: the target is a number", page.Find(".reasons li").TextContent, StringComparison.Ordinal);
        Assert.Contains("4 of 6 failed", page.Find(".board .cell").TextContent, StringComparison.Ordinal);
        Assert.Contains(page.FindAll("[role=radio]"), r => r.TextContent == "failed 8");
        Assert.Equal(2, page.FindAll("button").Count(b => b.TextContent.Contains("Retry failed", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("{ half", "study.json cannot be read")]
    [InlineData("{}", "study.json cannot be read")]
    [InlineData("", "study.json cannot be read")]
    [InlineData("unknown question", "there is no experiment")]
    [InlineData("unknown learner", "there is no learner")]
    [InlineData("newer", "format version 99")]
    [InlineData("gone", "no study.json")]
    public async Task A_damaged_study_is_a_card_with_its_reason_and_can_be_deleted(string damage, string says)
    {
        using var lab = new LabServer();
        lab.Start();
        var study = Create(lab, TestStudies.Spec(choice: Small));
        var text = await File.ReadAllTextAsync(study.SpecFile);
        await File.WriteAllTextAsync(
            study.SpecFile,
            damage switch
            {
                "unknown question" => text.Replace("\"robustness\"", "\"dowsing\"", StringComparison.Ordinal),
                "unknown learner" => text.Replace("\"knn\"", "\"oracle\"", StringComparison.Ordinal),
                "newer" => text.Replace("\"version\": 1", "\"version\": 99", StringComparison.Ordinal),
                _ => damage,
            }
        );
        if (damage == "gone")
            File.Delete(study.SpecFile);
        var page = Open(lab, study.Id);
        page.WaitForAssertion(() => Assert.Contains(says, page.Find("[role=alert]").TextContent, StringComparison.Ordinal), Patience);
        Assert.Contains(page.FindAll("button"), b => b.TextContent.Contains("Delete this study", StringComparison.Ordinal));
        await lab.Get<LabStudies>().DeleteAsync(study.Id);
        Assert.False(Directory.Exists(study.Path));
        Assert.DoesNotContain(lab.Get<LabStudies>().List(), e => e.Id == study.Id);
    }

    [Fact]
    public void An_address_without_a_study_says_so_and_offers_no_deletion()
    {
        using var lab = new LabServer();
        lab.Start();
        var page = Open(lab, "20200101-000000-none");
        page.WaitForAssertion(
            () => Assert.Contains("There is no study", page.Find("[role=alert]").TextContent, StringComparison.Ordinal),
            Patience
        );
        Assert.DoesNotContain("Delete this study", page.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sample-efficiency", "knn,majority")]
    [InlineData("accuracy", "knn,majority")]
    [InlineData("prompt-sensitivity", "knn,majority")]
    public async Task Other_questions_show_figures_verdicts_deviations_and_cells(string experiment, string learners)
    {
        using var lab = new LabServer();
        lab.Start();
        var study = Create(lab, TestStudies.Spec(experiment, learners, new(Seeds: [0])));
        await TestStudies.Worker(study).RunAsync(CancellationToken.None);
        var page = Open(lab, study.Id);
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".study-figures figure.chart")), Patience);
        Assert.Contains("Table of cells", page.Markup, StringComparison.Ordinal);
        var question = ExperimentList.Find(experiment);
        var spec = study.ReadSpec();
        foreach (var deviation in question.Deviations(spec))
            Assert.Contains(page.FindAll(".verdicts li"), li => li.TextContent == deviation);
        Assert.NotEmpty(page.FindAll(".verdicts li, .says p"));
    }

    [Fact]
    public async Task The_report_is_one_file_and_the_command_computes_the_same_answers()
    {
        using var lab = new LabServer();
        using var http = new HttpClient { BaseAddress = lab.Start() };
        var spec = TestStudies.Spec(choice: Small);
        var study = Create(lab, spec);
        await TestStudies.Worker(study).RunAsync(CancellationToken.None);
        var html = await http.GetStringAsync($"/studies/{study.Id}/report.html");
        Assert.StartsWith("<!doctype html>", html, StringComparison.Ordinal);
        Assert.DoesNotMatch("<script|<link|@import|<iframe|<img", html);
        Assert.Contains("class=\"sparkline\"", html, StringComparison.Ordinal);
        Assert.Contains("LiftLab.Engine -- study " + study.Id, html, StringComparison.Ordinal);
        Assert.Contains("<b>Wrong labels, random</b>: k-nearest neighbours", html, StringComparison.Ordinal);
        Assert.Equal(StudyRecipe.Json(spec), await http.GetStringAsync($"/studies/{study.Id}/study.json"));
        Assert.Equal(1 + 20, (await http.GetStringAsync($"/studies/{study.Id}/cells.csv")).TrimEnd().Split('\n').Length);
        Assert.Equal(1 + 4, (await http.GetStringAsync($"/studies/{study.Id}/board.csv")).TrimEnd().Split('\n').Length);
        Assert.Contains("half of the skill lost at", html, StringComparison.Ordinal);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await http.GetAsync("/studies/none/report.html")).StatusCode);

        // What the command makes: a folder with the specification and the tables.
        using var elsewhere = new TestStudies();
        var again = Directory.CreateDirectory(Path.Combine(elsewhere.Lab, study.Id, "tables"));
        foreach (var table in spec.Tables)
            File.Copy(study.TableFile(table), Path.Combine(again.FullName, table.File));
        await File.WriteAllTextAsync(Path.Combine(again.Parent!.FullName, "study.json"), StudyRecipe.Json(spec));
        var copy = StudyFolder.Open(again.Parent.FullName);
        Assert.Equal(RunState.Succeeded, (await TestStudies.Worker(copy).RunAsync(CancellationToken.None))!.State);
        Assert.Equal(await File.ReadAllBytesAsync(study.FigureFile), await File.ReadAllBytesAsync(copy.FigureFile));
    }

    [Fact]
    public async Task An_addition_of_levels_is_priced_before_it_starts_and_changes_one_kind_only()
    {
        using var lab = new LabServer();
        lab.Start();
        var study = Create(lab, TestStudies.Spec(choice: Small));
        await TestStudies.Worker(study).RunAsync(CancellationToken.None);
        var studies = lab.Get<LabStudies>();
        var (cells, cost) = await studies.PlanAddAsync(study.Id, new(Kinds: [new("label-noise", "random", [20])]));
        Assert.Equal((4, 4), (cells, cost.Predictions));
        var bigger = studies.Folder(await studies.AddAsync(study.Id, new(Kinds: [new("label-noise", "random", [20])])));
        var spec = bigger.ReadSpec();
        Assert.Equal([10, 20, 40], spec.Kinds[0].Levels);
        Assert.Equal([40], spec.Kinds[1].Levels);
        await Eventually.TrueAsync(() => studies.Get(bigger.Id).IsOver);
    }
}
