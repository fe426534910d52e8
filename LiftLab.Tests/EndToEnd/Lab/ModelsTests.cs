using System.Text.RegularExpressions;
using LiftLab.Engine.Hub;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Engine.FineTuning;
using LiftLab.Tests.Engine.Hub;
using LiftLab.Tests.Web;
using LiftLab.Web.Live;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Lab;

[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class ModelsTests(ChromiumBrowser chromium)
{
    const float Patience = 300_000; // on a busy machine; what goes as it should is far quicker

    [BrowserFact]
    public async Task Models_are_looked_at_fetched_from_a_hub_used_and_deleted()
    {
        await using var hub = await TestHub.StartAsync();
        var source = SmallLlama.Write(Directory.CreateTempSubdirectory("small-llama-").FullName);
        foreach (var file in Directory.GetFiles(source))
            hub.Files[Path.GetFileName(file)] = await File.ReadAllBytesAsync(file);
        Directory.Delete(source, recursive: true);
        using var lab = new LabServer { Settings = { ["LiftLab:Engine"] = "", ["HF_ENDPOINT"] = hub.Address.ToString() } };
        lab.Start();
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/models");
        var page = visit.Page;

        // what is here: the bundled models, which cannot be deleted
        var bundled = page.GetByRole(AriaRole.Row, new() { NameRegex = new("^lift-mini comes") });
        await Expect(bundled).ToContainTextAsync("comes with LiftLab");
        await Expect(bundled).ToContainTextAsync("MIT");
        await Expect(bundled.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);

        // what a model needs at chosen settings, and whether this device can take it
        await page.GetByRole(AriaRole.Link, new() { Name = "gpt-j-6b" }).ClickAsync();
        var memory = page.GetByRole(AriaRole.Region, new() { Name = "Memory for gpt-j-6b" });
        await memory.GetByRole(AriaRole.Radio, new() { Name = "all weights" }).ClickAsync();
        await visit.AtAsync("full=");
        await memory.GetByLabel("Rows at once").FillAsync("4096");
        await memory.GetByLabel("Rows at once").BlurAsync();
        await Expect(memory.Locator(".need").First).ToContainTextAsync("does not fit: store moments in 8 bits");
        await memory.Locator("label.switch", new() { HasText = "Moments in 8 bits" }).ClickAsync();
        await Expect(memory.Locator(".need").First).ToContainTextAsync("train LoRA adapters instead");
        await memory.GetByRole(AriaRole.Radio, new() { Name = "NF4" }).ClickAsync();
        await visit.AtAsync("weights=NF4");
        await memory.GetByLabel("Rows at once").FillAsync("1");
        await memory.GetByLabel("Rows at once").BlurAsync();
        await visit.AtAsync("rows=1");
        await memory.GetByLabel("Tokens per row").FillAsync("64");
        await memory.GetByLabel("Tokens per row").BlurAsync();
        await visit.AtAsync("tokens=64");
        var chosen = new Uri(page.Url);
        Assert.All(
            (string[])["model=gpt-j-6b", "weights=NF4", "rows=1", "moments8=True"],
            part => Assert.Contains(part, chosen.Query, StringComparison.OrdinalIgnoreCase)
        );
        await page.ReloadAsync();
        await Expect(memory.GetByLabel("Tokens per row")).ToHaveValueAsync("64");
        var needs = await memory.Locator(".need").AllInnerTextsAsync();
        Assert.Equal(2, needs.Count);
        Assert.All(needs, n => Assert.Matches(@"^(Training|Prediction) needs about [0-9.]+ GB of [0-9.]+ GB", n));
        await memory.GetByText("Figures", new() { Exact = true }).ClickAsync();
        await Expect(memory.GetByRole(AriaRole.Row, new() { NameRegex = new("^weights") })).ToContainTextAsync("GB");
        await visit.AssertAccessibleAsync("models");

        // fetched by name, cut off in the middle, resumed, and listed with its licence
        hub.SilentAfter = 10_000;
        await page.GetByPlaceholder("owner/model, as on the hub").FillAsync(hub.Id);
        await page.GetByRole(AriaRole.Button, new() { Name = "Download", Exact = true }).First.ClickAsync();
        var downloads = page.GetByRole(AriaRole.List, new() { Name = "Downloads" });
        await Expect(downloads).ToContainTextAsync("licence apache-2.0");
        await hub.Reached.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await page.GetByRole(AriaRole.Button, new() { Name = $"Cancel the download of {hub.Id}" }).ClickAsync();
        await Expect(downloads).ToContainTextAsync("Cancelled");
        hub.SilentAfter = null;
        await page.GetByRole(AriaRole.Button, new() { Name = $"Resume the download of {hub.Id}" }).ClickAsync();
        var fetched = page.Locator("table.models tr", new() { HasText = hub.Id });
        await Expect(fetched).ToContainTextAsync("apache-2.0");
        await Expect(fetched).ToContainTextAsync("37 K");
        await Expect(downloads).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Dark theme" }).ClickAsync();
        await visit.AssertAccessibleAsync("models, dark");

        // a run can start from it
        await visit.GoAsync("/new");
        await page.GetByRole(AriaRole.Button, new() { Name = "Iris flowers" }).ClickAsync();
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Base model" })
            .SelectOptionAsync(new SelectOptionValue { Label = $"{hub.Id} (37 K weights)" });
        await Expect(page.GetByText("llama, licence apache-2.0")).ToBeVisibleAsync();

        // deleted after a question
        await visit.GoAsync("/models");
        await page.GetByRole(AriaRole.Button, new() { Name = $"Delete {hub.Id}" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("is removed from this machine");
        await visit.AssertAccessibleAsync("models, asked before deleting");
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(fetched).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"Delete {hub.Id}" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Expect(fetched).ToHaveCountAsync(0);
        Assert.DoesNotContain(new ModelLibrary(Path.Combine(lab.Folder, "models")).List(), m => !m.IsBundled);
        visit.AssertClean();

        await using var phone = await Visit.OpenAsync(chromium, lab.Address, chosen.PathAndQuery, width: 390);
        await Expect(phone.Page.Locator(".need")).ToHaveCountAsync(2);
        Assert.Equal(0, await phone.Page.EvaluateAsync<int>("() => Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
        phone.AssertClean();
    }

    [BrowserFact]
    public async Task A_model_that_arrives_in_pieces_is_whole_is_fine_tuned_and_is_deleted_when_nothing_needs_it()
    {
        await using var hub = await TestHub.StartAsync();
        var source = SmallLlama.Write(Directory.CreateTempSubdirectory("small-llama-").FullName);
        foreach (var file in Directory.GetFiles(source))
            hub.Files[Path.GetFileName(file)] = await File.ReadAllBytesAsync(file);
        Directory.Delete(source, recursive: true);
        foreach (var cut in new[] { 20_000, 1, 50_000 })
            hub.Cuts.Enqueue(cut);
        using var lab = new LabServer { Settings = { ["LiftLab:Engine"] = "", ["HF_ENDPOINT"] = hub.Address.ToString() } };
        lab.Start();
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/models");
        var page = visit.Page;

        // the connection breaks three times in the middle of the weights
        await page.GetByPlaceholder("owner/model, as on the hub").FillAsync(hub.Id);
        await page.GetByRole(AriaRole.Button, new() { Name = "Download", Exact = true }).First.ClickAsync();
        var fetched = page.Locator("table.models tr", new() { HasText = hub.Id });
        await Expect(fetched).ToContainTextAsync("apache-2.0", new() { Timeout = Patience });
        Assert.Empty(hub.Cuts);
        Assert.Equal(4, hub.Requests.Count(r => r.Path.StartsWith("/cdn/", StringComparison.Ordinal)));
        var model = new ModelLibrary(Path.Combine(lab.Folder, "models")).List().Single(m => !m.IsBundled);
        foreach (var (name, content) in hub.Files)
            Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(model.Folder, name)));

        // its memory
        await fetched.GetByRole(AriaRole.Link, new() { Name = hub.Id }).ClickAsync();
        var memory = page.GetByRole(AriaRole.Region, new() { Name = $"Memory for {hub.Id}" });
        await Expect(memory.Locator(".need").First).ToContainTextAsync("Training needs about");

        // a run can start from it
        await visit.GoAsync("/new");
        await page.GetByRole(AriaRole.Button, new() { Name = "Iris flowers" }).ClickAsync();
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Base model" })
            .SelectOptionAsync(new SelectOptionValue { Label = $"{hub.Id} (37 K weights)" });
        await Expect(page.GetByText("llama, licence apache-2.0")).ToBeVisibleAsync();
        var start = page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true });
        await page.GetByText(new Regex("^Settings")).ClickAsync();
        var epochs = page.Locator(".recipe label", new() { HasText = "Epochs" }).Locator("input");
        await epochs.FillAsync("5000");
        await epochs.BlurAsync();
        await Expect(epochs).ToHaveValueAsync("5000");
        var ticked = page.Locator(".ticks input:checked:not([disabled])");
        for (var left = await ticked.CountAsync(); left > 0; left--)
        {
            await ticked.First.UncheckAsync();
            await Expect(ticked).ToHaveCountAsync(left - 1);
        }
        await page.GetByLabel("Across").SelectOptionAsync("");
        await Expect(start).ToBeEnabledAsync();
        await start.ClickAsync();
        await visit.AtAsync("/runs/[0-9]");
        var run = new Uri(page.Url).AbsolutePath;

        // not while a run needs it
        await visit.GoAsync("/models");
        await DeleteAsync(page, hub.Id);
        var refusal = page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "model-in-use" });
        await Expect(refusal).ToContainTextAsync($"'{hub.Id}' is used by the run");
        await Expect(refusal).ToContainTextAsync("cancel or delete it");
        await Expect(fetched).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync("models, one of them in use");
        Assert.True(Directory.Exists(model.Folder));

        // the run learns, ends and is scored
        await visit.GoAsync(run);
        await Expect(page.Locator("figure[aria-label^='Loss curve']")).ToBeVisibleAsync(new() { Timeout = Patience });
        var learning = lab.Get<LabRuns>().Folder(run.Split('/')[^1]);
        await Eventually.TrueAsync(() => LabServer.Steps(learning).Count > 0); // the empty curve is there before
        await page.GetByRole(AriaRole.Button, new() { Name = "Finish now" }).ClickAsync();
        await Expect(page.Locator(".banner.good")).ToContainTextAsync("Training was stopped early", new() { Timeout = Patience });

        // then it can go
        await visit.GoAsync("/models");
        await DeleteAsync(page, hub.Id);
        await Expect(fetched).ToHaveCountAsync(0);
        Assert.False(Directory.Exists(model.Folder));
        visit.AssertClean();
    }

    static async Task DeleteAsync(IPage page, string model)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = $"Delete {model}" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task Memory_choices_made_faster_than_the_address_follows_all_count()
    {
        using var lab = new LabServer();
        lab.Start();
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/models?model=gpt-j-6b");
        var memory = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Memory for gpt-j-6b" });
        var switches = memory.Locator("label.switch input");
        await Expect(switches).ToHaveCountAsync(2);
        // both in one task of the browser: no answer to the first can come between
        await memory.EvaluateAsync("card => card.querySelectorAll('label.switch input').forEach(one => one.click())");
        await Expect(visit.Page).ToHaveURLAsync(new Regex("recompute=True&moments8=True", RegexOptions.IgnoreCase));
        await visit.Page.ReloadAsync();
        await Expect(switches.Nth(0)).ToBeCheckedAsync();
        await Expect(switches.Nth(1)).ToBeCheckedAsync();
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task A_name_the_hub_does_not_know_says_so_and_can_be_discarded()
    {
        await using var hub = await TestHub.StartAsync();
        using var lab = new LabServer { Settings = { ["HF_ENDPOINT"] = hub.Address.ToString() } };
        lab.Start();
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/models");
        var page = visit.Page;
        await page.GetByPlaceholder("owner/model, as on the hub").FillAsync("nobody/nothing");
        await page.GetByRole(AriaRole.Button, new() { Name = "Download", Exact = true }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "nobody/nothing" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Discard the download of nobody/nothing" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.List, new() { Name = "Downloads" })).ToHaveCountAsync(0);
        visit.AssertClean();
    }
}
