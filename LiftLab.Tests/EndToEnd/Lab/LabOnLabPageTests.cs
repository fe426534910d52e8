using System.Diagnostics;
using LiftLab.Engine.Runs;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Web;
using LiftLab.Tests.Web.Serving;
using LiftLab.Web.Live;
using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Lab;

/// <summary>In the browser, a lab fine-tunes on another lab: from its address and key to a curve that moves, on both sides.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class LabOnLabPageTests(ChromiumBrowser chromium, ITestOutputHelper output)
{
    const float Patience = 300_000;

    const string Points =
        "() => document.querySelector('figure[aria-label^=\"Loss curve\"] .js-plotly-plot')?.data?.some(d => d.x?.length > 1)";

    [BrowserFact]
    public async Task From_an_address_and_a_key_to_a_moving_curve()
    {
        using var other = new ServedLab();
        using var lab = LabServer.AsDeployed();
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/providers");
        var page = visit.Page;
        var watch = Stopwatch.StartNew();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a provider" }).ClickAsync();
        await page.GetByLabel("Kind").SelectOptionAsync("liftlab");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("otherlab");
        await page.GetByLabel("Address, with the version").FillAsync(other.Address.ToString());
        await page.GetByLabel("Key", new() { Exact = false }).First.FillAsync(ServedLab.Key);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("The service takes fine-tuning jobs")).ToBeVisibleAsync();
        await visit.GoAsync("/new");
        await page.GetByRole(AriaRole.Button, new() { Name = "Iris" }).First.ClickAsync();
        await visit.AtAsync("dataset=");
        await page.Locator("section[aria-label='Base model'] select")
            .SelectOptionAsync(new SelectOptionValue { Label = "a model of otherlab" });
        await page.GetByLabel("Model", new() { Exact = true }).FillAsync("lift-mini");
        await page.Keyboard.PressAsync("Tab");
        var start = page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true });
        await Expect(start).ToBeEnabledAsync();
        await Expect(page.Locator(".money-gate")).ToHaveCountAsync(0); // another lab costs nothing
        await start.ClickAsync();
        await visit.AtAsync("/runs/[^/]+$");
        var run = new Uri(page.Url).AbsolutePath;
        await page.WaitForFunctionAsync(Points, null, new() { Timeout = Patience });
        output.WriteLine($"from the empty form to a moving curve: {watch.Elapsed.TotalSeconds:0.0} s");

        // the job is a run of the other lab, with the same curve on its page
        var job = Path.GetFileName(
            Directory.GetDirectories(Path.Combine(other.Lab.Folder, "runs")).Single(d => !Path.GetFileName(d).StartsWith('.'))
        );
        await using var there = await Visit.OpenAsync(chromium, other.Lab.Address, $"/runs/{job}");
        await there.Page.WaitForFunctionAsync(Points, null, new() { Timeout = Patience });
        await Expect(page.Locator(".banner.good")).ToContainTextAsync("Done", new() { Timeout = Patience });
        await Expect(there.Page.Locator(".banner.good")).ToContainTextAsync("Done", new() { Timeout = Patience });
        await visit.AssertAccessibleAsync("run at another lab");
        await there.AssertAccessibleAsync("served job");
        var folder = lab.Get<LabRuns>().Folder(run.Split('/')[^1]);
        Assert.Equal(LabServer.Steps(folder), LabServer.Steps(RunFolder.Open(Path.Combine(other.Lab.Folder, "runs", job))));

        // a job has no test rows of its own: its tabs say so and stay usable
        foreach (var tab in (string[])["/results", "/predict"])
        {
            await there.GoAsync($"/runs/{job}{tab}");
            await Expect(there.Page.Locator("main .card, main .empty").First).ToBeVisibleAsync();
            await there.AssertAccessibleAsync("served job " + tab);
        }
        there.AssertClean();
        foreach (var tab in (string[])["", "/results", "/predict"])
            await Pictures.EachWayAsync(
                chromium,
                other.Lab.Address,
                $"/runs/{job}{tab}",
                "served" + tab.Replace('/', '-'),
                v => Expect(v.Page.Locator("main .card, main .empty").First).ToBeVisibleAsync()
            );
        await Pictures.EachWayAsync(chromium, lab.Address, run, "lab-on-lab");
        visit.AssertClean();
    }
}
