using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Web;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd;

/// <summary>Charts while their library (4.5 MB) is slow to come, or does not come.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class PlotLibraryTests(ChromiumBrowser chromium)
{
    const string Library = "**/plotly-3*.js";
    static readonly FineTune Quick = FineTunePresets.ForLiftMini with { Members = 1, MinimumSteps = 20, MaximumSteps = 20, Epochs = 1 };

    [BrowserFact]
    public async Task A_chart_left_before_its_library_came_is_no_error_and_the_next_page_s_charts_are_drawn()
    {
        using var lab = LabServer.AsDeployed();
        var run = await FinishedAsync(lab);
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/models");
        var page = visit.Page;
        var asked = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        await page.RouteAsync(
            Library,
            async route =>
            {
                asked.TrySetResult();
                await gate.Task;
                await route.ContinueAsync();
            }
        );

        await GoWithinAsync(page, $"/runs/{run.Id}");
        await Expect(page.Locator("figure.chart").First).ToBeVisibleAsync();
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await GoWithinAsync(page, "/models");
        await Expect(page.Locator("figure.chart")).ToHaveCountAsync(0);
        gate.SetResult();
        await page.WaitForFunctionAsync("() => window.Plotly !== undefined");
        await GoWithinAsync(page, $"/runs/{run.Id}");
        await Expect(page.Locator("figure.chart .main-svg").First).ToBeVisibleAsync();
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task Without_the_library_a_chart_says_so_and_its_table_is_there()
    {
        using var lab = LabServer.AsDeployed();
        var run = await FinishedAsync(lab);
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/models");
        var page = visit.Page;
        await page.RouteAsync(Library, route => route.AbortAsync());
        await GoWithinAsync(page, $"/runs/{run.Id}");
        var chart = page.Locator("figure.chart").First;
        await Expect(chart.GetByRole(AriaRole.Alert)).ToContainTextAsync("The chart library could not be loaded");
        await chart.GetByRole(AriaRole.Button, new() { Name = "Table" }).ClickAsync();
        await Expect(chart.GetByRole(AriaRole.Table)).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task A_connection_cut_while_the_library_loads_is_said_within_five_seconds_and_the_charts_come_when_it_is_back()
    {
        using var lab = LabServer.AsDeployed();
        var run = await FinishedAsync(lab);
        await using var wire = new CutLine(lab.Address);
        await using var visit = await Visit.OpenAsync(chromium, wire.Address, "/models");
        visit.CutsTheConnection = true;
        var page = visit.Page;
        var asked = new TaskCompletionSource();
        await page.RouteAsync(
            Library,
            async route =>
            {
                if (asked.TrySetResult())
                    await route.AbortAsync(); // as the cut does
                else
                    await route.ContinueAsync();
            }
        );
        await GoWithinAsync(page, $"/runs/{run.Id}");
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        wire.Cut();
        await page.WaitForFunctionAsync(
            "() => !document.getElementById('offline').hidden || document.getElementById('components-reconnect-modal').open"
        );
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20); // six on a quiet machine; the connection alone would notice after thirty
        wire.Mend();
        await Expect(page.Locator("figure.chart .main-svg").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(page.Locator("#offline")).ToBeHiddenAsync();
        Assert.DoesNotContain("could not be loaded", await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task A_library_that_did_not_come_is_asked_for_again_by_a_button()
    {
        using var lab = LabServer.AsDeployed();
        var run = await FinishedAsync(lab);
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/models");
        var page = visit.Page;
        await page.RouteAsync(Library, route => route.AbortAsync());
        await GoWithinAsync(page, $"/runs/{run.Id}");
        var chart = page.Locator("figure.chart").First;
        await Expect(chart.GetByRole(AriaRole.Alert)).ToContainTextAsync("The chart library could not be loaded");
        await page.UnrouteAsync(Library);
        await chart.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(chart.Locator(".main-svg").First).ToBeVisibleAsync();
    }

    static async Task<RunFolder> FinishedAsync(LabServer lab)
    {
        var run = await lab.QueueAsync((LiftSettings.Default(TaskKind.Classification) with { Recipe = Quick }).ToSpec());
        await lab.UntilAsync(run, RunState.Succeeded);
        return run;
    }

    /// <summary>Goes to a page as a link does, without loading the document anew.</summary>
    static async Task GoWithinAsync(IPage page, string path) => await page.EvaluateAsync("path => Blazor.navigateTo(path)", path);
}
