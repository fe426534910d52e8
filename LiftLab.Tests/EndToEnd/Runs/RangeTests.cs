using System.Text.RegularExpressions;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Web;
using LiftLab.Web.Storage.Tables;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Runs;

/// <summary>A text that is no value marks its field, says what is allowed, and cannot be sent.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class RangeTests(ChromiumBrowser chromium)
{
    [BrowserFact]
    public async Task A_setting_of_a_new_run_that_is_out_of_range_is_marked_and_disables_Start()
    {
        using var lab = LabServer.AsDeployed();
        var id = (await lab.Get<Datasets>().AddSampleAsync("iris")).Row.Id.ToString("N");
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/new?dataset=" + id);
        var page = visit.Page;
        var start = page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true });
        await Expect(start).ToBeEnabledAsync();
        await page.GetByRole(AriaRole.Radio, new() { Name = "decimals" }).ClickAsync();
        await page.GetByText(new Regex("^Settings")).ClickAsync();
        foreach (
            var (name, wrong, allowed, right) in ((string, string, string, string)[])
                [
                    ("Split seed", "-1", "a whole number from 0 to 2147483647", "5"),
                    ("Seed", "99999999999", "a whole number from 0 to 2147483647", "6"),
                    ("Decimals", "16", "a whole number from 0 to 15", "3"),
                    ("Epochs", "0", "a whole number, 1 to 10000", "3"),
                    ("Learning rate", "2", "a number, above 0 and at most 1", "0.001"),
                    ("Learning rate", "fast", "a number, above 0 and at most 1", "0.002"),
                    ("Weight decay", "NaN", "a number, at least 0 and below 1", "0.02"),
                    ("Gradient clip", "Infinity", "a number, 0 or more", "0"),
                    ("Members", "", "a whole number, 1 to 16", "2"),
                ]
        )
        {
            var field = page.GetByRole(AriaRole.Textbox, new() { NameRegex = new($"^{name}") })
                .Or(page.GetByRole(AriaRole.Spinbutton, new() { NameRegex = new($"^{name}") }))
                .First;
            await field.FillAsync(wrong);
            await field.BlurAsync();
            await Expect(field).ToHaveAttributeAsync("aria-invalid", "true");
            await Expect(page.Locator("label", new() { Has = field })).ToContainTextAsync(allowed);
            await Expect(start).ToBeDisabledAsync();
            await field.FillAsync(right);
            await field.BlurAsync();
            await Expect(field).Not.ToHaveAttributeAsync("aria-invalid", "true");
            await Expect(start).ToBeEnabledAsync();
            await Expect(field).ToHaveValueAsync(right);
        }

        // a preset sets every field again
        var epochs = page.GetByRole(AriaRole.Textbox, new() { NameRegex = new("^Epochs") });
        await epochs.FillAsync("0");
        await epochs.BlurAsync();
        await Expect(start).ToBeDisabledAsync();
        await visit.AssertAccessibleAsync("a new run with a wrong field");
        await page.GetByRole(AriaRole.Radio, new() { Name = "Quick look" }).ClickAsync();
        await Expect(start).ToBeEnabledAsync();
        await Expect(page.Locator(".recipe label", new() { HasText = "Epochs" }).Locator("input")).Not.ToHaveValueAsync("0");
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task Epochs_to_continue_and_cells_of_a_boundary_are_checked_too()
    {
        using var lab = LabServer.AsDeployed();
        var (run, _) = await SampleRun.FinishedAsync(lab);
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/runs/" + run);
        var page = visit.Page;
        await page.GetByLabel("Epochs").FillAsync("0");
        await page.GetByLabel("Epochs").BlurAsync();
        await Expect(page.Locator(".go-on")).ToContainTextAsync("a whole number from 1 to");
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Continue") })).ToBeDisabledAsync();
        await page.GetByLabel("Epochs").FillAsync("1");
        await page.GetByLabel("Epochs").BlurAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Continue 1 epoch" })).ToBeEnabledAsync();

        await visit.GoAsync($"/runs/{run}/results");
        await page.Locator(".boundaries summary").First.ClickAsync();
        var cell = page.Locator(".held input").First;
        await cell.FillAsync("large");
        await cell.BlurAsync();
        await Expect(cell).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Draw", Exact = true })).ToBeDisabledAsync();
        await cell.FillAsync("");
        await cell.BlurAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Draw", Exact = true })).ToBeEnabledAsync();

        await visit.GoAsync("/models");
        await page.GetByLabel("Rows at once").FillAsync("0");
        await page.GetByLabel("Rows at once").BlurAsync();
        await Expect(page.GetByText("a whole number from 1 to 4096")).ToBeVisibleAsync();
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task An_address_of_nothing_shows_the_lab_s_own_page_with_links()
    {
        using var lab = LabServer.AsDeployed();
        var none = Guid.Empty.ToString("N");
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/");
        var page = visit.Page;
        foreach (
            var (address, title) in ((string, string)[])
                [
                    ("/runs/none", "There is no run 'none'"),
                    ("/runs/none/results", "There is no run 'none'"),
                    ("/runs/none/predict", "There is no run 'none'"),
                    ("/runs/a%2f..%2f..", "There is no run"),
                    ("/datasets/none", "There is no dataset 'none'"),
                    ("/datasets/" + none, "There is no dataset"),
                    ("/new?dataset=none", "There is no dataset 'none'"),
                    ("/new?like=none", "There is no run 'none'"),
                ]
        )
        {
            await visit.GoAsync(address);
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(title);
            await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Go on" }).GetByRole(AriaRole.Link)).ToHaveCountAsync(5);
            await Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        }
        await visit.AssertAccessibleAsync("no such run");
        await visit.GoAsync("/models?model=none");
        await Expect(page.GetByText("There is no model “none”")).ToBeVisibleAsync();
        visit.AssertClean();

        // these answer with a status
        foreach (var address in (string[])["/nowhere", "/runs/none/report.html", "/runs/none/scores.csv", "/runs/none/predictions.xlsx"])
        {
            var answer = await page.GotoAsync(address);
            Assert.Equal(404, answer!.Status);
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("There is nothing at this address");
            await page.GetByRole(AriaRole.Navigation, new() { Name = "Go on" })
                .GetByRole(AriaRole.Link, new() { Name = "Runs" })
                .ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Runs");
        }
    }
}
