using System.Text.RegularExpressions;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Engine.FineTuning.Recipes;
using LiftLab.Tests.Web;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Runs;

[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed partial class RunFiguresTests(ChromiumBrowser chromium)
{
    [BrowserFact]
    public async Task A_run_shows_speed_memory_and_utilisation_and_one_that_does_not_fit_what_to_change()
    {
        using var lab = LabServer.AsDeployed();
        var settings = LiftSettings.Default(TaskKind.Classification);
        var busy = await lab.QueueAsync(
            (settings with { Recipe = settings.Recipe with { MinimumSteps = 100_000, MaximumSteps = 0 } }).ToSpec()
        );
        var huge = await lab.QueueAsync(
            (settings with { Model = OutOfMemoryTests.WriteHugeModel(Path.Combine(lab.Folder, "huge")) }).ToSpec()
        );
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, $"/runs/{busy.Id}");
        var page = visit.Page;
        ILocator Figure(string label) =>
            page.Locator(".stat").Filter(new() { Has = page.Locator("dt", new() { HasTextRegex = new($"^{label}$") }) });
        await Expect(Figure("Speed")).ToContainTextAsync(SpeedText(), new() { Timeout = 120_000 });
        await Expect(Figure("Memory")).ToContainTextAsync(Memory(), new() { Timeout = 30_000 });
        await Expect(Figure("Utilisation")).ToContainTextAsync(Cores(), new() { Timeout = 30_000 });
        var rows = (await page.Locator(".stat").EvaluateAllAsync<int[]>("all => all.map(s => s.offsetTop)")).CountBy(top => top).ToArray();
        Assert.True(rows.Max(r => r.Value) - rows.Min(r => r.Value) <= 1, string.Join(", ", rows)); // no figure alone in a row
        await visit.AssertAccessibleAsync("a run's figures");
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(Figure("Utilisation")).ToContainTextAsync("on average", new() { Timeout = 30_000 });
        await lab.UntilAsync(busy, RunState.Paused);

        await lab.UntilAsync(huge, RunState.Failed);
        await visit.GoAsync($"/runs/{huge.Id}");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "This does not fit" })).ToBeVisibleAsync();
        await Expect(page.GetByText("Train adapters (method lora) instead of all weights.").First).ToBeVisibleAsync();
        await Expect(page.Locator("code").Filter(new() { HasText = "out-of-memory" })).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync("a run that does not fit");
        visit.AssertClean();
    }

    [GeneratedRegex("[0-9]+.*tokens/s")]
    private static partial Regex SpeedText();

    [GeneratedRegex("[0-9]+ [MG]B.*at most")]
    private static partial Regex Memory();

    [GeneratedRegex("[0-9]\\.[0-9].*cores")]
    private static partial Regex Cores();
}
