using System.Text.RegularExpressions;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Web;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Tables;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Runs;

/// <summary>What a person changed survives a reload, or is asked about before it is lost.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class DraftTests(ChromiumBrowser chromium)
{
    [BrowserFact]
    public async Task A_run_that_is_being_put_together_survives_a_reload()
    {
        using var lab = LabServer.AsDeployed();
        var id = (await lab.Get<Datasets>().AddSampleAsync("iris")).Row.Id.ToString("N");
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/new?dataset=" + id);
        var page = visit.Page;
        await page.GetByLabel("Split seed").FillAsync("7");
        await page.GetByLabel("Split seed").PressAsync("Tab");
        await Expect(page).ToHaveURLAsync(new Regex("draft="));
        await page.GetByLabel("Name of the run").FillAsync("my draft");
        await page.GetByLabel("Name of the run").PressAsync("Tab");
        await Eventually.TrueAsync(() =>
            Directory.GetFiles(lab.Get<LabFolder>().Drafts).Any(f => File.ReadAllText(f).Contains("my draft", StringComparison.Ordinal))
        );
        await page.ReloadAsync();
        await Expect(page.GetByLabel("Split seed")).ToHaveValueAsync("7");
        await Expect(page.GetByLabel("Name of the run")).ToHaveValueAsync("my draft");
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task Unconfirmed_changes_of_a_dataset_ask_before_leaving()
    {
        using var lab = LabServer.AsDeployed();
        var id = (await lab.Get<Datasets>().AddSampleAsync("iris")).Row.Id.ToString("N");
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/datasets/" + id);
        var page = visit.Page;
        await page.Locator("label").Filter(new() { HasText = "Target" }).Locator("select").First.SelectOptionAsync("sepal width (cm)");
        await Expect(page.GetByText("You changed what the columns mean.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Datasets" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Stay", Exact = true }).ClickAsync();
        await Expect(page.GetByText("You changed what the columns mean.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Datasets" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Leave", Exact = true }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/datasets$"));
        visit.AssertClean();
    }
}
