using System.Text.RegularExpressions;
using LiftLab.Engine.Runs;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Web;
using LiftLab.Web.Live;
using LiftLab.Web.Storage.Tables;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Studies;

/// <summary>From the dataset page's button through the form of a study to a study that runs.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class ExperimentsTests(ChromiumBrowser chromium)
{
    [BrowserFact]
    public async Task A_table_s_button_leads_in_two_clicks_to_a_study_that_runs()
    {
        using var lab = LabServer.AsDeployed();
        var id = (await lab.Get<Datasets>().AddSampleAsync("iris")).Row.Id.ToString("N");
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/datasets/" + id);
        var page = visit.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Robustness" }).ClickAsync();
        await visit.AtAsync("/experiments/robustness\\?tables=" + id);
        var start = page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true });
        await Expect(start).ToBeEnabledAsync();
        await visit.AssertAccessibleAsync("form");

        // Fast baselines only.
        foreach (var learner in (string[])["LIFT", "Random forest", "XGBoost"])
            await page.GetByRole(AriaRole.Checkbox, new() { Name = learner }).First.UncheckAsync();
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("learners="));

        // A level out of range marks its field and stops the start.
        var level = page.GetByLabel("Add a level of Wrong labels, random, in percent");
        await level.FillAsync("200");
        await level.PressAsync("Enter");
        await Expect(level).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(start).ToBeDisabledAsync();
        await level.FillAsync("30");
        await level.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Remove 30 % of Wrong labels, random" })).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Remove 30 % of Wrong labels, random" })).ToBeVisibleAsync();
        await Expect(start).ToBeEnabledAsync();
        await start.ClickAsync();
        await visit.AtAsync("/studies/.");
        var study = lab.Get<LabStudies>().List().Single();
        Assert.Equal("robustness", study.Experiment);
        await Eventually.TrueAsync(() => lab.Get<LabStudies>().Get(study.Id).State == RunState.Succeeded);

        await visit.GoAsync("/experiments");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = study.Name, Exact = true })).ToBeVisibleAsync();
        await Expect(page.Locator(".tile .picture svg").First).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync("list");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete " + study.Name }).ClickAsync();
        await Expect(page.GetByText(new Regex(@"This frees \d+ [KM]B\."))).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "What breaks LIFT on iris?" })).ToBeVisibleAsync();
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task The_form_works_by_keyboard_alone_and_on_a_phone()
    {
        using var lab = LabServer.AsDeployed();
        var id = (await lab.Get<Datasets>().AddSampleAsync("iris")).Row.Id.ToString("N");
        await using var visit = await Visit.OpenAsync(
            chromium,
            lab.Address,
            $"/experiments/label-corruption?tables={id}&learners=knn,majority",
            dark: true,
            width: 390
        );
        var page = visit.Page;
        Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"));
        await visit.AssertAccessibleAsync("form on a phone");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove 40 % of Wrong labels, random" }).PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Remove 40 % of Wrong labels, random" })).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).FocusAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true })).ToBeEnabledAsync();
        await page.Keyboard.PressAsync("Enter");
        await visit.AtAsync("/studies/.");
        await visit.GoAsync("/experiments");
        Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"));
        await visit.AssertAccessibleAsync("list on a phone");
        await Eventually.TrueAsync(() => lab.Get<LabStudies>().List().All(s => s.IsOver));
    }

    [BrowserFact]
    public async Task The_list_of_tables_and_the_results_of_a_run_lead_to_the_board_too()
    {
        using var lab = LabServer.AsDeployed();
        var id = (await lab.Get<Datasets>().AddSampleAsync("iris")).Row.Id;
        var run = await lab.Get<LabRuns>().StartAsync(new(id, "neighbours", new("knn"), [new("majority")]));
        await Eventually.TrueAsync(async () => (await lab.Get<LabRuns>().GetAsync(run)).State == RunState.Succeeded);
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/datasets");
        var page = visit.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Robustness of Iris flowers" }).PressAsync("Enter");
        await visit.AtAsync($"/experiments/robustness\\?tables={id:N}$");
        await visit.GoAsync($"/runs/{run}/results");
        await page.GetByRole(AriaRole.Link, new() { Name = "Robustness" }).ClickAsync();
        await visit.AtAsync($"tables={id:N}&like={run}$");
        await Expect(page.Locator(".ticks input:checked")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).ClickAsync();
        await visit.AtAsync("/studies/.");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Robustness board");
        await Eventually.TrueAsync(() => lab.Get<LabStudies>().List().All(s => s.IsOver));
        visit.AssertClean();
    }

    /// <summary>Pictures of the pages into the folder that LIFTLAB_SHOTS names.</summary>
    [PicturesFact]
    public async Task Pages_of_experiments_are_pictured()
    {
        using var lab = LabServer.AsDeployed();
        var id = (await lab.Get<Datasets>().AddSampleAsync("iris")).Row.Id;
        Task PictureAsync(string title, string path) =>
            Pictures.EachWayAsync(
                chromium,
                lab.Address,
                path,
                title,
                visit => Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync()
            );
        await PictureAsync("experiments-empty", "/experiments");
        await PictureAsync("study-form", $"/experiments/robustness?tables={id:N}");
        await PictureAsync(
            "study-form-wrong",
            $"/experiments/label-corruption?tables={id:N}&kinds=label-noise:10,200&seeds=a&protocol=paper"
        );
        var studies = lab.Get<LabStudies>();
        foreach (var question in (string[])["robustness", "feature-noise", "sample-efficiency", "accuracy"])
            await studies.StartAsync(new(question, [id], [new("knn"), new("logreg"), new("rf"), new("majority")]));
        await Eventually.TrueAsync(() => studies.List().All(s => s.IsOver));
        await studies.StartAsync(new("outliers", [id], [new("knn"), new("majority")], Seeds: [.. Enumerable.Range(0, 40)]));
        await PictureAsync("experiments", "/experiments");
        await PictureAsync("dataset", $"/datasets/{id:N}");
        await PictureAsync("datasets", "/datasets");
        await PictureAsync("study", $"/studies/{studies.List()[^1].Id}");
    }
}
