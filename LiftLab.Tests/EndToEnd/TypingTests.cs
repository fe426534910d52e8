using System.Text.RegularExpressions;
using LiftLab.Engine;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Web;
using LiftLab.Tests.Web.People;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.People;
using LiftLab.Web.Storage.Tables;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd;

/// <summary>What a person types stays, however late the lab answers.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class TypingTests(ChromiumBrowser chromium)
{
    const string Ended = "###";

    static readonly TimeSpan Late = TimeSpan.FromMilliseconds(400);

    static async Task<Visit> OpenAsync(ChromiumBrowser chromium, LabServer lab, string path)
    {
        var visit = await Visit.OpenAsync(chromium, lab.Address, "/");
        await SlowConnection.SetAsync(visit.Page, Late);
        await visit.GoAsync(path);
        return visit;
    }

    /// <summary>The templates that the lab has kept.</summary>
    static bool Keeps(LabServer lab, string text) =>
        Directory.GetFiles(lab.Get<LabFolder>().Drafts).Any(f => File.ReadAllText(f).Contains(text, StringComparison.Ordinal));

    [BrowserFact]
    public async Task Keys_in_the_studio_are_not_lost_to_late_answers_or_a_preset_on_its_way()
    {
        using var lab = LabServer.AsDeployed();
        var id = (await lab.Get<Datasets>().AddSampleAsync("iris")).Row.Id.ToString("N");
        await using var visit = await OpenAsync(chromium, lab, "/studio/" + id);
        var page = visit.Page;
        var text = page.GetByLabel("Template text");
        await Expect(text).ToHaveValueAsync(new Regex("f.token"));
        await text.PressAsync("Control+Home");
        await page.Keyboard.TypeAsync("As fast as a person types: ");
        await Expect(text).ToHaveValueAsync(new Regex("^As fast as a person types: "));
        await Expect(page.Locator("pre.lens-text")).ToContainTextAsync("As fast as a person types: <1:");
        await Expect(text).ToHaveValueAsync(new Regex("^As fast as a person types: "));

        // a preset is chosen, and before it arrives more is typed: the newer text stays here and there
        await page.GetByLabel("Start from").SelectOptionAsync("paper");
        await text.FocusAsync();
        await page.Keyboard.PressAsync("Control+Home");
        await page.Keyboard.TypeAsync("Newer: ");
        await Eventually.TrueAsync(() => Keeps(lab, "Newer: As fast as a person types: "));
        await Expect(page.Locator("pre.lens-text")).ToContainTextAsync("Newer: As fast");
        Assert.StartsWith("Newer: As fast as a person types: ", await text.InputValueAsync(), StringComparison.Ordinal);

        // a preset that is waited for replaces the text
        await page.GetByLabel("Start from").SelectOptionAsync("paper");
        await Expect(text).ToHaveValueAsync(new Regex("^When we have"));
        await text.PressAsync("Control+z");
        await Expect(text).ToHaveValueAsync(new Regex("^Newer: "));
        await Expect(page.Locator("pre.lens-text")).ToContainTextAsync("Newer: As fast");
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task A_run_that_is_started_right_after_the_last_key_has_the_whole_text()
    {
        using var lab = LabServer.AsDeployed();
        var id = (await lab.Get<Datasets>().AddSampleAsync("iris")).Row.Id.ToString("N");
        await using var visit = await OpenAsync(chromium, lab, "/new?dataset=" + id);
        var page = visit.Page;
        await page.GetByText("Edit the text").ClickAsync();
        var text = page.GetByLabel("Template text");
        await text.PressAsync("Control+Home");
        await page.Keyboard.TypeAsync("Small ");
        await Expect(page.Locator("pre.lens-text")).ToContainTextAsync("Small <1:");
        // the address is replaced by that of the kept draft meanwhile, which must not bring back what was before
        await page.Keyboard.TypeAsync("flowers, typed on and on: ");
        await Expect(page).ToHaveURLAsync(new Regex("draft="));
        await Expect(page.Locator("pre.lens-text")).ToContainTextAsync("Small flowers, typed on and on: <1:");
        Assert.StartsWith("Small flowers, typed on and on: ", await text.InputValueAsync(), StringComparison.Ordinal);
        await page.Keyboard.TypeAsync("last ");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).ClickAsync();
        await visit.AtAsync("/runs/[^/]+$");
        var run = lab.Get<LiftLab.Web.Live.LabRuns>().Folder(page.Url.Split('/')[^1]);
        var template = run.ReadSpec().Lift!.Template.Text;
        Assert.StartsWith("Small flowers, typed on and on: last ", template, StringComparison.Ordinal);
        Assert.EndsWith(Ended, template, StringComparison.Ordinal);
        await lab.Get<LiftLab.Web.Live.LabRuns>().CancelAsync(run.Id);
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task Other_fields_that_answer_each_key_keep_what_was_typed()
    {
        using var lab = LabServer.AsDeployed();
        var (run, dataset) = await SampleRun.FinishedAsync(lab);
        await using var visit = await OpenAsync(chromium, lab, $"/runs/{run}/predict?row=1");
        var page = visit.Page;
        await Expect(page.Locator(".answers-side tbody tr").First).ToBeVisibleAsync(new() { Timeout = 120_000 });
        var cell = page.GetByLabel("sepal length (cm)");
        await cell.PressAsync("Control+a");
        await page.Keyboard.TypeAsync("6.12345678");
        await Expect(page.Locator(".row-cell.touched")).ToHaveCountAsync(1);
        await Expect(page.Locator(".answers-now")).ToHaveAttributeAsync("aria-busy", "false");
        await Expect(cell).ToHaveValueAsync("6.12345678");

        await visit.GoAsync($"/studio/{dataset}?show=saved");
        var name = page.GetByLabel("Name", new() { Exact = true });
        await name.PressAsync("Control+a");
        await page.Keyboard.TypeAsync("my own name");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Save as a new template" })).ToBeEnabledAsync();
        await Expect(name).ToHaveValueAsync("my own name");

        await visit.GoAsync("/models");
        var wanted = page.GetByLabel("Name on the hub");
        await wanted.FocusAsync();
        await page.Keyboard.TypeAsync("owner/some-model");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Download", Exact = true }).First).ToBeEnabledAsync();
        await Expect(wanted).ToHaveValueAsync("owner/some-model");
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task A_role_that_is_chosen_right_after_a_name_is_kept()
    {
        using var signed = new SignedLab();
        await using var visit = await OpenAsync(chromium, signed.Lab, $"/login?token={SignedLab.Token}&returnUrl=/people");
        var page = visit.Page;
        var (name, role) = (page.Locator(".new-person input"), page.Locator(".new-person select"));
        foreach (var (person, chosen) in new[] { ("vera", Role.View), ("adam", Role.Administer), ("rob", Role.Run), ("eve", Role.View) })
        {
            await name.FocusAsync();
            await page.Keyboard.TypeAsync(person);
            await role.SelectOptionAsync(chosen.ToString());
            await name.PressAsync("End");
            await page.Keyboard.TypeAsync(" x");
            await Expect(page.GetByText($"The role {chosen.Word()} ")).ToBeVisibleAsync();
            await Expect(role).ToHaveValueAsync(chosen.ToString());
            await Expect(name).ToHaveValueAsync(person + " x");
            await page.GetByRole(AriaRole.Button, new() { Name = "Add with a token" }).ClickAsync();
            await Expect(page.GetByText($"The token of {person} x")).ToBeVisibleAsync();
            Assert.Equal(chosen, signed.People.Named(person + " x")?.Role);
        }
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task What_is_typed_and_chosen_while_the_connection_is_away_is_known_when_it_is_back()
    {
        using var signed = new SignedLab();
        await using var wire = new CutLine(signed.Lab.Address);
        await using var visit = await Visit.OpenAsync(chromium, wire.Address, $"/login?token={SignedLab.Token}&returnUrl=/people");
        var page = visit.Page;
        var (name, role) = (page.Locator(".new-person input"), page.Locator(".new-person select"));
        var add = page.GetByRole(AriaRole.Button, new() { Name = "Add with a token" });
        await name.FocusAsync();
        await page.Keyboard.TypeAsync("vera");
        await Expect(add).ToBeEnabledAsync();
        visit.CutsTheConnection = true;
        wire.Cut();
        await Expect(page.GetByText("Connection lost.")).ToBeVisibleAsync();
        await page.Keyboard.TypeAsync(" away");
        await role.SelectOptionAsync(nameof(Role.View));
        wire.Mend();
        await Expect(page.GetByText("Connection lost.")).ToBeHiddenAsync();
        await Expect(page.GetByText("The role view sees everything")).ToBeVisibleAsync();
        await Expect(role).ToHaveValueAsync(nameof(Role.View));
        await add.ClickAsync();
        await Expect(page.GetByText("The token of vera away")).ToBeVisibleAsync();
        Assert.Equal(Role.View, signed.People.Named("vera away")?.Role);
        visit.AssertClean();
    }
}
