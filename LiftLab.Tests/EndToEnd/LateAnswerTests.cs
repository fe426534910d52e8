using System.Text.RegularExpressions;
using LiftLab.Engine.Runs;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Web;
using LiftLab.Web.Live;
using LiftLab.Web.Live.Providers;
using LiftLab.Web.Storage.Tables;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd;

/// <summary>The lab's answer to an earlier act comes while a person is at the next field: what they do there counts.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class LateAnswerTests(ChromiumBrowser chromium)
{
    const string Address = "https://localhost:1/v1";

    static readonly TimeSpan Late = TimeSpan.FromMilliseconds(600);

    async Task<Visit> OpenAsync(LabServer lab, string path)
    {
        var visit = await Visit.OpenAsync(chromium, lab.Address, "/");
        await SlowConnection.SetAsync(visit.Page, Late);
        await visit.GoAsync(path);
        return visit;
    }

    /// <summary>The form for a provider, and its fields for the kind, the name and the address.</summary>
    static async Task<(ILocator Kind, ILocator Name, ILocator Address)> FormAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a provider" }).ClickAsync();
        return (page.GetByLabel("Kind"), page.GetByLabel("Name", new() { Exact = true }), page.GetByLabel("Address, with the version"));
    }

    [BrowserTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_name_that_is_typed_before_the_kind_is_answered_is_the_one_that_is_stored(bool leavesAtOnce)
    {
        using var lab = LabServer.AsDeployed();
        await using var visit = await OpenAsync(lab, "/providers");
        var (kind, name, address) = await FormAsync(visit.Page);
        await kind.SelectOptionAsync("compatible");
        await name.FillAsync("mine");
        if (leavesAtOnce)
            await address.FillAsync(Address);
        // the note of the kind is drawn with the values that the lab suggests for it
        await Expect(visit.Page.GetByLabel("Key (empty if the service asks for none)")).ToBeVisibleAsync();
        await Expect(name).ToHaveValueAsync("mine");
        await address.FillAsync(Address);
        await Expect(name).ToHaveValueAsync("mine");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Eventually.TrueAsync(() => lab.Get<LabProviders>().Shelf.All.Any(p => p.Provider.Name == "mine"));
        Assert.Equal(Address, lab.Get<LabProviders>().Shelf.All.Single().Provider.Address);
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task A_field_that_is_left_as_it_was_takes_what_the_lab_suggests()
    {
        using var lab = LabServer.AsDeployed();
        await using var visit = await OpenAsync(lab, "/providers");
        var (kind, name, address) = await FormAsync(visit.Page);
        var before = await name.InputValueAsync();
        await kind.SelectOptionAsync("compatible");
        await name.PressAsync("End");
        await visit.Page.Keyboard.TypeAsync("x");
        await Expect(visit.Page.GetByLabel("Key (empty if the service asks for none)")).ToBeVisibleAsync();
        await Expect(name).ToHaveValueAsync(before + "x");
        await visit.Page.Keyboard.PressAsync("Backspace");
        await Expect(name).ToHaveValueAsync(before);
        await address.FocusAsync();
        await Expect(name).ToHaveValueAsync("compatible");
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task Fields_and_boxes_that_are_changed_one_after_the_other_are_all_kept()
    {
        using var lab = LabServer.AsDeployed();
        await using var visit = await OpenAsync(lab, "/datasets");
        var page = visit.Page;
        var card = page.Locator("section", new() { HasText = "Make a synthetic table" }).Last;
        await card.GetByLabel("Table").SelectOptionAsync("linear");
        await card.GetByRole(AriaRole.Spinbutton, new() { Name = "Training rows" }).FillAsync("31");
        await card.GetByLabel("Test rows").FillAsync("17");
        await card.GetByLabel("Whole numbers").CheckAsync();
        await card.GetByLabel("Features").SelectOptionAsync("2");
        await card.GetByLabel("Noise").FillAsync("0.25");
        await page.Keyboard.PressAsync("Tab");
        await card.GetByRole(AriaRole.Button, new() { Name = "Add linear as a dataset" }).ClickAsync();
        await visit.AtAsync("/datasets/[0-9a-f]+");
        await Expect(page.GetByText("98 rows").First).ToBeVisibleAsync(); // 31, 50 that are usual, and 17
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task Prices_that_are_changed_one_after_the_other_are_all_kept()
    {
        using var lab = LabServer.AsDeployed();
        await using var visit = await OpenAsync(lab, "/providers");
        var row = visit.Page.Locator("table.prices tbody tr").First;
        await row.GetByLabel("Train").FillAsync("11");
        await row.GetByLabel("Ask").FillAsync("12");
        await row.GetByLabel("Answer").FillAsync("13");
        await row.GetByLabel("Model begins with").FillAsync("my-model");
        await row.GetByLabel("Provider").SelectOptionAsync("compatible");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Save the prices" }).ClickAsync();
        await Expect(visit.Page.GetByText("Saved. New estimates use these prices.")).ToBeVisibleAsync();
        var price = lab.Get<LabProviders>().Money.Prices.Prices[0];
        Assert.Equal(("compatible", "my-model", 11m, 12m, 13m), (price.Kind, price.Model, price.Train, price.Ask, price.Answer));
        visit.AssertClean();
    }

    /// <summary>A template that comes late goes into its editor, open or folded away, and not into the field that has the focus.</summary>
    [BrowserTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_template_that_comes_late_leaves_the_field_alone_that_is_being_typed_in(bool open)
    {
        using var lab = LabServer.AsDeployed();
        var id = (await lab.Get<Datasets>().AddSampleAsync("iris")).Row.Id.ToString("N");
        await using var visit = await OpenAsync(lab, "/new?dataset=" + id);
        var page = visit.Page;
        if (open)
            await page.GetByText("Edit the text").ClickAsync();
        var name = page.GetByLabel("Name of the run");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Template", Exact = true }).SelectOptionAsync("paper");
        await name.FillAsync("my run");
        await Expect(page.Locator("pre.lens-text")).ToContainTextAsync("When we have");
        await Expect(name).ToHaveValueAsync("my run");
        await Expect(name).ToBeFocusedAsync();
        if (!open)
            await page.GetByText("Edit the text").ClickAsync();
        await Expect(page.GetByLabel("Template text")).ToHaveValueAsync(new Regex("^When we have"));
        await Expect(name).ToHaveValueAsync("my run");
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task A_study_that_is_started_while_a_change_is_counted_has_the_change()
    {
        using var lab = LabServer.AsDeployed();
        var id = (await lab.Get<Datasets>().AddSampleAsync("iris")).Row.Id.ToString("N");
        await using var visit = await OpenAsync(lab, $"/experiments/label-corruption?tables={id}&learners=knn,majority&seeds=0");
        var page = visit.Page;
        var start = page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true });
        await Expect(start).ToBeEnabledAsync();
        await Expect(page.Locator(".summary .stale")).ToHaveCountAsync(0);
        var level = await page.GetByRole(AriaRole.Button, new() { Name = "Remove 40 % of Wrong labels, random" }).ElementHandleAsync();
        await start.EvaluateAsync("(start, level) => { level.click(); start.click(); }", level);
        await visit.AtAsync("/studies/.");
        var study = lab.Get<LabStudies>().List().Single();
        await Eventually.TrueAsync(() => lab.Get<LabStudies>().Get(study.Id).State == RunState.Succeeded);
        var random = lab.Get<LabStudies>().Folder(study.Id).ReadSpec().Kinds.Single(k => k.Name == "label-noise/random");
        Assert.Equal([5, 10, 20], random.Levels);
        visit.AssertClean();
    }
}
