using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Web;
using LiftLab.Web.Live;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Runs;

/// <summary>Pausing, finishing early, going on and discarding, as a person does it.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class StoppingTests(ChromiumBrowser chromium)
{
    static readonly FineTune Long = FineTunePresets.ForLiftMini with { Members = 1, MinimumSteps = 100_000, MaximumSteps = 0, Epochs = 1 };

    static readonly FineTune Short = Long with { MinimumSteps = 20, MaximumSteps = 20 };

    static LiftSettings Lift(FineTune recipe) => LiftSettings.Default(TaskKind.Classification) with { Recipe = recipe };

    [BrowserFact]
    public async Task A_run_is_paused_resumed_and_finished_with_what_it_learned()
    {
        using var lab = LabServer.AsDeployed();
        var run = await lab.QueueAsync(Lift(Long).ToSpec());
        await Eventually.TrueAsync(() => LabServer.Steps(run).Count > 5);
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, $"/runs/{run.Id}");
        var page = visit.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Resume" })).ToBeVisibleAsync(new() { Timeout = 60_000 });
        Assert.Equal(RunState.Paused, (await lab.RowAsync(run)).State);
        await visit.AssertAccessibleAsync("a paused run");
        var steps = LabServer.Steps(run).Count;
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await Eventually.TrueAsync(() => LabServer.Steps(run).Count > steps);
        await page.GetByRole(AriaRole.Button, new() { Name = "Finish now" }).ClickAsync();
        await Expect(page.Locator(".banner.good")).ToContainTextAsync("Training was stopped early", new() { Timeout = 120_000 });
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Resume" })).ToBeVisibleAsync();
        await visit.GoAsync("/runs");
        await Expect(page.GetByRole(AriaRole.Table).GetByText("stopped early")).ToBeVisibleAsync();
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task A_finished_run_is_continued_for_two_epochs_and_scored_anew()
    {
        using var lab = LabServer.AsDeployed();
        var run = await lab.QueueAsync(Lift(Short).ToSpec());
        await lab.UntilAsync(run, RunState.Succeeded);
        var (steps, epoch) = (LabServer.Steps(run).Count, Last(run));
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, $"/runs/{run.Id}");
        var page = visit.Page;
        await page.GetByLabel("Epochs").FillAsync("2");
        await page.GetByLabel("Epochs").BlurAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue 2 epochs" }).ClickAsync();
        await Eventually.TrueAsync(() => run.LastAttempt == 2);
        await lab.UntilAsync(run, RunState.Succeeded);
        await Expect(page.Locator(".banner.good")).ToContainTextAsync("Done", new() { Timeout = 60_000 });
        Assert.Equal(epoch + 2, Last(run), 3);
        Assert.Equal(Enumerable.Range(1, LabServer.Steps(run).Count), LabServer.Steps(run));
        Assert.True(LabServer.Steps(run).Count > steps);
        Assert.NotNull((await lab.RowAsync(run)).Score);
        visit.AssertClean();

        static double Last(RunFolder run) => LiftLab.Engine.Runs.Events.RunStory.Read(run, "lift").LastStep!.Epoch;
    }

    [BrowserFact]
    public async Task The_queue_is_reordered_and_a_run_is_discarded_after_a_question()
    {
        using var lab = LabServer.AsDeployed();
        var busy = await lab.QueueAsync(Lift(Long).ToSpec());
        await lab.UntilAsync(busy, RunState.Running);
        var (a, b) = (await lab.QueueAsync(Lift(Short).ToSpec()), await lab.QueueAsync(Lift(Short).ToSpec()));
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/runs");
        var page = visit.Page;
        var queue = page.Locator(".queue li");
        await Expect(queue).ToHaveCountAsync(3);
        await Expect(queue.Nth(1)).ToContainTextAsync("First in queue");
        await Expect(queue.Nth(2)).ToContainTextAsync("Second in queue");
        await Expect(queue.Nth(1)).ToContainTextAsync(new System.Text.RegularExpressions.Regex("is running, about .* left"));
        await visit.AssertAccessibleAsync("the queue");
        await queue.Nth(2).GetByRole(AriaRole.Button, new() { NameRegex = new("up$") }).ClickAsync();
        await Eventually.TrueAsync(async () =>
            (await lab.Get<LabRuns>().QueueAsync()).Select(r => r.Id).SequenceEqual([busy.Id, b.Id, a.Id])
        );

        await visit.GoAsync($"/runs/{busy.Id}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Discard…" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Keep" }).ClickAsync();
        Assert.Equal(RunState.Running, (await lab.RowAsync(busy)).State);
        await page.GetByRole(AriaRole.Button, new() { Name = "Discard…" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
        await visit.AtAsync("/runs$");
        Assert.False(Directory.Exists(busy.Path));
        visit.AssertClean();
    }
}
