using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Engine.Figures;
using LiftLab.Tests.Web;
using LiftLab.Web.Charts;
using LiftLab.Web.Charts.Svg;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiftLab.Tests.EndToEnd;

/// <summary>
/// Screenshots of every page: <c>LIFTLAB_SHOTS=shots dotnet test LiftLab.Tests --filter Shots</c> runs iris and writes light and dark at
/// 390 and 1440 pixels into that folder of the repository, and the two pictures of the README.
/// </summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class Shots(ChromiumBrowser chromium, ITestOutputHelper output)
{
    /// <summary>One figure of each chart, as it is saved, in one picture of each theme.</summary>
    [PicturesFact]
    public async Task Every_figure_is_pictured()
    {
        var page = await chromium.Browser.NewPageAsync(
            new()
            {
                ViewportSize = new() { Width = 1340, Height = 900 },
            }
        );
        foreach (var theme in (ChartTheme[])[ChartTheme.Light, ChartTheme.Dark])
        {
            await page.SetContentAsync(string.Concat(SomeFigures.All.Select(f => SvgPainter.Paint(f, SvgPage.Whole(f), theme))));
            Assert.Equal(SomeFigures.All.Count, await page.Locator("svg").CountAsync());
            output.WriteLine(await Pictures.PictureAsync(page, $"figures-{(theme.IsDark ? "dark" : "light")}"));
        }
        await page.CloseAsync();
    }

    [PicturesFact]
    public async Task Every_page_is_pictured()
    {
        Assert.Contains("/shots/", House.Sources.Read(".gitignore"), StringComparison.Ordinal);
        using var lab = LabServer.AsDeployed();
        string run,
            dataset;
        await using (var visit = await Visit.OpenAsync(chromium, lab.Address, "/"))
        {
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Try it on iris flowers" }).ClickAsync();
            await visit.AtAsync("/runs/.");
            run = new Uri(visit.Page.Url).AbsolutePath;
            await visit.Page.WaitForFunctionAsync(
                "() => document.querySelector('figure[aria-label^=\"Loss curve\"] .js-plotly-plot')?.data?.[0].x.length > 20",
                null,
                new() { Timeout = 120_000 }
            );
            await Pictures.PictureAsync(visit, "training");
            await visit.Page.Locator(".banner.good").WaitForAsync(new() { Timeout = 180_000 });
            await visit.GoAsync("/datasets");
            dataset = (await visit.Page.Locator("a[href^='/datasets/']").First.GetAttributeAsync("href"))!;
        }
        (string Name, string Path)[] pages =
        [
            ("home", "/"),
            ("datasets", "/datasets"),
            ("dataset", dataset),
            ("new", "/new?dataset=" + dataset.Split('/')[^1]),
            ("run", run),
            ("results", run + "/results"),
            ("runs", "/runs"),
            ("compare", "/compare?runs=" + run.Split('/')[^1]),
            ("models", "/models"),
            ("storage", "/storage"),
            ("missing", "/runs/none"),
        ];
        // The pictures of the README.
        await using (var visit = await Visit.OpenAsync(chromium, lab.Address, "/", height: 1000))
            foreach (var (title, path) in ((string, string)[])[("readme-run", run), ("readme-results", run + "/results")])
            {
                await visit.GoAsync(path);
                await visit.Page.Locator("main h1").WaitForAsync();
                await Pictures.PictureAsync(visit.Page, title, whole: false);
            }
        foreach (var dark in (bool[])[false, true])
        foreach (var width in (int[])[390, 1440])
        {
            await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/", dark, width);
            foreach (var (title, path) in pages)
            {
                await visit.GoAsync(path);
                await visit.Page.Locator("main h1").WaitForAsync();
                output.WriteLine(await Pictures.PictureAsync(visit.Page, $"{title}-{(dark ? "dark" : "light")}-{width}"));
            }
        }
    }
}
