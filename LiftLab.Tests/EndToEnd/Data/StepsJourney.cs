using System.Text;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Web.Storage.Tables;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Data;

/// <summary>A table is mended step by step, undone in the middle, branched, and the steps are used on another file.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class StepsJourney(ChromiumBrowser chromium, DatasetLab lab) : IClassFixture<DatasetLab>
{
    static byte[] People(string age = "age") =>
        Encoding.UTF8.GetBytes(
            $"{age},town,kind\n"
                + string.Concat(
                    Enumerable
                        .Range(0, 60)
                        .Select(i => $"{(i % 10 == 3 ? "" : $"{20 + i % 9}.{i}")},{(i % 3 == 0 ? "rome" : "Rome")},{"ab"[i % 2]}\n")
                )
                + "20.0,rome,a\n"
        );

    static ILocator Problem(IPage page, string code) =>
        page.Locator(".problems li").Filter(new() { Has = page.Locator($"code:text-is('{code}')") }).First;

    static ILocator Named(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name });

    async Task<Visit> OpenAsync(bool dark = false, int width = 1280)
    {
        using var content = new MemoryStream(People());
        var dataset = await lab.Server.Get<Datasets>().AddAsync(content, "people.csv");
        var visit = await Visit.OpenAsync(chromium, lab.Server.Address, $"/datasets/{dataset.Row.Id:N}", dark, width);
        await Expect(visit.Page.GetByText("What to predict")).ToBeVisibleAsync();
        return visit;
    }

    static async Task ApplyAsync(IPage page, string problem, string remedy, string counts)
    {
        var dialog = page.GetByRole(AriaRole.Dialog);
        // A click on a problem of the version before, while the new one is on its way, does nothing: a person clicks again.
        await Eventually.TrueAsync(async () =>
        {
            await Problem(page, problem).GetByRole(AriaRole.Button, new() { Name = remedy }).ClickAsync();
            try
            {
                await Expect(dialog).ToBeVisibleAsync(new() { Timeout = 10_000 });
                return true;
            }
            catch (PlaywrightException)
            {
                return false;
            }
        });
        await Expect(dialog.Locator(".counts")).ToHaveTextAsync(counts);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task A_table_is_mended_undone_and_mended_in_another_way()
    {
        await using var visit = await OpenAsync();
        var page = visit.Page;
        var list = page.Locator(".step-list li");

        // A preview that is cancelled changes nothing.
        await Problem(page, "missing-cells").GetByRole(AriaRole.Button, new() { Name = "Fill with the median" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.Locator(".counts")).ToHaveTextAsync("6 cells change (all were missing).");
        await Expect(dialog.Locator("td del").First).ToHaveTextAsync("missing");
        await visit.AssertAccessibleAsync("the preview of a step");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
        await Expect(Problem(page, "missing-cells")).ToBeVisibleAsync();

        await ApplyAsync(page, "missing-cells", "Fill with the median", "6 cells change (all were missing).");
        await Expect(Problem(page, "missing-cells")).ToBeHiddenAsync();
        await ApplyAsync(page, "labels-alike", "Merge them", "21 cells change.");
        await ApplyAsync(page, "duplicate-rows", "Leave out the repeated rows", "7 rows go.");
        await Expect(page.GetByText("54 rows, 3 columns")).ToBeVisibleAsync();
        await Expect(list).ToHaveCountAsync(3);
        await visit.AssertAccessibleAsync("a dataset with steps");

        // In the middle: the first step is switched off, those after it stay.
        await list.Nth(0).Locator(".switch").ClickAsync();
        await Expect(Problem(page, "missing-cells")).ToBeVisibleAsync();
        await Expect(page.GetByText("55 rows, 3 columns")).ToBeVisibleAsync();
        await list.Nth(0).Locator(".switch").ClickAsync();
        await Expect(Problem(page, "missing-cells")).ToBeHiddenAsync();

        // A step after an undo keeps the old branch.
        await Named(page, "Undo").First.ClickAsync();
        await Expect(page.GetByText("61 rows, 3 columns")).ToBeVisibleAsync();
        await Expect(list.Nth(2)).ToContainTextAsync("Undone.");
        await page.GetByText("Add a step").ClickAsync();
        await page.GetByLabel("Step to add").SelectOptionAsync("Rename a column");
        await page.GetByLabel("New", new() { Exact = true }).FillAsync("years");
        await Named(page, "Preview").ClickAsync();
        await Expect(dialog.Locator(".counts")).ToHaveTextAsync("1 column gets another name.");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
        await Expect(page.GetByLabel("Kind of years")).ToBeVisibleAsync();
        await page.GetByText("One other branch").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Use this branch" }).ClickAsync();
        await Expect(page.GetByText("54 rows, 3 columns")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Kind of age")).ToBeVisibleAsync();

        // Versions: back to the table as read, and forth.
        await Named(page, "Use version 1").ClickAsync();
        await Expect(page.GetByText("61 rows, 3 columns")).ToBeVisibleAsync();
        await Expect(Problem(page, "missing-cells")).ToBeVisibleAsync();
        await Named(page, "Use version 4").ClickAsync();
        await Expect(page.GetByText("54 rows, 3 columns")).ToBeVisibleAsync();
        await page.GetByLabel("Name of version 4").FillAsync("mended");
        await page.GetByLabel("Name of version 4").PressAsync("Tab");
        await Expect(page.GetByText("version 4 of 6: mended").Or(page.GetByText("version 4 of 5: mended"))).ToBeVisibleAsync();

        // The steps on another file, in which one does not apply.
        await visit.GoAsync("/datasets");
        await page.GetByLabel("Read it, and change it by the steps, as").SelectOptionAsync("people (3 steps)");
        await Expect(page.Locator("input[type=file]")).ToBeEnabledAsync();
        await page.Locator("input[type=file]")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "other.csv",
                    MimeType = "text/csv",
                    Buffer = People("how old"),
                }
            );
        await Expect(page.GetByText("A step does not apply to other.csv.")).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync("a step that does not apply");
        await Named(page, "Continue without step 1").ClickAsync();
        await visit.AtAsync("/datasets/.{32}$");
        await Expect(page.GetByText("55 rows, 3 columns")).ToBeVisibleAsync();
        await Expect(page.Locator(".step-list li.off")).ToHaveCountAsync(1);

        // A run says which version it uses.
        await Named(page, "Confirm and set up a run").ClickAsync();
        await Expect(page.GetByText("version 2 (")).ToBeVisibleAsync();
        visit.AssertClean();
    }

    [BrowserTheory]
    [InlineData(false, 1280)]
    [InlineData(true, 1280)]
    [InlineData(false, 390)]
    [InlineData(true, 390)]
    public async Task Steps_fit_any_screen(bool dark, int width)
    {
        await using var visit = await OpenAsync(dark, width);
        var page = visit.Page;
        await ApplyAsync(page, "missing-cells", "Fill with the median", "6 cells change (all were missing).");
        await ApplyAsync(page, "labels-alike", "Merge them", "21 cells change.");
        await Named(page, "Undo").First.ClickAsync();
        await Expect(page.Locator(".step-list li.undone")).ToHaveCountAsync(1);
        await page.GetByText("Add a step").ClickAsync();
        await page.GetByText("Save the steps, or do those of a file").ClickAsync();
        await Pictures.PictureAsync(page, $"steps-{width}-{(dark ? "dark" : "light")}");
        Assert.True(await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth") <= width);
        await visit.AssertAccessibleAsync($"steps at {width}");
        await Problem(page, "labels-alike").GetByRole(AriaRole.Button, new() { Name = "Merge them" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog).Locator(".counts")).ToBeVisibleAsync();
        await Pictures.PictureAsync(page, $"step-preview-{width}-{(dark ? "dark" : "light")}", whole: false);
        await visit.AssertAccessibleAsync($"a preview at {width}");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
        visit.AssertClean();
    }
}
