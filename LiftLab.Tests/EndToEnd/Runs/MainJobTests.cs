using System.Text;
using System.Text.RegularExpressions;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.EndToEnd.Data;
using LiftLab.Tests.Web;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Runs;

[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed partial class MainJobTests(ChromiumBrowser chromium)
{
    const float Patience = 300_000; // a run on a busy machine; what goes as it should is far quicker

    /// <summary>Steps on the loss curve, as the browser has them: each once, in order.</summary>
    const string Curve =
        "() => { const p = document.querySelector('figure[aria-label^=\"Loss curve\"] .js-plotly-plot'); return p && p.data ? p.data[0].x : []; }";

    const string AllDark =
        "() => { const p = [...document.querySelectorAll('.js-plotly-plot')]; return p.length >= 5 && p.every(q => q.layout.paper_bgcolor === '#161d24'); }";

    [BrowserFact]
    public async Task A_bundled_table_is_trained_on_watched_and_scored()
    {
        using var lab = LabServer.AsDeployed();
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/");
        var page = visit.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Try it on iris flowers" }).ClickAsync();
        await visit.AtAsync(RunAddress());

        // the boundary takes shape while the loss curve still grows
        await page.WaitForFunctionAsync(
            "() => document.querySelectorAll('.js-plotly-plot').length >= 2 && [...document.querySelectorAll('.js-plotly-plot')].some(p => p.data && p.data[0].type === 'heatmap' && p.data[0].z.length > 5)",
            null,
            new() { Timeout = Patience }
        );
        await page.WaitForFunctionAsync($"() => ({Curve})().length > 20", null, new() { Timeout = Patience });

        // a reload in the middle: the same curve, nothing missing, nothing twice
        await page.ReloadAsync();
        await page.WaitForFunctionAsync($"() => ({Curve})().length > 20", null, new() { Timeout = Patience });
        await AssertWholeAsync(page);

        await Expect(page.Locator(".banner.good")).ToContainTextAsync("Done", new() { Timeout = Patience });
        await AssertWholeAsync(page);
        await Expect(page.GetByRole(AriaRole.Row, new() { NameRegex = LiftRow() })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "See the results" }).ClickAsync();

        await Expect(page.Locator(".verdict .big")).ToContainTextAsync("%");
        await Expect(page.Locator(".comparisons li").First).ToBeVisibleAsync();
        await page.WaitForFunctionAsync(
            "() => document.querySelectorAll('.wall .js-plotly-plot').length >= 3",
            null,
            new() { Timeout = 30_000 }
        );
        // all columns fit
        Assert.Equal(0, await page.Locator(".scroll.scores").First.EvaluateAsync<int>("s => s.scrollWidth - s.clientWidth"));
        await Expect(page.GetByText("30 of 30 test rows")).ToBeVisibleAsync();
        await Expect(page.GetByText("Unreadable answers")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Radio, new() { Name = "they disagree" }).ClickAsync();
        await Expect(page.GetByText("30 of 30 test rows")).ToBeHiddenAsync();
        await page.GetByRole(AriaRole.Radio, new() { Name = "all", Exact = true }).ClickAsync();
        await Expect(page.GetByText("30 of 30 test rows")).ToBeVisibleAsync();

        var csv = await page.RunAndWaitForDownloadAsync(() =>
            page.GetByRole(AriaRole.Link, new() { Name = "CSV", Exact = true }).ClickAsync()
        );
        var text = await File.ReadAllTextAsync(await csv.PathAsync());
        Assert.Equal(31, text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        var xlsx = await page.RunAndWaitForDownloadAsync(() =>
            page.GetByRole(AriaRole.Link, new() { Name = "XLSX", Exact = true }).ClickAsync()
        );
        Assert.Equal("PK"u8.ToArray(), (await File.ReadAllBytesAsync(await xlsx.PathAsync()))[..2]);

        await visit.AssertAccessibleAsync("results");
        await page.GetByRole(AriaRole.Button, new() { Name = "Dark theme" }).ClickAsync();
        await page.WaitForFunctionAsync(AllDark);
        await visit.AssertAccessibleAsync("results, dark");
        await page.ReloadAsync(); // charts that were asked for before the theme was known
        await page.WaitForFunctionAsync(AllDark);
        await page.GetByRole(AriaRole.Link, new() { Name = "Training" }).ClickAsync();
        await page.WaitForFunctionAsync($"() => ({Curve})().length > 20");
        await visit.AssertAccessibleAsync("run, dark");
        await visit.GoAsync("/runs");
        await Expect(page.GetByRole(AriaRole.Row, new() { NameRegex = DoneRow() })).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync("runs, dark");
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task A_cut_connection_two_tabs_and_a_restart_lose_nothing_and_draw_nothing_twice()
    {
        var folder = Directory.CreateTempSubdirectory("liftlab-").FullName;
        try
        {
            int port;
            string address;
            await using (var first = await Restartable(folder, 0))
            {
                port = first.Server.Address.Port;
                await using var wire = new CutLine(first.Server.Address);
                await using var visit = await Visit.OpenAsync(chromium, wire.Address, "/");
                visit.CutsTheConnection = true;
                var page = visit.Page;
                await page.GetByRole(AriaRole.Button, new() { Name = "Start a run on Two moons" }).ClickAsync();
                await visit.AtAsync(RunAddress());
                address = new Uri(page.Url).AbsolutePath;
                await page.WaitForFunctionAsync($"() => ({Curve})().length > 5", null, new() { Timeout = Patience });
                await using var second = await Visit.OpenAsync(chromium, first.Server.Address, address);

                wire.Cut();
                await page.WaitForFunctionAsync(
                    "() => document.getElementById('components-reconnect-modal').open",
                    null,
                    new() { Timeout = 30_000 }
                );
                // the run goes on meanwhile, as the other tab sees
                var before = await page.EvaluateAsync<int>($"() => ({Curve})().length");
                await second.Page.WaitForFunctionAsync(
                    $"n => ({Curve})().length > n + 3 || document.querySelector('.banner.good')",
                    before,
                    new() { Timeout = Patience }
                );
                wire.Mend();
                await page.WaitForFunctionAsync(
                    $"n => ({Curve})().length > n || document.querySelector('.banner.good')",
                    before,
                    new() { Timeout = Patience }
                );
                await AssertWholeAsync(page);
                await second.Page.WaitForFunctionAsync($"() => ({Curve})().length > 5", null, new() { Timeout = Patience });
                await AssertWholeAsync(second.Page);
                second.AssertClean();
            }

            // The dashboard stops; the run's own process goes on, or is resumed by the next dashboard.
            await using (var again = await Restartable(folder, port))
            {
                await using var visit = await Visit.OpenAsync(chromium, again.Server.Address, address);
                await Expect(visit.Page.Locator(".banner.good")).ToContainTextAsync("Done", new() { Timeout = Patience });
                await visit.Page.WaitForFunctionAsync($"() => ({Curve})().length > 5");
                await AssertWholeAsync(visit.Page);
                visit.AssertClean();
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [BrowserFact]
    public async Task An_uploaded_file_is_understood_mended_and_confirmed()
    {
        using var lab = LabServer.AsDeployed();
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/datasets");
        var page = visit.Page;

        await UploadAsync(page, "empty.csv", "a,b,class\n"u8.ToArray());
        await Expect(page.GetByText("empty.csv cannot be used.")).ToBeVisibleAsync();
        await Expect(page.Locator(".problems .error").First).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync("a file that is no table");

        // what can be read is shown, with what is wrong; it cannot be started
        await UploadAsync(page, "broken.csv", "a,b,class\n1,2,x\n\"3,4,y\n5,6,x\n"u8.ToArray());
        await visit.AtAsync(DatasetAddress());
        await Expect(page.Locator(".problems .error").First).ToContainTextAsync("quote");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Confirm and set up a run" })).ToBeDisabledAsync();
        await visit.GoAsync("/datasets");

        var rows = new StringBuilder("length;width;kind\n");
        for (var i = 0; i < 60; i++)
            rows.Append(System.Globalization.CultureInfo.InvariantCulture, $"{i},5;{i % 7},25;{(i % 2 == 0 ? "even" : "odd")}\n");
        await UploadAsync(page, "comma decimals.csv", Encoding.Latin1.GetBytes(rows.ToString()));
        await visit.AtAsync(DatasetAddress());
        await Expect(page.GetByText("60 rows, 3 columns")).ToBeVisibleAsync();
        await Expect(page.GetByText("decimal commas")).ToBeVisibleAsync();
        await Expect(page.GetByText("was guessed")).ToBeVisibleAsync();
        await page.GetByLabel("Role of width").SelectOptionAsync("Ignored");
        await Expect(page.GetByText("1 features, 1 ignored")).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync("dataset");
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm and set up a run" }).ClickAsync();
        await visit.AtAsync(NewAddress());
        await Expect(page.Locator("pre.example")).ToContainTextAsync("@@@");
        await page.GetByRole(AriaRole.Radio, new() { Name = "decimals" }).ClickAsync();
        await Expect(page.Locator("pre.example")).ToContainTextAsync("0.50");
        await visit.AssertAccessibleAsync("new run");
        await page.GetByRole(AriaRole.Button, new() { Name = "Dark theme" }).ClickAsync();
        await visit.AssertAccessibleAsync("new run, dark");

        await visit.GoAsync("/datasets");
        await visit.AssertAccessibleAsync("datasets, dark");
        await UploadAsync(page, "book.xlsx", Workbook.TwoSheets());
        await visit.AtAsync(DatasetAddress());
        await page.GetByLabel("Sheet").SelectOptionAsync("second");
        await Expect(page.GetByText("40 rows, 2 columns")).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync("dataset, dark");
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task A_table_is_dropped_on_the_page_and_another_pasted()
    {
        using var lab = LabServer.AsDeployed();
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/datasets");
        var page = visit.Page;
        var rows = string.Concat(
            Enumerable.Range(0, 30).Select(i => FormattableString.Invariant($"{i},{(i % 2 == 0 ? "even" : "odd")}\n"))
        );

        var carried = await page.EvaluateHandleAsync(
            "text => { const t = new DataTransfer(); t.items.add(new File([text], 'dropped.csv', { type: 'text/csv' })); return t; }",
            "number,parity\n" + rows
        );
        // one that misses the zone does not replace the page
        Assert.True(
            await page.EvaluateAsync<bool>(
                "t => !document.querySelector('h1').dispatchEvent(new DragEvent('drop', { dataTransfer: t, bubbles: true, cancelable: true }))",
                carried
            )
        );
        await page.Locator("label.drop").DispatchEventAsync("dragenter", new { dataTransfer = carried });
        await page.Locator("label.drop").DispatchEventAsync("dragover", new { dataTransfer = carried });
        await page.Locator("label.drop").DispatchEventAsync("drop", new { dataTransfer = carried });
        await visit.AtAsync(DatasetAddress());
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("dropped");
        await Expect(page.GetByText("30 rows, 2 columns")).ToBeVisibleAsync();

        await visit.GoAsync("/datasets");
        await page.GetByText("Paste a table instead").ClickAsync();
        await page.GetByLabel("Table as text").FillAsync("number\tparity\n" + rows.Replace(',', '\t') + "30\teven\n");
        await page.GetByRole(AriaRole.Button, new() { Name = "Read the pasted table" }).ClickAsync();
        await visit.AtAsync(DatasetAddress());
        await Expect(page.GetByText("31 rows, 2 columns")).ToBeVisibleAsync();
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task The_page_answers_while_a_hundred_thousand_rows_are_read()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("liftlab-").FullName, "large.csv");
        try
        {
            await using (var writer = new StreamWriter(file))
            {
                await writer.WriteLineAsync(string.Join(',', Enumerable.Range(0, 19).Select(c => $"x{c}")) + ",class");
                var random = new Random(1);
                for (var row = 0; row < 100_000; row++)
                    await writer.WriteLineAsync(
                        string.Join(
                            ',',
                            Enumerable
                                .Range(0, 19)
                                .Select(_ => random.Next(100_000).ToString(System.Globalization.CultureInfo.InvariantCulture))
                        ) + (row % 2 == 0 ? ",a" : ",b")
                    );
            }
            using var lab = LabServer.AsDeployed();
            await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/datasets");
            var page = visit.Page;
            await Expect(page.Locator("input[type=file]")).ToBeEnabledAsync();
            await page.Locator("input[type=file]").SetInputFilesAsync(file);
            await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "large.csv" })).ToBeVisibleAsync();

            // each press goes to the server and back before the next
            var answered = 0;
            for (var dark = true; !DatasetAddress().IsMatch(page.Url) && answered < 1000; dark = !dark)
            {
                await page.GetByRole(AriaRole.Button, new() { Name = dark ? "Dark theme" : "Light theme" }).ClickAsync();
                await Expect(page.GetByRole(AriaRole.Button, new() { Name = dark ? "Light theme" : "Dark theme" }))
                    .ToBeVisibleAsync(new() { Timeout = 5_000 });
                if (!DatasetAddress().IsMatch(page.Url))
                    answered++;
            }
            Assert.InRange(answered, 3, 999);
            await Expect(page.GetByText("100\u202f000 rows, 20 columns")).ToBeVisibleAsync(new() { Timeout = 60_000 });
            visit.AssertClean();
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    [BrowserFact]
    public async Task Pages_work_by_keys_and_on_a_phone_and_home_is_accessible()
    {
        using var lab = LabServer.AsDeployed();
        await using (var visit = await Visit.OpenAsync(chromium, lab.Address, "/", dark: true))
        {
            await visit.AssertAccessibleAsync("home, dark");
            await visit.Page.Keyboard.PressAsync("?");
            await Expect(visit.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Light or dark theme");
            // the dialog listens a moment after it is drawn, and on a busy machine that moment is long
            for (var presses = 0; presses < 20 && await visit.Page.GetByRole(AriaRole.Dialog).IsVisibleAsync(); presses++)
            {
                await visit
                    .Page.Locator(".mud-dialog")
                    .EvaluateAllAsync<bool>("d => { d[0]?.querySelector('button')?.focus(); return true; }");
                await visit.Page.Keyboard.PressAsync("Escape");
                await visit.Page.WaitForTimeoutAsync(500);
            }
            await Expect(visit.Page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
            await visit.Page.Keyboard.PressAsync("g");
            await visit.Page.Keyboard.PressAsync("r");
            await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Runs");
            await visit.Page.Keyboard.PressAsync("t");
            await visit.Page.WaitForFunctionAsync("() => document.documentElement.dataset.theme === 'light'");
            visit.AssertClean();
        }
        await using var phone = await Visit.OpenAsync(chromium, lab.Address, "/", width: 390);
        await phone.AssertAccessibleAsync("home, phone");
        await phone.Page.GetByRole(AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
        await phone.Page.GetByRole(AriaRole.Link, new() { Name = "Datasets" }).ClickAsync();
        await Expect(phone.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Datasets");
        foreach (var path in (string[])["/", "/datasets", "/new", "/runs", "/runs/none"])
        {
            await phone.GoAsync(path);
            Assert.Equal(0, await phone.Page.EvaluateAsync<int>("() => Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
        }
        await Expect(phone.Page.GetByText("There is no run 'none'")).ToBeVisibleAsync();
        phone.AssertClean();
    }

    /// <summary>Every step once and in order, from the first to the last.</summary>
    static async Task AssertWholeAsync(IPage page)
    {
        var steps = await page.EvaluateAsync<int[]>(Curve);
        Assert.NotEmpty(steps);
        Assert.Equal(Enumerable.Range(1, steps[^1]), steps);
    }

    static async Task UploadAsync(IPage page, string name, byte[] bytes)
    {
        await Expect(page.Locator("input[type=file]")).ToBeEnabledAsync();
        await page.Locator("input[type=file]")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = name,
                    MimeType = "application/octet-stream",
                    Buffer = bytes,
                }
            );
    }

    static Task<Running> Restartable(string folder, int port) => Task.FromResult(new Running(LabServer.AsDeployed(folder, port)));

    sealed record Running(LabServer Server) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }

    [GeneratedRegex("/runs/[0-9]{8}-")]
    private static partial Regex RunAddress();

    [GeneratedRegex("/datasets/[0-9a-f]{32}")]
    private static partial Regex DatasetAddress();

    [GeneratedRegex(@"/new\?dataset=")]
    private static partial Regex NewAddress();

    [GeneratedRegex("^LIFT [0-9.]+")]
    private static partial Regex LiftRow();

    [GeneratedRegex("Iris flowers done")]
    private static partial Regex DoneRow();
}
