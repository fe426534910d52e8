using System.Text;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Web;
using LiftLab.Web.Storage.Tables;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Data;

/// <summary>One lab for all tests of the dataset page, each of which has a dataset of its own.</summary>
public sealed class DatasetLab : IDisposable
{
    public LabServer Server { get; } = LabServer.AsDeployed();

    public void Dispose() => Server.Dispose();
}

/// <summary>The dataset page: every remedy that it offers, sheets, encodings, and files that are refused.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class DatasetTests(ChromiumBrowser chromium, DatasetLab lab) : IClassFixture<DatasetLab>
{
    async Task<Visit> OpenAsync(string name, byte[] bytes, bool dark = false, int width = 1280)
    {
        using var content = new MemoryStream(bytes);
        var dataset = await lab.Server.Get<Datasets>().AddAsync(content, name);
        var visit = await Visit.OpenAsync(chromium, lab.Server.Address, $"/datasets/{dataset.Row.Id:N}", dark, width);
        await Expect(visit.Page.GetByText("What to predict")).ToBeVisibleAsync();
        return visit;
    }

    Task<Visit> OpenCaseAsync(string file, bool dark = false, int width = 1280) =>
        OpenAsync(file, File.ReadAllBytes(CaseFile.At(file)), dark, width);

    static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name }).First;

    /// <summary>Presses the first remedy of a problem and applies the step that is shown.</summary>
    static async Task MendAsync(IPage page, string code, string counts)
    {
        await Problem(page, code).GetByRole(AriaRole.Button).First.ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.Locator(".counts")).ToHaveTextAsync(counts);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
    }

    static ILocator Problem(IPage page, string code) =>
        page.Locator(".problems li").Filter(new() { Has = page.Locator($"code:text-is('{code}')") });

    static byte[] Rows(string head, Func<int, FormattableString> row) =>
        Encoding.UTF8.GetBytes(
            head + "\n" + string.Concat(Enumerable.Range(0, 60).Select(i => FormattableString.Invariant(row(i)) + "\n"))
        );

    [BrowserFact]
    public async Task Namibia_becomes_a_word_and_can_be_undone()
    {
        await using var visit = await OpenCaseAsync("na-label.csv");
        var page = visit.Page;
        await Expect(Problem(page, "target-missing")).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync("a dataset with marks");
        await Button(page, "Read 'NA' as a word, column country").ClickAsync();
        await Expect(Problem(page, "target-missing")).ToBeHiddenAsync();
        await Expect(page.Locator(".balance .name").Filter(new() { HasText = "NA" })).ToBeVisibleAsync();
        await Button(page, "Undo: “NA” is a word in country.").ClickAsync();
        await Expect(Problem(page, "target-missing")).ToBeVisibleAsync();
        // The list of marks offers the same.
        await Button(page, "Read as a word: NA, column country").ClickAsync();
        await Expect(Problem(page, "target-missing")).ToBeHiddenAsync();
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task Labels_that_look_alike_are_merged()
    {
        await using var visit = await OpenCaseAsync("full-stop-labels.csv");
        var page = visit.Page;
        await Expect(page.Locator(".balance li")).ToHaveCountAsync(4);
        await MendAsync(page, "labels-alike", "20 cells change.");
        await Expect(page.Locator(".balance li")).ToHaveCountAsync(2);
        await Expect(Problem(page, "labels-alike")).ToBeHiddenAsync();
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task A_column_that_was_left_out_is_included()
    {
        await using var visit = await OpenAsync("names.csv", Rows("name,size,kind", i => $"n{i},{i}.5,{"ab"[i % 2]}"));
        var page = visit.Page;
        await Expect(page.GetByText("1 features, 1 ignored")).ToBeVisibleAsync();
        await MendAsync(page, "left-out", "1 column is used or read otherwise.");
        await Expect(page.GetByText("2 features")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Role of name")).ToHaveValueAsync("Feature");
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task A_date_is_taken_apart()
    {
        await using var visit = await OpenAsync(
            "dates.csv",
            Rows("day,size,kind", i => $"2024-{1 + i % 12:00}-{1 + i % 27:00},{i}.5,{"ab"[i % 2]}")
        );
        var page = visit.Page;
        await MendAsync(page, "left-out", "3 columns are added.");
        await Expect(page.GetByLabel("Kind of day month")).ToBeVisibleAsync();
        await Expect(page.GetByText("60 rows, 6 columns")).ToBeVisibleAsync();
        await Expect(Problem(page, "left-out")).ToBeHiddenAsync();
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task A_fill_value_is_read_as_missing()
    {
        await using var visit = await OpenAsync(
            "fill.csv",
            Rows("lead,size,kind", i => $"{(i % 9 == 1 ? "-999" : $"{i}.5")},{i % 7},{"ab"[i % 2]}")
        );
        var page = visit.Page;
        await MendAsync(page, "may-be-missing", "7 cells change (all become missing).");
        await Expect(Problem(page, "may-be-missing")).ToBeHiddenAsync();
        await Expect(page.Locator(".step-list li")).ToContainTextAsync("Read '-999' as missing in 'lead'");
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task Another_encoding_and_another_decimal_mark_are_chosen()
    {
        var rows = Encoding.UTF8.GetString(Rows("Größe;kind", i => $"{1 + i % 9},{100 + i};{(i % 2 == 0 ? "süß" : "herb")}"));
        await using var visit = await OpenAsync("german.csv", Encoding.Latin1.GetBytes(rows));
        var page = visit.Page;
        await Expect(page.GetByRole(AriaRole.Columnheader, new() { Name = "Größe" })).ToBeVisibleAsync();
        await page.GetByLabel("Encoding").SelectOptionAsync("macintosh");
        await Expect(page.GetByRole(AriaRole.Columnheader, new() { Name = "Größe" })).ToBeHiddenAsync();
        await page.GetByLabel("Encoding").SelectOptionAsync("windows-1252");
        await Expect(page.GetByRole(AriaRole.Columnheader, new() { Name = "Größe" })).ToBeVisibleAsync();
        await Problem(page, "decimal-or-grouped").GetByRole(AriaRole.Button).First.ClickAsync();
        await Expect(page.GetByText("1,100 to").Or(page.GetByText("1100 to")).First).ToBeVisibleAsync();
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task Another_sheet_replaces_everything_on_the_page()
    {
        await using var visit = await OpenCaseAsync("three-sheets.xlsx");
        var page = visit.Page;
        await Expect(page.GetByText("90 rows, 7 columns, from the sheet “Loans 2024”")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Sheet").Locator("option"))
            .ToHaveTextAsync(["Notes (1 row)", "Loans 2024 (90 rows)", "Clean (60 rows)"]);
        foreach (
            var (sheet, lead, columns) in ((string, string, int)[])
                [("Clean", "60 rows, 3 columns", 3), ("Notes", "1 row, 1 column", 1), ("Loans 2024", "90 rows, 7 columns", 7)]
        )
        {
            await page.GetByLabel("Sheet").SelectOptionAsync(sheet);
            await Expect(page.GetByText(lead)).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Rows of the table" }).Locator("thead th"))
                .ToHaveCountAsync(columns + 1);
            await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Table of columns" }).Locator("select[aria-label^='Kind of']"))
                .ToHaveCountAsync(columns);
            await Expect(page.GetByLabel("Target").First.Locator("option:not([value=''])")).ToHaveCountAsync(columns);
        }
        // What is said of one sheet is not said of another.
        await Expect(Problem(page, "title-rows")).ToBeVisibleAsync();
        await page.GetByLabel("Sheet").SelectOptionAsync("Clean");
        await Expect(Problem(page, "title-rows")).ToBeHiddenAsync();
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task A_refused_file_is_read_in_another_way_without_leaving_the_page()
    {
        await using var visit = await Visit.OpenAsync(chromium, lab.Server.Address, "/datasets");
        var page = visit.Page;
        await Expect(page.Locator("input[type=file]")).ToBeEnabledAsync();
        var text = Encoding.UTF8.GetString(Rows("size/kind", i => $"{i}.5/{"ab"[i % 2]}"));
        await page.Locator("input[type=file]")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "json.csv",
                    MimeType = "text/csv",
                    Buffer = Encoding.UTF8.GetBytes("[1, 2]\n" + text.Replace('/', ';')),
                }
            );
        await Expect(page.GetByText("json.csv cannot be used.")).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync("a refused file");
        await page.GetByLabel("Cells are separated by").SelectOptionAsync(";");
        await page.GetByLabel("Rows above the header that are left out").SelectOptionAsync("1");
        await Button(page, "Read it again").ClickAsync();
        await visit.AtAsync("/datasets/.{32}$");
        await Expect(page.GetByText("60 rows, 2 columns")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Cells are separated by")).ToHaveValueAsync(";");

        // A choice by which the file is no table leaves the dataset as it was.
        await page.GetByLabel("Cells are separated by").SelectOptionAsync("");
        await Expect(page.GetByText("Read in this way, the file is no usable table.")).ToBeVisibleAsync();
        await Expect(page.GetByText("60 rows, 2 columns")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Cells are separated by")).ToHaveValueAsync(";");
        visit.AssertClean();
    }

    [BrowserTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_remedy_and_field_is_reached_by_keyboard_and_its_focus_is_seen(bool dark)
    {
        await using var visit = await OpenCaseAsync("na-label.csv", dark);
        var page = visit.Page;
        var wanted = await page.EvaluateAsync<string[]>(
            "() => [...document.querySelectorAll('main button:not([disabled]), main select:not([disabled]), main input:not([disabled])')]"
                + ".filter(e => e.offsetParent).map((e, i) => { e.dataset.stop = i; return `${i}`; })"
        );
        await page.Locator("h1").First.EvaluateAsync("e => { e.tabIndex = -1; e.focus(); }");
        var seen = new HashSet<string>();
        var dim = new List<string>();
        for (var i = 0; i < 3 * wanted.Length + 40 && seen.Count < wanted.Length; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            var stop = await page.EvaluateAsync<string[]>(
                "() => { const e = document.activeElement, s = getComputedStyle(e), p = getComputedStyle(e.closest('label, .mud-input-control') ?? e);"
                    + " const ring = x => x.outlineStyle !== 'none' && parseFloat(x.outlineWidth) >= 1 || x.boxShadow !== 'none';"
                    + " return [e.dataset.stop ?? '', e.outerHTML.slice(0, 120), (ring(s) || ring(p)) ? 'ring' : '']; }"
            );
            if (stop[0].Length == 0)
                continue;
            seen.Add(stop[0]);
            if (stop[2].Length == 0)
                dim.Add(stop[1]);
        }
        Assert.Equal(wanted.Length, seen.Count);
        Assert.True(dim.Count == 0, string.Join('\n', dim));
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task Nothing_is_wider_than_a_telephone()
    {
        foreach (var (file, dark) in ((string, bool)[])[("na-label.csv", false), ("three-sheets.xlsx", true), ("not-detected.csv", false)])
        {
            await using var visit = await OpenCaseAsync(file, dark, 390);
            Assert.True(await visit.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth") <= 390, file);
            await visit.AssertAccessibleAsync($"{file} on a telephone");
            await Pictures.PictureAsync(visit, $"dataset-{file}-390");
        }
    }
}
