using System.Text;
using LiftLab.Engine.Tables.Synthetic;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Web.Storage.Tables;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Data;

/// <summary>The profile in the headers, names and labels of columns, and synthetic tables, in the browser.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class TableProfileTests(ChromiumBrowser chromium, DatasetLab lab) : IClassFixture<DatasetLab>
{
    async Task<(Visit Visit, Guid Id)> OpenAsync(string sample, bool dark = false, int width = 1280)
    {
        var dataset = await lab.Server.Get<Datasets>().AddSampleAsync(sample);
        var visit = await Visit.OpenAsync(chromium, lab.Server.Address, $"/datasets/{dataset.Row.Id:N}", dark, width);
        await Expect(visit.Page.GetByText("What to predict")).ToBeVisibleAsync();
        return (visit, dataset.Row.Id);
    }

    static ILocator Grid(IPage page) => page.GetByRole(AriaRole.Region, new() { Name = "Rows of the table" });

    [BrowserTheory]
    [InlineData(false, 1280)]
    [InlineData(true, 390)]
    public async Task A_bar_a_value_and_missing_cells_filter_the_rows(bool dark, int width)
    {
        var (visit, _) = await OpenAsync("penguins", dark, width);
        await using var _1 = visit;
        var page = visit.Page;
        await Expect(Grid(page).Locator(".head-bars svg")).ToHaveCountAsync(8);
        var bars = Grid(page).Locator("th").Filter(new() { HasText = "species" }).Locator(".head-bars");
        await bars.ClickAsync(
            new()
            {
                Position = new() { X = 4, Y = 20 },
            }
        );
        await Expect(page.GetByText("152 of 344", new() { Exact = false }).First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Values of sex" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Show rows where sex is missing" }).Last.ClickAsync();
        await Expect(page.Locator(".chips li")).ToHaveCountAsync(3);
        await Expect(Grid(page).Locator("tbody td.missing").First).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync("filtered rows");
        await Pictures.PictureAsync(visit, $"profile-{(dark ? "dark" : "light")}-{width}");
        Assert.True(await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth") <= width);
        await page.GetByRole(AriaRole.Button, new() { Name = "Clear all filters" }).ClickAsync();
        await Expect(page.Locator(".chips")).ToHaveCountAsync(0);
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task A_thousand_columns_are_scrolled_in_a_small_page()
    {
        var random = new Random(5);
        var text = new StringBuilder(string.Join(',', Enumerable.Range(0, 1000).Select(c => $"c{c}")) + ",class\n");
        for (var r = 0; r < 60; r++)
            text.Append(
                    string.Join(',', Enumerable.Range(0, 1000).Select(_ => FormattableString.Invariant($"{random.Next(1000) / 7.0:0.00}")))
                )
                .Append(r % 2 == 0 ? ",a\n" : ",b\n");
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text.ToString()));
        var dataset = await lab.Server.Get<Datasets>().AddAsync(content, "wide.csv");
        await using var visit = await Visit.OpenAsync(chromium, lab.Server.Address, $"/datasets/{dataset.Row.Id:N}");
        var page = visit.Page;
        await Expect(Grid(page).Locator(".head-bars svg").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Grid(page).EvaluateAsync("e => e.scrollLeft = 500 * 172");
        await Expect(Grid(page).Locator("th").Filter(new() { HasText = "c502" })).ToBeVisibleAsync();
        await Expect(Grid(page).Locator("tbody tr").Nth(1)).ToBeVisibleAsync();
        await page.GetByLabel("Go to column").FillAsync("c99");
        await page.GetByLabel("Go to column").PressAsync("Enter");
        await Expect(Grid(page).Locator("th").Filter(new() { HasText = "c99" }).First).ToBeVisibleAsync();
        await Expect(page.GetByText("columns profiled")).ToHaveCountAsync(0, new() { Timeout = 60_000 });
        var length = (await page.ContentAsync()).Length;
        Assert.True(length < 1_000_000, $"{length} characters");
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task Labels_of_the_panel_are_in_the_studio_and_in_new_run()
    {
        var rows = "native,size,rating\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{1 + i % 2},{10 + i % 17},{1 + i % 3}\n"));
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(rows));
        var dataset = await lab.Server.Get<Datasets>().AddAsync(content, "tae.csv");
        await using var visit = await Visit.OpenAsync(chromium, lab.Server.Address, $"/datasets/{dataset.Row.Id:N}");
        var page = visit.Page;
        await page.GetByLabel("Called in prompts").FillAsync("the assistant");
        await page.GetByLabel("Called in prompts").PressAsync("Tab");
        await page.GetByLabel("Label of 1 in native").FillAsync("an English speaker");
        await page.GetByLabel("Label of 1 in native").PressAsync("Tab");
        await Expect(page.Locator(".names-preview")).ToContainTextAsync("the assistant = an English speaker");
        await visit.AssertAccessibleAsync("names and labels");
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Set up a run", Exact = true })).ToBeVisibleAsync();
        await visit.GoAsync($"/studio/{dataset.Row.Id:N}");
        await page.GetByLabel("Start from").SelectOptionAsync("names");
        await Expect(page.GetByText("an English speaker").First).ToBeVisibleAsync();
        await page.GetByLabel("Start from").SelectOptionAsync("*sentence");
        await Expect(page.GetByText("an English speaker").First).ToBeVisibleAsync();
        visit.AssertClean();
    }

    [BrowserTheory]
    [InlineData(false, 1280)]
    [InlineData(true, 390)]
    public async Task A_synthetic_table_is_drawn_while_it_changes_and_added_with_one_click(bool dark, int width)
    {
        await using var visit = await Visit.OpenAsync(chromium, lab.Server.Address, "/datasets", dark, width);
        var page = visit.Page;
        var table = page.Locator("select:has(option[value='moons'])");
        foreach (var (function, traces) in ((string, int)[])[("ninegaussians", 9), ("cosine", 3)])
        {
            await table.SelectOptionAsync(function);
            await page.WaitForFunctionAsync($"() => document.querySelector('.js-plotly-plot')?.data?.length === {traces}");
        }
        await page.GetByLabel("Features").SelectOptionAsync("2");
        await page.WaitForFunctionAsync("() => document.querySelector('.js-plotly-plot')?.data?.some(d => d.type === 'heatmap')");
        await Pictures.PictureAsync(visit, $"synthetic-surface-{(dark ? "dark" : "light")}-{width}");
        await table.SelectOptionAsync("moons");
        await page.WaitForFunctionAsync(
            "() => { const d = document.querySelector('.js-plotly-plot')?.data; return d?.length === 2 && d[0].x?.length > 0; }"
        );
        const string first = "() => `${document.querySelector('.js-plotly-plot')?.data?.[0]?.x?.[0]}`";
        var before = await page.EvaluateAsync<string>(first);
        await page.GetByLabel("Noise").FillAsync("0.3");
        await page.GetByLabel("Noise").PressAsync("Tab");
        await page.WaitForFunctionAsync(
            $"() => {{ const x = document.querySelector('.js-plotly-plot')?.data?.[0]?.x?.[0]; return x !== undefined && `${{x}}` !== '{before}'; }}"
        );
        await page.GetByLabel("Test rows").FillAsync("0");
        await page.GetByLabel("Test rows").PressAsync("Tab");
        await Expect(page.GetByText("Train, valid and test must be 1")).ToBeVisibleAsync();
        await page.GetByLabel("Test rows").FillAsync("400");
        await page.GetByLabel("Test rows").PressAsync("Tab");
        await Expect(page.GetByText("Train, valid and test must be 1")).ToBeHiddenAsync();
        await visit.AssertAccessibleAsync("a synthetic table");
        await Pictures.PictureAsync(visit, $"synthetic-{(dark ? "dark" : "light")}-{width}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add moons as a dataset" }).ClickAsync();
        await visit.AtAsync("/datasets/.{32}$");
        await Expect(page.GetByText("rows, 3 columns")).ToBeVisibleAsync();
        await Expect(page.GetByText("synth moons")).ToContainTextAsync("--noise 0.3 --seed 0 --data-seed 123");
        var kept = lab.Server.Get<Datasets>().SyntheticOf(Guid.Parse(page.Url[^32..]));
        Assert.Equal(new SyntheticSettings("moons") { Noise = 0.3, Test = 400 }, kept);
        visit.AssertClean();
    }
}
