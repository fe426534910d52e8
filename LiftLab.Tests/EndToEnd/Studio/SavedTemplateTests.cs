using System.Text;
using System.Text.RegularExpressions;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Web;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Tables;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Studio;

/// <summary>The prompt studio's saved templates: versions, copies, export and import.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class SavedTemplateTests(ChromiumBrowser chromium)
{
    [BrowserFact]
    public async Task A_template_has_versions_is_copied_deleted_and_comes_back_from_its_file()
    {
        using var lab = LabServer.AsDeployed();
        var dataset = await lab.Get<Datasets>().AddSampleAsync("iris");
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, $"/studio/{dataset.Row.Id:N}?show=saved");
        var page = visit.Page;
        var text = page.GetByLabel("Template text");
        var name = page.GetByLabel("Name", new() { Exact = true });
        var shelf = page.Locator(".shelf");
        var used = page.Locator(".card-head .note").First;

        await Expect(page.Locator(".editor pre span").First).ToBeAttachedAsync(); // the editor listens
        await text.FillAsync("First {{ row['petal length (cm)'] }}###");
        await name.FillAsync("flowers");
        await Button("Save as a new template").ClickAsync();
        await Expect(used).ToContainTextAsync("flowers, version 1");
        await text.FillAsync("Second {{ row['petal length (cm)'] }}###");
        await page.GetByLabel("What changed").FillAsync("another word");
        await Button("Save as version 2").ClickAsync();
        await Expect(used).ToContainTextAsync("flowers, version 2");
        await Expect(shelf).ToContainTextAsync("another word");

        // an older version is used, and saved under another name: a copy
        await Button("Use flowers version 1").ClickAsync();
        await Expect(text).ToHaveValueAsync(new Regex("^First"));
        await Expect(page.Locator("pre.lens-text")).ToHaveCountAsync(0); // the tab stays
        await name.FillAsync("petals");
        await Button("Save as a new template").ClickAsync();
        await Expect(used).ToContainTextAsync("petals, version 1");
        await Expect(shelf).ToContainTextAsync("copied from flowers, version 1");

        // a file and back
        await Button("Use flowers version 2").ClickAsync();
        await Expect(text).ToHaveValueAsync(new Regex("^Second"));
        var file = await page.RunAndWaitForDownloadAsync(() => Button("Export the template").ClickAsync());
        Assert.Equal("flowers.json", file.SuggestedFilename);
        await Button("Delete flowers").ClickAsync();
        await Expect(Button("Use flowers version 1")).ToHaveCountAsync(0);
        await Button("Use petals version 1").ClickAsync();
        await Expect(text).ToHaveValueAsync(new Regex("^First"));
        var import = page.GetByLabel("Import a template");
        await import.SetInputFilesAsync(
            new FilePayload
            {
                Name = file.SuggestedFilename,
                MimeType = "application/json",
                Buffer = await File.ReadAllBytesAsync(await file.PathAsync()),
            }
        );
        await Expect(text).ToHaveValueAsync("Second {{ row['petal length (cm)'] }}###");

        // plain text is a template too; what is none changes nothing
        await import.SetInputFilesAsync(Payload("mine.liquid", "Third {{ row['petal length (cm)'] }}###"));
        await Expect(text).ToHaveValueAsync(new Regex("^Third"));
        await import.SetInputFilesAsync(Payload("broken.json", "{ \"Name\": \"x\", \"Te"));
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("broken.json cannot be used");
        await import.SetInputFilesAsync(Payload("huge.json", new string(' ', 200_000)));
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("huge.json cannot be used");
        await Expect(text).ToHaveValueAsync(new Regex("^Third"));
        await visit.AssertAccessibleAsync("studio, saved templates");
        visit.AssertClean();

        ILocator Button(string words) => page.GetByRole(AriaRole.Button, new() { Name = words, Exact = true });
        static FilePayload Payload(string name, string text) =>
            new()
            {
                Name = name,
                MimeType = "text/plain",
                Buffer = Encoding.UTF8.GetBytes(text),
            };
    }

    [BrowserFact]
    public async Task A_text_that_is_typed_before_the_editors_script_came_is_the_one_that_is_saved()
    {
        using var lab = LabServer.AsDeployed();
        var dataset = await lab.Get<Datasets>().AddSampleAsync("iris");
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/");
        var page = visit.Page;
        var script = new TaskCompletionSource();
        await page.RouteAsync(
            new Regex("/studio.*\\.js"),
            async route =>
            {
                await script.Task;
                await route.ContinueAsync();
            }
        );
        await visit.GoAsync($"/studio/{dataset.Row.Id:N}?show=saved");
        var text = page.GetByLabel("Template text");
        await text.FillAsync("Early {{ row['petal length (cm)'] }}###");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("early");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save as a new template" }).ClickAsync();
        await Expect(page.Locator(".card-head .note").First).ToContainTextAsync("early, version 1");
        Assert.StartsWith("Early", lab.Get<TemplateShelf>().Find("early")!.Newest.Template.Text, StringComparison.Ordinal);

        script.SetResult();
        await Expect(page.Locator(".editor pre span").First).ToBeAttachedAsync(); // the editor listens
        await Expect(text).ToHaveValueAsync(new Regex("^Early"));
        await text.FillAsync("Late {{ row['petal length (cm)'] }}###");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save as version 2" }).ClickAsync();
        await Expect(page.Locator(".card-head .note").First).ToContainTextAsync("early, version 2");
        Assert.StartsWith("Late", lab.Get<TemplateShelf>().Find("early")!.Newest.Template.Text, StringComparison.Ordinal);
        visit.AssertClean();
    }
}
