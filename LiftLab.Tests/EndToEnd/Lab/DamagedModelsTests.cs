using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Engine.Models;
using LiftLab.Tests.Web;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Lab;

[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class DamagedModelsTests(ChromiumBrowser chromium)
{
    [BrowserFact]
    public async Task A_damaged_model_is_shown_with_the_reason_starts_no_run_and_can_be_deleted()
    {
        using var lab = new LabServer();
        var models = Path.Combine(lab.Folder, "models");
        foreach (var fault in DamagedModel.Names)
            DamagedModel.Write(Path.Combine(models, fault.Replace(' ', '-')), fault);
        var sound = DamagedModel.WriteSound(Path.Combine(models, "sound"));
        var config = Path.Combine(sound, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("{", "{\"new_trick\": 3,", StringComparison.Ordinal));
        lab.Start();
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/models");
        var page = visit.Page;
        ILocator Row(string name) => page.Locator("table.models tbody", new() { HasText = name });

        await Expect(Row("zero-heads")).ToContainTextAsync("Cannot be used: config.json: the number of heads is 0");
        await Expect(Row("weights-that-overlap")).ToContainTextAsync("overlap");
        await Expect(Row("zip-with-a-bad-directory")).ToContainTextAsync("Cannot be used");
        await Expect(Row("sound")).ToContainTextAsync("no effect: new_trick");
        await visit.AssertAccessibleAsync("models, some of them damaged");

        await visit.GoAsync("/new");
        await page.GetByRole(AriaRole.Button, new() { Name = "Iris flowers" }).ClickAsync();
        var start = page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true });
        await Expect(start).ToBeEnabledAsync();
        var choice = page.GetByRole(AriaRole.Combobox, new() { Name = "Base model" });
        await choice.SelectOptionAsync(new SelectOptionValue { Label = "zero-heads (cannot be used)" });
        await Expect(page.GetByText("This model cannot be used: config.json: the number of heads is 0")).ToBeVisibleAsync();
        await Expect(start).ToBeDisabledAsync();
        await visit.AssertAccessibleAsync("a new run with a damaged model");
        await choice.SelectOptionAsync("lift-mini");
        await Expect(start).ToBeEnabledAsync();

        await visit.GoAsync("/models");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete zero-heads" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Expect(Row("zero-heads")).ToHaveCountAsync(0);
        await Expect(Row("weights-that-overlap")).ToHaveCountAsync(1);
        visit.AssertClean();
    }
}
