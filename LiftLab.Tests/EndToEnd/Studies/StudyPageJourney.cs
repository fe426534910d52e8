using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiftLab.Engine.Experiments;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Engine.Experiments;
using LiftLab.Tests.Web;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Tables;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Studies;

[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class StudyPageJourney(ChromiumBrowser chromium)
{
    static async Task<string> StartAsync(LabServer lab, object request)
    {
        using var http = new HttpClient { BaseAddress = lab.Address };
        var started = await http.PostAsJsonAsync("/api/studies", request);
        started.EnsureSuccessStatusCode();
        return (await started.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    static async Task ShootAsync(IPage page, string name)
    {
        if (Pictures.Folder is not { } path)
            return;
        await Pictures.DrawnAsync(page);
        var height = await page.EvaluateAsync<int>("() => document.documentElement.scrollHeight");
        const int most = 1800;
        for (var part = 0; part * most < height; part++)
            await page.ScreenshotAsync(
                new()
                {
                    Path = Path.Combine(path, $"{name}-{part + 1}.png"),
                    FullPage = true,
                    Clip = new()
                    {
                        X = 0,
                        Y = part * most,
                        Width = page.ViewportSize!.Width,
                        Height = Math.Min(most, height - part * most),
                    },
                }
            );
    }

    [BrowserFact]
    public async Task A_board_fills_a_cell_opens_by_keyboard_and_the_report_is_taken_away()
    {
        using var lab = LabServer.AsDeployed();
        var iris = (await lab.Get<Datasets>().AddSampleAsync("iris")).Row.Id;
        var id = await StartAsync(
            lab,
            new
            {
                experiment = "robustness",
                datasets = new[] { iris },
                learners = new[] { new { name = "logreg" }, new { name = "knn" }, new { name = "rf" }, new { name = "majority" } },
                seeds = new[] { 0, 1, 2 },
            }
        );
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, $"/studies/{id}", width: 1440);
        var page = visit.Page;
        await Expect(page.Locator(".board .cell")).ToHaveCountAsync(16);
        await Expect(page.Locator(".board .cell svg").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await ShootAsync(page, "study-filling");
        await Expect(page.Locator(".state.succeeded")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await Expect(page.Locator(".board .cell svg")).ToHaveCountAsync(16);
        await Expect(page.Locator(".board tr.says p").First).ToContainTextAsync("Logistic regression");
        await visit.AssertAccessibleAsync("study");

        // Keyboard: Enter on a cell opens its curves and moves the focus there; Escape closes them and returns.
        var cell = page.GetByRole(AriaRole.Button, new() { NameRegex = new("k-nearest.*Noise on numbers") });
        await cell.PressAsync("Enter");
        await visit.AtAsync("kind=feature-noise");
        await Expect(page.Locator(".curve-detail h2")).ToBeFocusedAsync();
        await page.WaitForFunctionAsync("() => document.querySelectorAll('.curve-detail .js-plotly-plot').length === 1");
        await Expect(page.Locator(".sample-rows li")).ToHaveCountAsync(3);
        await Expect(page.Locator(".sample-rows mark").First).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync("study with curves");
        await ShootAsync(page, "study-light-1440");
        foreach (var kind in (string[])["SVG", "PNG", "CSV", "JSON"])
        {
            var button = page.Locator(".curve-detail").GetByRole(AriaRole.Button, new() { Name = kind });
            var saved = await page.RunAndWaitForDownloadAsync(() => button.ClickAsync());
            Assert.EndsWith(kind.ToLowerInvariant(), saved.SuggestedFilename, StringComparison.Ordinal);
        }
        await page.Locator(".curve-detail h2").FocusAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".curve-detail")).ToHaveCountAsync(0);
        await Expect(cell).ToBeFocusedAsync();

        var report = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Report" }).ClickAsync());
        var html = await File.ReadAllTextAsync(await report.PathAsync());
        Assert.Contains("Noise on numbers, gaussian", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);

        // A learner is added: its cells are new, the others are taken.
        await page.GetByRole(AriaRole.Button, new() { Name = "Add…" }).ClickAsync();
        await page.GetByLabel(new Regex("^\\s*Learner")).SelectOptionAsync("tree");
        await Expect(page.Locator("p[role=status]", new() { HasText = "new cells" })).ToContainTextAsync("are added to 240");
        await ShootAsync(page, "study-add");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await visit.AtAsync($"studies/(?!{id})");
        await Expect(page.Locator(".state.succeeded")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await Expect(page.Locator(".board .cell svg")).ToHaveCountAsync(20);
        await page.GetByRole(AriaRole.Button, new() { Name = "Dark theme" }).ClickAsync();
        await visit.AssertAccessibleAsync("study, dark");
        visit.AssertClean();

        foreach (var (dark, width) in ((bool, int)[])[(true, 1440), (false, 390), (true, 390)])
        {
            await using var other = await Visit.OpenAsync(
                chromium,
                lab.Address,
                $"/studies/{id}?kind=label-noise/random&learner=knn",
                dark,
                width
            );
            await Expect(other.Page.Locator(".sample-rows li")).ToHaveCountAsync(3);
            Assert.Equal(0, await other.Page.EvaluateAsync<int>("() => Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
            await ShootAsync(other.Page, $"study-{(dark ? "dark" : "light")}-{width}");
            other.AssertClean();
        }
        await using (var document = await Visit.OpenAsync(chromium, lab.Address, $"/studies/{id}/report.html?show=true", width: 1100))
            await ShootAsync(document.Page, "study-report");
    }

    [BrowserFact]
    public async Task Ten_thousand_cells_and_cells_that_cannot_be_applied_are_light()
    {
        using var lab = LabServer.AsDeployed();
        double[] levels = [.. Enumerable.Range(1, 180).Select(i => i / 200.0)];
        string[] ways = ["gaussian", "uniform", "constant", "sign", "rank"];
        var spec = TestStudies.Spec(
            "feature-noise",
            "knn,majority,logreg",
            new(Kinds: [.. ways.Select(w => new StudyKind("feature-noise", w, levels))], Seeds: [0, 1, 2, 3])
        );
        StudyFolder.Create(lab.Get<LabFolder>().Studies, spec, [TestStudies.Table().Table]);
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, $"/studies/{spec.Id}");
        var page = visit.Page;
        await Expect(page.GetByText("10 860 planned").Or(page.GetByText("10\u202f860 planned")).First).ToBeVisibleAsync();
        await page.Locator(".cell-grid tbody tr").Nth(3).ScrollIntoViewIfNeededAsync();
        await Eventually.TrueAsync(async () => await page.Locator(".cell-grid tbody tr").CountAsync() is >= 5 and <= 80);
        await page.GetByRole(AriaRole.Radio, new() { NameRegex = new("^failed") }).ClickAsync();
        await Expect(page.GetByText("No cell failed.")).ToBeVisibleAsync();
        visit.AssertClean();

        var dataset = (await lab.Get<Datasets>().AddSampleAsync("crickets")).Row;
        var id = await StartAsync(
            lab,
            new
            {
                experiment = "robustness",
                datasets = new[] { dataset.Id },
                kinds = new object[]
                {
                    new
                    {
                        kind = "label-noise",
                        way = "random",
                        levels = new[] { 10, 20 },
                    },
                    new { kind = "missing-cells", levels = new[] { 10, 40 } },
                },
                learners = new[] { new { name = "knn" }, new { name = "rf" }, new { name = "mean" } },
                seeds = new[] { 0, 1 },
            }
        );
        await visit.GoAsync($"/studies/{id}");
        await Expect(page.Locator(".state.succeeded")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await Expect(page.Locator(".reasons li")).ToContainTextAsync("cannot-apply");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Retry failed cells" }).First).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync("study with failed cells");
        await ShootAsync(page, "study-failed");
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task Other_questions_show_growing_figures_with_the_curves_of_each_kind()
    {
        using var lab = LabServer.AsDeployed();
        var iris = (await lab.Get<Datasets>().AddSampleAsync("iris")).Row.Id;
        var wine = (await lab.Get<Datasets>().AddSampleAsync("wine")).Row.Id;
        object[] learners = [new { name = "knn" }, new { name = "rf" }, new { name = "majority" }];
        var ids = new List<string>();
        foreach (
            var (experiment, tables) in ((string, Guid[])[])
                [("sample-efficiency", [iris, wine]), ("accuracy", [iris, wine]), ("imbalance", [wine])]
        )
            ids.Add(
                await StartAsync(
                    lab,
                    new
                    {
                        experiment,
                        datasets = tables,
                        learners,
                        seeds = new[] { 0, 1 },
                    }
                )
            );
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, $"/studies/{ids[0]}");
        var page = visit.Page;
        await Expect(page.Locator(".state.succeeded")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await page.WaitForFunctionAsync("() => document.querySelectorAll('.study-figures .js-plotly-plot').length === 1");
        // All rows are on the left, few on the right.
        await page.WaitForFunctionAsync(
            "() => { const range = document.querySelector('.study-figures .js-plotly-plot')._fullLayout?.xaxis.range; return range?.[0] > range?.[1]; }"
        );
        await page.GetByLabel(new Regex("^\\s*Table")).First.SelectOptionAsync("Wine");
        await visit.AtAsync("table=Wine");
        await Expect(page.Locator(".study-figures h3")).ToContainTextAsync("Wine");
        await visit.AssertAccessibleAsync("sample efficiency");
        await ShootAsync(page, "study-rows");
        for (var i = 1; i < ids.Count; i++)
        {
            await visit.GoAsync($"/studies/{ids[i]}");
            await Expect(page.Locator(".state.succeeded")).ToBeVisibleAsync(new() { Timeout = 120_000 });
            await page.WaitForFunctionAsync("() => document.querySelectorAll('.study-figures .js-plotly-plot').length === 1");
            await visit.AssertAccessibleAsync($"study {i}");
            await ShootAsync(page, $"study-other-{i}");
        }
        visit.AssertClean();
    }
}
