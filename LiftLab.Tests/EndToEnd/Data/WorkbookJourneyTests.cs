using System.Globalization;
using System.Text;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Web;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Data;

/// <summary>From a workbook with three sheets over a fix and a template of one's own to predictions for new rows and a what-if.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class WorkbookJourneyTests(ChromiumBrowser chromium)
{
    const float Patience = 300_000;
    const string Header = "Region,Customer since,Amount,Interest,Age,Purpose";

    [BrowserFact]
    public async Task A_workbook_becomes_predictions()
    {
        using var lab = LabServer.AsDeployed();
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/datasets");
        var page = visit.Page;

        // the workbook, and one of its sheets
        await page.GetByLabel("File with a table").SetInputFilesAsync(CaseFile.At("three-sheets.xlsx"));
        await visit.AtAsync("/datasets/.");
        await Expect(page.GetByText("90 rows, 7 columns")).ToBeVisibleAsync();
        var sheet = page.GetByLabel("Sheet");
        await sheet.SelectOptionAsync("Clean");
        await Expect(page.GetByText("60 rows, 3 columns")).ToBeVisibleAsync();
        await sheet.SelectOptionAsync("Loans 2024");
        await Expect(page.GetByText("90 rows, 7 columns")).ToBeVisibleAsync();

        // a fix: the date becomes numbers, previewed first
        await page.Locator(".problems li")
            .Filter(new() { Has = page.Locator("code:text-is('left-out')") })
            .GetByRole(AriaRole.Button)
            .First.ClickAsync();
        var preview = page.GetByRole(AriaRole.Dialog);
        await preview.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
        await Expect(preview).ToBeHiddenAsync();
        await Expect(page.GetByLabel("Kind of Customer since year")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Set up a run" })).ToBeVisibleAsync();

        // the template, and what the model reads of a row
        await page.GetByRole(AriaRole.Link, new() { Name = "Prompt studio" }).Last.ClickAsync();
        await visit.AtAsync("/studio/.");
        var text = page.GetByLabel("Template text");
        await Expect(text).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("f.token"));
        var preset = await text.InputValueAsync();
        await text.FillAsync("Loan: " + preset);
        await Expect(page.Locator(".card-head .note").First).ToContainTextAsync("own, not saved");
        await Expect(page.Locator("pre.lens-text")).ToContainTextAsync("Loan: ");
        await Expect(page.Locator(".lens-cells")).ToContainTextAsync("Customer since year");
        await page.Locator(".token-strip [data-cell='1']").First.HoverAsync();
        await Expect(page.Locator(".lens-cells tr[data-cell='1'][data-lit]")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up a run with it" }).ClickAsync();

        // a run
        await visit.AtAsync("/new.*draft=");
        await Expect(page.Locator("pre.example")).ToContainTextAsync("Loan: ");
        await page.GetByRole(AriaRole.Radio, new() { Name = "Quick" })
            .Or(page.GetByRole(AriaRole.Button, new() { Name = "Quick" }))
            .First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).ClickAsync();
        await visit.AtAsync("/runs/[^/]+$");
        await Expect(page.Locator(".banner.good")).ToContainTextAsync("Done", new() { Timeout = Patience });

        // predictions for new rows
        await page.GetByRole(AriaRole.Link, new() { Name = "Predict", Exact = true }).ClickAsync();
        await Expect(page.Locator(".answers-side tbody tr").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        string[] regions = ["North", "East", "South"];
        string[] purposes = ["car", "house", "school"];
        var rows = new StringBuilder(Header).Append('\n');
        for (var i = 0; i < 50; i++)
            rows.Append(
                CultureInfo.InvariantCulture,
                $"{regions[i % 3]},20{10 + i % 9}-0{1 + i % 9}-1{i % 9},{1500 + 350 * i},{2 + i % 9}.5,{21 + i % 45},{purposes[i / 3 % 3]}\n"
            );
        await page.GetByLabel("File with new rows")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "new loans.csv",
                    MimeType = "text/csv",
                    Buffer = Encoding.UTF8.GetBytes(rows.ToString()),
                }
            );
        await Expect(page.GetByText("50 rows predicted")).ToBeVisibleAsync(new() { Timeout = Patience });
        var csv = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download CSV" }).ClickAsync());
        var lines = (await File.ReadAllTextAsync(await csv.PathAsync())).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(51, lines.Length);
        Assert.StartsWith(Header + ",Defaulted_predicted,Defaulted_probability,Defaulted_readable", lines[0], StringComparison.Ordinal);
        string[] asked = rows.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var (line, question) in lines.Zip(asked).Skip(1))
        {
            Assert.StartsWith(question + ",", line, StringComparison.Ordinal); // the person's own cells, unchanged and in order
            var answer = line[(question.Length + 1)..].Split(',');
            Assert.Contains(answer[0], (string[])["yes", "no"]);
            Assert.InRange(double.Parse(answer[1], CultureInfo.InvariantCulture), 0.5, 1);
            Assert.Equal("true", answer[2], ignoreCase: true);
        }

        // what if
        var lift = page.Locator(".answers-side tbody tr").First;
        var amount = page.GetByLabel("Amount").First;
        var before = await page.Locator(".question-text").TextContentAsync();
        await amount.FillAsync("20000");
        await Expect(page.Locator(".question-text")).Not.ToHaveTextAsync(before!);
        await Expect(lift).ToContainTextAsync("%");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo all changes" }).ClickAsync();
        await Expect(page.Locator(".question-text")).ToHaveTextAsync(before!);
        visit.AssertClean();
    }
}
