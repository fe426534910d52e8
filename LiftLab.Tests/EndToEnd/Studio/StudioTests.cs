using System.Text.Json;
using System.Text.RegularExpressions;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Web;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Tables;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Studio;

/// <summary>The prompt studio: lens, editor, formats, findings, comparison, saved templates, the model's answer.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class StudioTests(ChromiumBrowser chromium)
{
    static async Task<string> IrisAsync(LabServer lab) =>
        "/studio/" + (await lab.Get<Datasets>().AddSampleAsync("iris")).Row.Id.ToString("N");

    static ILocator Tab(IPage page, string name) => page.GetByRole(AriaRole.Tab, new() { Name = name });

    [BrowserFact]
    public async Task A_cell_its_words_its_text_and_its_tokens_light_up_together()
    {
        using var lab = LabServer.AsDeployed();
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, await IrisAsync(lab));
        var page = visit.Page;
        await Expect(page.Locator("pre.lens-text")).ToContainTextAsync("<1:");
        await Expect(page.Locator(".lens-sentence")).ToContainTextAsync("The sepal length is 5.1 cm");
        await Expect(page.Locator(".lens-cells")).ToContainTextAsync(new Regex(@"level \d+ of 100: 5\.\d\d–5\.\d\d cm"));
        await page.Locator(".token-strip [data-cell='2']").First.HoverAsync();
        await Expect(page.Locator("[data-lit]")).ToHaveCountAsync(4); // cell, sentence, text, token
        await page.Locator(".lens-cells tr[data-cell='0']").FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.Locator(".lens-cells tr[data-cell='1']")).ToBeFocusedAsync();
        await Expect(page.Locator("[data-lit][data-cell='1']")).ToHaveCountAsync(4);
        await Pictures.PictureAsync(page, "studio-lit");
        await page.GetByRole(AriaRole.Spinbutton, new() { Name = "Row", Exact = true }).FillAsync("60");
        await page.GetByRole(AriaRole.Spinbutton, new() { Name = "Row", Exact = true }).PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Regex("row=60"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Pin", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Next row" }).ClickAsync();
        await Expect(page.Locator(".diff ins").First).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(page.Locator(".diff ins").First).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync("studio, row");
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task The_editor_completes_marks_faults_undoes_and_lets_the_keyboard_go()
    {
        using var lab = LabServer.AsDeployed();
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, await IrisAsync(lab));
        var page = visit.Page;
        var text = page.GetByLabel("Template text");
        await Expect(text).ToHaveValueAsync(new Regex("f.token"));
        await page.GetByLabel("Start from").SelectOptionAsync("paper");
        await Expect(text).ToHaveValueAsync(new Regex("^When we have"));
        await text.PressAsync("Control+a");
        await page.Keyboard.TypeAsync("Petals: {");
        await Expect(page.Locator(".editor [role=option]").Filter(new() { HasText = "petal length" })).ToBeVisibleAsync();
        await page.Keyboard.TypeAsync("{ row['petal l");
        await Expect(page.Locator(".editor [role=option]")).ToHaveCountAsync(1);
        await Pictures.PictureAsync(page, "studio-completion");
        await page.Keyboard.PressAsync("Enter");
        await Expect(text).ToHaveValueAsync("Petals: {{ row['petal length (cm)']");
        await page.Keyboard.TypeAsync(" | decimal }}###");
        await Expect(page.GetByText("There is no filter 'decimal'")).ToBeVisibleAsync(new() { Timeout = 5000 });
        await Expect(page.Locator(".editor .fault")).ToHaveCountAsync(1);
        await Pictures.PictureAsync(page, "studio-fault");
        await page.Keyboard.PressAsync("Control+z");
        await Expect(text).Not.ToHaveValueAsync(new Regex("decimal }}###$"));
        await text.FillAsync("Petals: {{ row['petal length (cm)'] | decimals: 1 }}###");
        await Expect(page.Locator("pre.lens-text")).ToContainTextAsync("Petals: 1.4###");
        await Expect(page.Locator(".card-head .note").First).ToContainTextAsync("own, not saved");
        await text.FocusAsync();
        await page.Keyboard.PressAsync("Tab");
        await Expect(text).Not.ToBeFocusedAsync();
        await page.ReloadAsync();
        await Expect(page.GetByLabel("Template text")).ToHaveValueAsync(new Regex("decimals: 1"));
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task Formats_findings_comparison_and_saved_versions()
    {
        using var lab = LabServer.AsDeployed();
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, await IrisAsync(lab));
        var page = visit.Page;
        await page.GetByLabel("Start from").SelectOptionAsync("paper");
        await Tab(page, "Number formats").ClickAsync();
        await Expect(page.Locator("table.formats tbody tr")).ToHaveCountAsync(11);
        await Pictures.PictureAsync(page, "studio-numbers");
        await visit.AssertAccessibleAsync("studio, formats");
        await page.GetByRole(AriaRole.Button, new() { Name = "Use integer" }).ClickAsync();
        await Expect(page.Locator("table.formats tr.used")).ToContainTextAsync("integer");

        await Tab(page, "Checks").ClickAsync();
        await Pictures.PictureAsync(page, "studio-checks");
        var finer = page.GetByRole(AriaRole.Button, new() { NameRegex = new("Write it with 1 decimal") });
        await Expect(finer).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync("studio, checks");
        await finer.ClickAsync();
        await Expect(finer).ToHaveCountAsync(0);

        await Tab(page, "Compare").ClickAsync();
        await page.GetByLabel("Compare with").SelectOptionAsync("preset:names");
        await Expect(page.Locator(".diff ins").First).ToBeVisibleAsync();
        await Pictures.PictureAsync(page, "studio-compare");
        await visit.AssertAccessibleAsync("studio, compare");

        await Tab(page, "Lengths").ClickAsync();
        await Expect(page.GetByText("Every row fits.")).ToBeVisibleAsync();
        await Pictures.PictureAsync(page, "studio-lengths");

        await Tab(page, "Saved").ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("my iris");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save as a new template" }).ClickAsync();
        await Expect(page.Locator(".shelf")).ToContainTextAsync("version 1");
        await Expect(page.Locator(".card-head .note").First).ToContainTextAsync("my iris, version 1");
        await Pictures.PictureAsync(page, "studio-saved");
        await visit.AssertAccessibleAsync("studio, saved");
        var download = await page.RunAndWaitForDownloadAsync(() =>
            page.GetByRole(AriaRole.Link, new() { Name = "Chat form" }).ClickAsync()
        );
        var lines = await File.ReadAllLinesAsync(await download.PathAsync());
        Assert.Equal(150, lines.Length);
        Assert.Equal("user", JsonDocument.Parse(lines[0]).RootElement.GetProperty("messages")[0].GetProperty("role").GetString());

        await page.GetByRole(AriaRole.Button, new() { Name = "Set up a run with it" }).ClickAsync();
        await visit.AtAsync("/new.*draft=");
        await Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Template" })).ToHaveValueAsync("my iris");
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task The_base_model_is_asked_without_training_and_behind_examples()
    {
        using var lab = LabServer.AsDeployed();
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, await IrisAsync(lab));
        var page = visit.Page;
        await Tab(page, "Ask the model").ClickAsync();
        await page.GetByLabel("Examples").FillAsync("0");
        await page.GetByLabel("Examples").PressAsync("Tab");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask the model now" }).ClickAsync();
        await Expect(page.Locator(".asked tbody tr")).ToHaveCountAsync(3);
        await page.GetByLabel("Examples").FillAsync("6");
        await page.GetByLabel("Examples").PressAsync("Tab");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask the model now" }).ClickAsync();
        await Expect(page.Locator(".asked")).ToHaveCountAsync(2);
        await Expect(page.Locator(".asked tbody tr")).ToHaveCountAsync(6);
        await Pictures.PictureAsync(page, "studio-ask");
        await visit.AssertAccessibleAsync("studio, ask");
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task A_model_that_dies_over_a_question_is_said_and_the_studio_goes_on()
    {
        var folder = Directory.CreateTempSubdirectory("liftlab-asker-").FullName;
        using var lab = new LabServer();
        lab.Settings["LiftLab:Engine"] = LiftLab.Tests.Web.Live.ModelAskerTests.Engine(
            folder,
            "read -r line; echo 'the model needs 9 GB' >&2; exit 137"
        );
        lab.Start();
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, await IrisAsync(lab));
        var page = visit.Page;
        await Tab(page, "Ask the model").ClickAsync();
        var ask = page.GetByRole(AriaRole.Button, new() { Name = "Ask the model now" });
        await ask.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The model could not be asked: the model needs 9 GB. Ask again");
        await Pictures.PictureAsync(page, "studio-ask-died");
        await visit.AssertAccessibleAsync("studio, the model died");
        await ask.ClickAsync();
        await Expect(page.Locator(".asked tbody tr")).ToHaveCountAsync(3);
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await Tab(page, "Row").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Next row" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("row=2"));
        visit.AssertClean();
        Directory.Delete(folder, recursive: true);
    }

    [BrowserFact]
    public async Task The_address_holds_everything_and_the_keyboard_reaches_it()
    {
        using var lab = LabServer.AsDeployed();
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, await IrisAsync(lab));
        var page = visit.Page;
        await page.GetByLabel("Start from").SelectOptionAsync("paper");
        await Expect(page.GetByLabel("Template text")).ToHaveValueAsync(new Regex("^When we have"));

        // by keyboard alone: the arrow keys move between the tabs, Tab goes into what is shown
        await Tab(page, "Row").FocusAsync();
        foreach (var name in new[] { "Lengths", "Number formats", "Checks", "Compare" })
        {
            await page.Keyboard.PressAsync("ArrowRight");
            await Expect(Tab(page, name)).ToBeFocusedAsync();
            await Expect(Tab(page, name)).ToHaveAttributeAsync("aria-selected", "true");
        }
        await page.GetByRole(AriaRole.Button, new() { Name = "Hold this draft" }).PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Regex("with=draft%3A[0-9a-f]{12}"));
        await page.GetByLabel("Template text").FocusAsync();
        await page.Keyboard.PressAsync("Control+Home");
        await page.Keyboard.TypeAsync("Flower: ");
        await Expect(page.Locator(".diff ins").First).ToContainTextAsync("Flower");
        await page.GetByRole(AriaRole.Spinbutton, new() { Name = "Row", Exact = true }).FillAsync("7");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "Pin", Exact = true }).PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "Next row" }).PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Regex(@"draft=[0-9a-f]{12}&row=8&pin=7&show=compare&with=draft"));

        // another window with the address shows the same
        await using (var other = await Visit.OpenAsync(chromium, lab.Address, new Uri(page.Url).PathAndQuery))
        {
            await Expect(other.Page.Locator(".diff ins").First).ToContainTextAsync("Flower");
            await Expect(other.Page.GetByRole(AriaRole.Heading, new() { NameRegex = new("^Row 8:") })).ToBeVisibleAsync();
            await Expect(other.Page.GetByRole(AriaRole.Button, new() { Name = "Unpin row 7" })).ToBeVisibleAsync();
            await Expect(other.Page.GetByLabel("Template text")).ToHaveValueAsync(new Regex("^Flower: When"));
            other.AssertClean();
        }
        await Tab(page, "Number formats").ClickAsync();
        var column = page.Locator("label.inline", new() { HasText = "Column" }).GetByRole(AriaRole.Combobox);
        await column.SelectOptionAsync("petal width (cm)");
        await Expect(page).ToHaveURLAsync(new Regex("column=petal"));
        await page.ReloadAsync();
        await Expect(column).ToHaveValueAsync("petal width (cm)");
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task A_run_names_its_template_and_opens_it_and_the_small_card_previews_while_typing()
    {
        using var lab = LabServer.AsDeployed();
        var dataset = await lab.Get<Datasets>().AddSampleAsync("iris");
        var draft = LiftLab.Web.Pages.RunDraft.Default(dataset);
        var template = lab.Get<TemplateShelf>()
            .Save("my iris", draft.Settings.Template with { Text = "Iris {% for f in features %}{{ f.token }}{% endfor %}###" });
        draft = draft with
        {
            Settings = draft.Settings with { Template = template, Recipe = SampleRun.Short(dataset.Row.Schema.Task) },
            Baselines = ["majority"],
        };
        var run = await lab.Get<LiftLab.Web.Live.LabRuns>().StartAsync(draft.ToRequest(), default);
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, $"/runs/{run}");
        var page = visit.Page;
        var link = page.GetByRole(AriaRole.Link, new() { Name = "my iris, version 1" });
        await Expect(link).ToBeVisibleAsync();
        await Pictures.PictureAsync(page, "run-template");
        await link.ClickAsync();
        await visit.AtAsync("/studio/.*draft=");
        await Expect(page.Locator(".card-head .note").First).ToContainTextAsync("my iris, version 1");
        await Expect(page.GetByLabel("Template text")).ToHaveValueAsync(new Regex("^Iris "));

        await page.GetByRole(AriaRole.Button, new() { Name = "Set up a run with it" }).ClickAsync();
        await visit.AtAsync("/new.*draft=");
        await page.GetByText("Edit the text").ClickAsync();
        var text = page.GetByLabel("Template text");
        await text.FocusAsync();
        await page.Keyboard.PressAsync("Control+Home");
        await page.Keyboard.TypeAsync("Small ");
        await Expect(page.Locator("pre.lens-text")).ToContainTextAsync("Small Iris <1:"); // the editor still has the focus
        await Expect(text).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("{{ nonesuch.");
        await Expect(page.Locator(".editor .fault")).ToHaveCountAsync(1);
        await Pictures.PictureAsync(page, "new-run-fault");
        await text.FillAsync((await text.InputValueAsync()).Replace("{{ nonesuch.", "", StringComparison.Ordinal));
        await Expect(page.Locator("pre.lens-text")).ToContainTextAsync("Small Iris <1:");
        await Expect(page.Locator(".editor .fault")).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true })).ToBeEnabledAsync();
        await visit.AssertAccessibleAsync("new run, template edited");
        await page.GetByRole(AriaRole.Link, new() { Name = "Open in the prompt studio" }).ClickAsync();
        await visit.AtAsync("/studio/.*draft=");
        await Expect(page.GetByLabel("Template text")).ToHaveValueAsync(new Regex("^Small Iris "));
        visit.AssertClean();
    }

    [BrowserTheory]
    [InlineData(false, 1440)]
    [InlineData(true, 1440)]
    [InlineData(false, 390)]
    [InlineData(true, 390)]
    public async Task Every_tab_is_readable_light_dark_and_narrow(bool dark, int width)
    {
        using var lab = LabServer.AsDeployed();
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, await IrisAsync(lab), dark, width);
        var page = visit.Page;
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", dark ? "dark" : "light");
        await page.GetByLabel("Start from").SelectOptionAsync("paper");
        foreach (
            var (tab, ready) in new[]
            {
                ("Row", ".token-strip"),
                ("Lengths", ".bars"),
                ("Number formats", "table.formats"),
                ("Checks", ".problems"),
                ("Compare", ".diff ins"),
                ("Ask the model", "input[max='200']"),
                ("Saved", ".shelf"),
            }
        )
        {
            await Tab(page, tab).ClickAsync();
            if (tab == "Number formats")
                await page.GetByRole(AriaRole.Button, new() { Name = "Use integer" }).ClickAsync();
            if (tab == "Compare")
                await page.GetByLabel("Compare with").SelectOptionAsync("preset:names");
            if (tab == "Saved")
            {
                await page.GetByLabel("Name", new() { Exact = true }).FillAsync("my iris");
                await page.GetByRole(AriaRole.Button, new() { Name = "Save as a new template" }).ClickAsync();
            }
            await Expect(page.Locator(ready).First).ToBeVisibleAsync();
            Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= window.innerWidth"), tab);
            await Pictures.PictureAsync(page, $"studio-{tab.Split(' ')[0].ToLowerInvariant()}-{(dark ? "dark" : "light")}-{width}");
            await visit.AssertAccessibleAsync($"studio, {tab}, {width}");
        }
        visit.AssertClean();
    }
}
