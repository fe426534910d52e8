using System.Globalization;
using System.Text.Json;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Web;
using LiftLab.Web.Live;
using LiftLab.Web.Storage;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Runs;

/// <summary>Response curves and surfaces on the run page, the results page and the comparison.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class ResponseFigureTests(ChromiumBrowser chromium)
{
    const int Patience = 120_000;

    static readonly Schema Schema = new(
        [
            new("depth", ColumnKind.Number) { Unit = "m" },
            new("season", ColumnKind.Category),
            new("oxygen", ColumnKind.Number, ColumnRole.Target) { Unit = "mg/l" },
        ],
        TaskKind.Regression
    );

    static string Lake =>
        "depth,season,oxygen\n"
        + string.Concat(
            Enumerable
                .Range(0, 90)
                .Select(i => (At: i * 0.1, Warm: i % 2 == 0))
                .Select(r =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{r.At:0.0},{(r.Warm ? "summer" : "winter")},{8 + 2 * Math.Sin(r.At) + (r.Warm ? 0 : 3):0.00}\n"
                    )
                )
        );

    static async Task<RunFolder> QueueAsync(LabServer lab, string id, LearnerSpec learner, FeaturePair pair)
    {
        var spec = new RunSpec(id, id, DateTimeOffset.UnixEpoch, "table.csv", Schema, 0, 0, learner, [new("linear"), new("knn")], pair);
        var folder = RunFolder.Create(lab.Get<LabFolder>().Runs, spec, file => File.WriteAllText(file, Lake));
        await lab.Get<RunTable>()
            .AddAsync(
                new()
                {
                    Id = id,
                    Name = id,
                    DatasetName = "lake",
                    Task = Schema.Task,
                    Target = "oxygen",
                    Learner = learner.Name,
                    CreatedUtc = DateTime.UnixEpoch,
                },
                CancellationToken.None
            );
        lab.Get<WorkSignal>().Wake();
        return folder;
    }

    [BrowserFact]
    public async Task A_response_curve_grows_while_LIFT_trains_and_stands_beside_the_baselines()
    {
        using var lab = LabServer.AsDeployed();
        var quick = FineTunePresets.ForLiftMini with { Members = 1, MinimumSteps = 60, MaximumSteps = 60, Epochs = 8 };
        var lift = (LiftSettings.Default(TaskKind.Regression) with { Recipe = quick }).ToSpec();
        var first = await QueueAsync(lab, "first", lift, new("depth", "season"));
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/runs/first");
        var page = visit.Page;
        var panel = page.Locator(".boundary");
        await Expect(panel.GetByRole(AriaRole.Heading, new() { Name = "Response curve", Exact = true })).ToBeVisibleAsync();
        await page.WaitForFunctionAsync(
            "() => document.querySelector('.boundary .js-plotly-plot')?.data?.filter(t => t.mode === 'lines' && t.x.length > 20).length >= 2",
            null,
            new() { Timeout = Patience }
        );
        await Expect(page.Locator(".banner.good")).ToContainTextAsync("Done", new() { Timeout = Patience });
        await Expect(page.Locator(".side-by-side h3")).ToHaveCountAsync(3);
        await Expect(page.Locator(".side-by-side h3").First).ToHaveTextAsync("LIFT");
        await page.WaitForFunctionAsync("() => document.querySelectorAll('.side-by-side .js-plotly-plot').length === 3");
        // the same axes for every learner
        Assert.Equal(
            1,
            await page.EvaluateAsync<int>(
                "() => new Set([...document.querySelectorAll('.side-by-side .js-plotly-plot')].map(p => JSON.stringify([p.layout.xaxis.range, p.layout.yaxis.range]))).size"
            )
        );
        await visit.AssertAccessibleAsync("a run with a response curve");

        var saved = await page.RunAndWaitForDownloadAsync(() =>
            panel.GetByRole(AriaRole.Button, new() { Name = "Save response-curve as JSON" }).ClickAsync()
        );
        using (var json = JsonDocument.Parse(await File.ReadAllTextAsync(await saved.PathAsync())))
            Assert.Equal("depth", json.RootElement.GetProperty("x").GetProperty("label").GetString());
        var csv = await page.RunAndWaitForDownloadAsync(() =>
            panel.GetByRole(AriaRole.Button, new() { Name = "Save response-curve as CSV" }).ClickAsync()
        );
        Assert.StartsWith("season,depth (m),predicted oxygen (mg/l)", await File.ReadAllTextAsync(await csv.PathAsync()));

        // a person chooses another picture: one line, winter held
        await visit.GoAsync("/runs/first/results");
        var wall = page.Locator(".boundaries");
        await wall.GetByLabel("Lines or surface").SelectOptionAsync("");
        await wall.GetByText("The other feature is held").ClickAsync();
        await wall.Locator(".held select").SelectOptionAsync("winter");
        await wall.GetByRole(AriaRole.Button, new() { Name = "Draw" }).ClickAsync();
        await Expect(wall).ToContainTextAsync("Held: season = winter", new() { Timeout = Patience });
        await Expect(wall.Locator("h3"))
            .ToHaveTextAsync(["LIFT", "k-nearest neighbours", "Linear regression"], new() { Timeout = Patience });
        await visit.AssertAccessibleAsync("results with response curves");

        // two runs of the table over each other
        var second = await QueueAsync(lab, "second", new("rf"), new("depth", "season"));
        await lab.UntilAsync(second, RunState.Succeeded);
        await lab.UntilAsync(first, RunState.Succeeded);
        await visit.GoAsync("/compare?runs=first,second");
        var overlay = page.Locator(".overlay");
        await Expect(overlay.GetByLabel("LIFT · first")).ToBeCheckedAsync();
        await Expect(overlay.GetByLabel("Random forest · second")).ToBeCheckedAsync();
        await page.WaitForFunctionAsync(
            "() => { const names = document.querySelector('.overlay .js-plotly-plot')?.data?.map(t => t.name) ?? []; return names.includes('LIFT · first') && names.includes('Random forest · second'); }"
        );
        await overlay.Locator(".picker select").Last.SelectOptionAsync("winter");
        await Expect(overlay.Locator("figure"))
            .ToHaveAttributeAsync("aria-label", new System.Text.RegularExpressions.Regex("season is winter"));
        await overlay.GetByRole(AriaRole.Radio, new() { Name = "side by side" }).ClickAsync();
        await Expect(overlay.Locator("h3").First).ToHaveTextAsync("LIFT · first");
        await visit.AssertAccessibleAsync("comparison with an overlay");
        visit.AssertClean();

        await using var phone = await Visit.OpenAsync(chromium, lab.Address, "/runs/first", dark: true, width: 390);
        await Expect(phone.Page.Locator(".side-by-side .js-plotly-plot").First).ToBeVisibleAsync();
        Assert.Equal(0, await phone.Page.EvaluateAsync<int>("() => Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
        await phone.AssertAccessibleAsync("a response curve on a phone, dark");
        phone.AssertClean();
    }
}
