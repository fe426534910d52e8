using LiftLab.Engine.Runs;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Web;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Runs;

[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class CompareTests(ChromiumBrowser chromium)
{
    [BrowserFact]
    public async Task Runs_are_chosen_compared_and_taken_away_and_a_boundary_is_drawn_on_demand()
    {
        using var lab = LabServer.AsDeployed();
        foreach (var _ in new[] { 0, 1 })
        {
            var run = await lab.QueueAsync(new("knn"), [new("majority"), new("tree"), new("logreg")]);
            await lab.UntilAsync(run, RunState.Succeeded);
        }
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/runs");
        var page = visit.Page;
        await page.GetByRole(AriaRole.Checkbox).First.CheckAsync();
        await page.GetByRole(AriaRole.Checkbox).Last.CheckAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Compare 2" }).ClickAsync();
        await Expect(page.GetByText("2 chosen")).ToBeVisibleAsync();
        await Expect(page.Locator(".verdict .words")).ToContainTextAsync("Majority class");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Table of learners by data sets" }))
            .ToContainTextAsync("Logistic regression");
        await page.WaitForFunctionAsync("() => document.querySelectorAll('.run-pictures .js-plotly-plot').length === 2");
        await page.GetByRole(AriaRole.Radio, new() { Name = "boundary" }).ClickAsync();
        await Expect(page.Locator(".run-pictures")).ToContainTextAsync("no boundary of this learner");
        await page.GetByRole(AriaRole.Radio, new() { Name = "reliability" }).ClickAsync();
        await Expect(page.Locator(".run-pictures")).ToContainTextAsync("Expected calibration error");
        await visit.AssertAccessibleAsync("compare");
        await page.GetByLabel("Learner that is compared with the others").SelectOptionAsync("Decision tree");
        await visit.AtAsync("of=Decision");
        await Expect(page.Locator(".verdict .words")).ToContainTextAsync("Decision tree: ");
        var report = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Report" }).ClickAsync());
        Assert.Equal("comparison.html", report.SuggestedFilename);
        await page.GetByRole(AriaRole.Button, new() { Name = "Dark theme" }).ClickAsync();
        await visit.AssertAccessibleAsync("compare, dark");

        await page.GetByText("Choose among finished runs").ClickAsync();
        await page.Locator("details a[href$='/results']").First.ClickAsync();
        await visit.AtAsync("/results$");
        await Expect(page.Locator("nav.tabs a.active")).ToHaveTextAsync("Results"); // the page before has such a button, too
        await page.GetByRole(AriaRole.Button, new() { Name = "Draw" }).ClickAsync();
        await page.WaitForFunctionAsync(
            "() => document.querySelectorAll('.wall .js-plotly-plot').length === 4",
            null,
            new() { Timeout = 120_000 }
        );
        await visit.AssertAccessibleAsync("results with a boundary on demand, dark");
        visit.AssertClean();

        await using var phone = await Visit.OpenAsync(chromium, lab.Address, new Uri(page.Url).PathAndQuery, width: 390);
        Assert.Equal(0, await phone.Page.EvaluateAsync<int>("() => Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
        await phone.GoAsync("/compare");
        await Expect(phone.Page.GetByText("Choose finished runs above")).ToBeVisibleAsync();
        Assert.Equal(0, await phone.Page.EvaluateAsync<int>("() => Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
        phone.AssertClean();
    }
}
