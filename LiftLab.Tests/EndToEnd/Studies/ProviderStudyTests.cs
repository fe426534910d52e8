using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Web.Providers;
using LiftLab.Web.Live;
using LiftLab.Web.Live.Providers;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Studies;

/// <summary>Runs on a provider's model beside lift-mini and baselines: compared with their cost, and in a robustness study.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class ProviderStudyTests(ChromiumBrowser chromium)
{
    const float Patience = 300_000;

    [BrowserFact]
    public async Task Runs_at_a_provider_are_compared_with_local_ones_and_their_cost_stands_beside_the_scores()
    {
        await using var at = await ProviderLab.StartAsync();
        at.Service.LooksUntilDone = 1;
        var (local, _) = await SampleRun.FinishedAsync(at.Lab);
        var trained = await at.RunAsync();
        var asked = await at.RunAsync(s => s.Retrained(false, TaskKind.Classification));
        foreach (var run in (RunFolder[])[trained, asked])
            await at.Lab.UntilAsync(run, RunState.Succeeded);
        var address = $"/compare?runs={local},{trained.Id},{asked.Id}";
        await using var visit = await Visit.OpenAsync(chromium, at.Lab.Address, address);
        var table = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Table of learners by data sets" });
        await Expect(table.GetByRole(AriaRole.Columnheader, new() { Name = "US dollars a run" })).ToBeVisibleAsync();
        var paid = table.GetByRole(AriaRole.Row).Filter(new() { HasText = "LIFT on tiny at planted" });
        await Expect(paid).ToHaveCountAsync(2);
        var bill = LabProviders.ViewOf(trained).Bill;
        await Expect(paid.Filter(new() { HasNotText = "asked as it is" }).Locator("td").Last)
            .ToContainTextAsync(LiftLab.Web.Parts.Display.Amount(bill.Dollars));
        await Expect(table.GetByRole(AriaRole.Row).Filter(new() { HasText = "Majority class" }).Locator("td").Last).ToHaveTextAsync("–");
        await visit.AssertAccessibleAsync("compare with a provider");
        visit.AssertClean();
        using var http = new HttpClient { BaseAddress = at.Lab.Address };
        var query = address["/compare".Length..];
        Assert.Contains("US dollars a run", await http.GetStringAsync("/compare/report.html" + query), StringComparison.Ordinal);
        Assert.EndsWith(
            "us_dollars",
            (await http.GetStringAsync("/compare/scores.csv" + query)).Split('\n')[0].TrimEnd(),
            StringComparison.Ordinal
        );
        await Pictures.EachWayAsync(
            chromium,
            at.Lab.Address,
            address,
            "compare-provider",
            v => Expect(v.Page.Locator("table.study")).ToBeVisibleAsync()
        );
        foreach (var tab in (string[])["", "/results", "/predict"])
            await Pictures.EachWayAsync(
                chromium,
                at.Lab.Address,
                $"/runs/{trained.Id}{tab}",
                "run-provider" + tab.Replace('/', '-'),
                v => Expect(v.Page.Locator("main .card").First).ToBeVisibleAsync()
            );
    }

    [BrowserFact]
    public async Task A_robustness_study_with_a_provider_states_its_price_asks_and_leaves_models_that_can_be_deleted()
    {
        await using var at = await ProviderLab.StartAsync();
        at.Service.LooksUntilDone = 1;
        var run = await at.RunAsync();
        await at.Lab.UntilAsync(run, RunState.Succeeded);
        var dataset = run.ReadSpec().Origin!.Dataset.ToString("N");
        await using var visit = await Visit.OpenAsync(
            chromium,
            at.Lab.Address,
            $"/experiments/robustness?tables={dataset}&kinds=label-noise:20&seeds=0"
        );
        var page = visit.Page;
        await page.GetByLabel("A provider's model takes part as in the run").SelectOptionAsync(run.Id);
        await visit.AtAsync("like=" + run.Id);
        await Expect(page.GetByRole(AriaRole.Checkbox, new() { Name = "LIFT on a provider's model" })).ToBeCheckedAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "k-nearest neighbours" }).CheckAsync();
        var gate = page.Locator(".money-gate");
        await Expect(gate).ToContainTextAsync("It costs about");
        await page.GetByText("Time and money by learner").ClickAsync();
        await Expect(page.Locator("table.cost tbody tr").Filter(new() { HasText = "k-nearest" }).Locator("td").Last).ToHaveTextAsync("–");
        var start = page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true });
        await Expect(start).ToBeDisabledAsync();
        var asked = at.Service.Requests.Count;
        await visit.AssertAccessibleAsync("study form with a provider");
        await Pictures.PictureAsync(visit, "study-form-provider");
        await gate.Locator("input").FillAsync("0.01");
        await Expect(start).ToBeDisabledAsync();
        Assert.Equal(asked, at.Service.Requests.Count); // an estimate sends nothing
        await gate.Locator("input").FillAsync(await gate.Locator("b").InnerTextAsync());
        await Expect(start).ToBeEnabledAsync();
        await start.ClickAsync();
        await visit.AtAsync("/studies/.");
        var study = at.Lab.Get<LabStudies>().List().Single();
        await Eventually.TrueAsync(() => at.Lab.Get<LabStudies>().Get(study.Id).State == RunState.Succeeded);
        Assert.Equal(0, at.Lab.Get<LabStudies>().Progress(at.Lab.Get<LabStudies>().Get(study.Id)).Failed);

        var delete = page.GetByRole(AriaRole.Button, new() { Name = "Delete the models there" });
        await Expect(delete).ToBeVisibleAsync(new() { Timeout = Patience });
        await Expect(page.Locator("main")).ToContainTextAsync("tokens trained");
        await visit.AssertAccessibleAsync("study with a provider");
        await Pictures.EachWayAsync(
            chromium,
            at.Lab.Address,
            new Uri(page.Url).AbsolutePath,
            "study-provider",
            v => Expect(v.Page.GetByRole(AriaRole.Button, new() { Name = "Delete the models there" })).ToBeVisibleAsync()
        );
        await delete.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete there", Exact = true }).ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("deleted on");
        Assert.Single(at.Service.FineTuned); // the run's

        // the run's model is listed on the page of providers, and goes from there
        await visit.GoAsync("/providers");
        await page.GetByText("Fine-tuned models there").ClickAsync();
        var there = page.GetByRole(AriaRole.List, new() { Name = "Fine-tuned models at planted" });
        await Expect(there).ToContainTextAsync("ft:tiny");
        await Expect(there.GetByRole(AriaRole.Link, new() { Name = "At a provider" })).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync("models at a provider");
        await Pictures.EachWayAsync(
            chromium,
            at.Lab.Address,
            "/providers",
            "providers-models",
            async v =>
            {
                await v.Page.GetByText("Fine-tuned models there").ClickAsync();
                await Expect(v.Page.Locator(".holdings")).ToBeVisibleAsync();
            }
        );
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete there: models of At a provider" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete there", Exact = true }).Last.ClickAsync();
        await Expect(page.GetByText("None that a run or study of this lab has made")).ToBeVisibleAsync();
        Assert.Empty(at.Service.FineTuned);
        await visit.GoAsync("/runs/" + run.Id);
        await Expect(page.Locator("main")).ToContainTextAsync("it cannot predict any more");
        visit.AssertClean();
    }
}
