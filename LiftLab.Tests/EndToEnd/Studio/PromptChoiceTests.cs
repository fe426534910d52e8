using LiftLab.Engine.Tables;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Web;
using LiftLab.Web.Storage.Tables;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Studio;

/// <summary>Prompt, base model and recipe of a new run follow each other; what the prompt leaves out is said and can be changed.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class PromptChoiceTests(ChromiumBrowser chromium)
{
    static async Task<string> AddAsync(LabServer lab, string file, string target)
    {
        var datasets = lab.Get<Datasets>();
        await using var content = File.OpenRead(CaseFile.At(file));
        var added = await datasets.AddAsync(content, file);
        var schema = added.Row.Schema.WithTarget(target, TaskKind.Classification);
        return "/new?dataset=" + (await datasets.ConfirmAsync(added.Row.Id, file, schema)).Row.Id.ToString("N");
    }

    [BrowserFact]
    public async Task Another_base_model_and_the_paper_s_recipe_bring_their_prompt()
    {
        using var lab = LabServer.AsDeployed();
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, await AddAsync(lab, "freetext-bool.csv", "recommend"));
        var page = visit.Page;
        var template = page.GetByRole(AriaRole.Combobox, new() { Name = "Template" });
        var model = page.GetByRole(AriaRole.Combobox, new() { Name = "Base model" });
        await Expect(page.Locator("pre.example")).ToContainTextAsync("love love phone perfect");
        await Expect(page.GetByText("Written out as text:")).ToContainTextAsync("review");
        await Expect(template.GetByRole(AriaRole.Option, new() { Name = "tae", Exact = true })).ToHaveCountAsync(0);
        await visit.AssertAccessibleAsync("new run with a text");

        await page.GetByRole(AriaRole.Radio, new() { Name = "Paper" })
            .Or(page.GetByRole(AriaRole.Button, new() { Name = "Paper" }))
            .ClickAsync();
        await Expect(template).ToHaveValueAsync("paper");
        await page.GetByRole(AriaRole.Radio, new() { Name = "Standard" })
            .Or(page.GetByRole(AriaRole.Button, new() { Name = "Standard" }))
            .ClickAsync();
        await Expect(template).ToHaveValueAsync("lift-mini");

        await model.SelectOptionAsync("other");
        await Expect(template).ToHaveValueAsync("paper");
        await Expect(page.GetByText("As published for GPT-J")).ToBeVisibleAsync();
        await model.SelectOptionAsync("lift-mini");
        await Expect(template).ToHaveValueAsync("lift-mini");
        await Expect(page.GetByText("What measures well with the built-in base model.")).ToBeVisibleAsync();
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task Marks_in_cells_are_one_problem_per_column_with_a_button_that_removes_it()
    {
        using var lab = LabServer.AsDeployed();
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, await AddAsync(lab, "separators.csv", "kind"));
        var page = visit.Page;
        var start = page.GetByRole(AriaRole.Button, new() { Name = "Start" });
        await Expect(start).ToBeEnabledAsync();
        var codes = page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "note" });
        await codes.GetByRole(AriaRole.Button, new() { Name = "Write it out" }).ClickAsync();
        await Expect(page.Locator(".problems li").Filter(new() { HasText = "separator-in-cell" })).ToHaveCountAsync(1);
        await Expect(start).ToBeDisabledAsync();
        await visit.AssertAccessibleAsync("new run with marks");
        await page.GetByRole(AriaRole.Button, new() { Name = "Write them with spaces" }).ClickAsync();
        await Expect(start).ToBeEnabledAsync();
        await Expect(page.Locator("pre.example")).ToContainTextAsync("a# # #b");
        visit.AssertClean();
    }
}
