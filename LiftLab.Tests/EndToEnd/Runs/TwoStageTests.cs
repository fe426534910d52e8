using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Web;
using LiftLab.Web.Live;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Runs;

[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class TwoStageTests(ChromiumBrowser chromium)
{
    static readonly FineTune Quick = FineTunePresets.ForLiftMini with
    {
        Members = 1,
        Name = "standard",
        Method = FineTuneMethod.Lora,
        LoraRank = 4,
        MinimumSteps = 20,
        MaximumSteps = 20,
        Epochs = 1,
    };

    [BrowserFact]
    public async Task A_run_s_weights_go_on_learning_on_another_table_and_the_first_run_may_go()
    {
        using var lab = LabServer.AsDeployed();
        var first = await lab.QueueAsync((LiftSettings.Default(TaskKind.Classification) with { Recipe = Quick }).ToSpec());
        await lab.UntilAsync(first, RunState.Succeeded);
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, $"/runs/{first.Id}");
        var page = visit.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "New run from these weights" }).ClickAsync();
        await Expect(page.GetByText("Which table does it go on with?")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Iris flowers" }).ClickAsync();
        await visit.AtAsync(@"/new\?dataset=.*&from=" + first.Id);
        var picker = page.GetByRole(AriaRole.Combobox, new() { Name = "Base model" });
        await Expect(picker).ToHaveValueAsync("run " + first.Id);
        await Expect(page.GetByText("Its adapter on lift-mini is trained further")).ToBeVisibleAsync();
        await Expect(page.Locator("pre.example")).ToContainTextAsync("@@@");
        await visit.AssertAccessibleAsync("new run from weights");

        var rank = page.GetByRole(AriaRole.Textbox, new() { NameRegex = new("^LoRA rank") });
        // an adapter of another shape is no continuation
        await rank.FillAsync("8");
        await rank.BlurAsync();
        await Expect(page.GetByText("The adapter to start from (rank 4")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Start" })).ToBeDisabledAsync();
        await rank.FillAsync("4");
        await rank.BlurAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Start" })).ToBeEnabledAsync();

        // another base and back again: the run's recipe comes with its weights
        await picker.SelectOptionAsync("lift-mini");
        await Expect(page.GetByText("Comes with LiftLab")).ToBeVisibleAsync();
        await picker.SelectOptionAsync("run " + first.Id);
        await Expect(page.GetByText("Its adapter on lift-mini is trained further")).ToBeVisibleAsync();
        foreach (var tick in await page.Locator(".ticks input:enabled").AllAsync())
            await tick.UncheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await visit.AtAsync("/runs/.*-");
        await Expect(page.Locator(".banner.good")).ToContainTextAsync("Done", new() { Timeout = 300_000 });
        await Expect(page.Locator(".page-head, header").Filter(new() { HasText = "from the weights of" }).First)
            .ToContainTextAsync(first.Id);

        var second = lab.Get<LabRuns>().Folder(new Uri(page.Url).Segments[^1]);
        await lab.Get<LabRuns>().DeleteAsync(first.Id);
        Assert.True(File.Exists(Path.Combine(second.CheckpointFolder("lift"), "start", "start.json")));
        using (var loaded = await FittedFolder.LoadAsync(FittedFolder.Of(second.Path)))
            Assert.Equal(first.Path, loaded.Settings["start"]!.GetValue<string>());
        await page.ReloadAsync();
        await Expect(page.GetByText("from the weights of")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = first.Id })).ToHaveCountAsync(0);
        await visit.AssertAccessibleAsync("run from weights");

        await visit.GoAsync($"/new?from={first.Id}");
        await Expect(page.GetByText($"There is no run '{first.Id}' with weights to start from")).ToBeVisibleAsync();
        visit.AssertClean();
    }
}
