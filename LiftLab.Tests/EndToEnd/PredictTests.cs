using System.Globalization;
using System.Text;
using LiftLab.Tests.Web;
using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd;

/// <summary>From a finished run to a file with predictions, and to an answer that changes with a cell.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class PredictTests(ChromiumBrowser chromium, ITestOutputHelper output)
{
    const float Patience = 300_000;

    /// <summary>Milliseconds from a changed cell to the answers of that row on the page.</summary>
    const string Latency = """
        async ([id, value]) => {
          const input = document.getElementById(id);
          const box = document.querySelector(".answers-now");
          const begin = performance.now();
          const done = new Promise((resolve) => {
            const look = new MutationObserver(() => {
              const text = document.querySelector(".question-text")?.textContent ?? "";
              if (text !== before) {
                look.disconnect();
                resolve(performance.now() - begin);
              }
            });
            look.observe(document.querySelector(".model-question"), { childList: true, characterData: true, subtree: true });
          });
          const before = document.querySelector(".question-text").textContent;
          input.value = value;
          input.dispatchEvent(new Event("input", { bubbles: true }));
          return Promise.race([done, new Promise((r) => setTimeout(() => r(-1), 10000))]);
        }
        """;

    static async Task PictureAsync(Visit visit, string name)
    {
        if (Environment.GetEnvironmentVariable("LIFTLAB_SHOTS") is not { Length: > 0 } shots)
            return;
        var folder = Directory.CreateDirectory(Path.Combine(House.Sources.Root, shots)).FullName;
        await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }

    [BrowserFact]
    public async Task New_rows_come_back_with_predictions_and_a_changed_cell_changes_the_answer()
    {
        using var lab = LabServer.AsDeployed();
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/");
        var page = visit.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Try it on iris flowers" }).ClickAsync();
        await visit.AtAsync("/runs/[^/]+$");
        await Expect(page.Locator(".banner.good")).ToContainTextAsync("Done", new() { Timeout = Patience });
        await page.GetByRole(AriaRole.Link, new() { Name = "Predict", Exact = true }).ClickAsync();
        await Expect(page.Locator(".answers-side tbody tr").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await PictureAsync(visit, "predict-open");

        // a file in, the same table with predictions out
        const string Header = "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm),note";
        var rows = new StringBuilder(Header).Append('\n');
        for (var i = 0; i < 400; i++)
            rows.Append(
                CultureInfo.InvariantCulture,
                $"{4.5 + i % 30 * 0.1:0.00},3.0,{(i % 2 == 0 ? 1.4 : 5.5):0.0},{(i % 2 == 0 ? 0.2 : 2.1):0.0},n/a {i}\n"
            );
        await page.GetByLabel("File with new rows")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "new flowers.csv",
                    MimeType = "text/csv",
                    Buffer = Encoding.UTF8.GetBytes(rows.ToString()),
                }
            );
        await Expect(page.GetByText("400 rows predicted")).ToBeVisibleAsync(new() { Timeout = Patience });
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "First rows with predictions" })).ToContainTextAsync("n/a 3");
        var csv = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download CSV" }).ClickAsync());
        Assert.Equal("new flowers-predictions.csv", csv.SuggestedFilename);
        var lines = (await File.ReadAllTextAsync(await csv.PathAsync())).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(401, lines.Length);
        Assert.StartsWith(Header + ",species_predicted,species_probability,species_readable", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("4.50,3.0,1.4,0.2,n/a 0,setosa,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("4.60,3.0,5.5,2.1,n/a 1,virginica,", lines[2], StringComparison.Ordinal);
        var xlsx = await page.RunAndWaitForDownloadAsync(() =>
            page.GetByRole(AriaRole.Link, new() { Name = "Download XLSX" }).ClickAsync()
        );
        Assert.Equal("PK"u8.ToArray(), (await File.ReadAllBytesAsync(await xlsx.PathAsync()))[..2]);
        await visit.AssertAccessibleAsync("predict");
        await PictureAsync(visit, "predict-light");

        // a reload finds the predictions again; a table without the columns says which and what to do
        await page.ReloadAsync();
        await Expect(page.GetByText("400 rows predicted")).ToBeVisibleAsync();
        await page.GetByLabel("File with new rows")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "other.csv",
                    MimeType = "text/csv",
                    Buffer = "Petal Length,b\n1,2\n"u8.ToArray(),
                }
            );
        await Expect(page.GetByText("other.csv cannot be used.")).ToBeVisibleAsync();
        await Expect(page.Locator(".problems")).ToContainTextAsync("Rename 'Petal Length' to 'petal length (cm)'");
        await visit.AssertAccessibleAsync("predict, a table that cannot be used");

        // what if: the answer follows the cell, by keyboard
        await visit.GoAsync(new Uri(page.Url).AbsolutePath + "?row=1");
        var lift = page.Locator(".answers-side tbody tr").First;
        await Expect(lift).ToContainTextAsync("setosa");
        await Expect(page.GetByText("In the table this row is setosa.")).ToBeVisibleAsync();
        // the undo button of the cell comes between the two fields
        await page.GetByLabel("petal length (cm)").FocusAsync();
        await page.Keyboard.PressAsync("ControlOrMeta+A");
        await page.Keyboard.TypeAsync("5.8");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "was 1.4" })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("ControlOrMeta+A");
        await page.Keyboard.TypeAsync("2.2");
        // a render on its way back does not take away what was typed meanwhile
        await Expect(page.GetByLabel("petal width (cm)")).ToHaveValueAsync("2.2");
        await Expect(lift).ToContainTextAsync("was setosa");
        await Expect(lift.Locator("b")).Not.ToHaveTextAsync("setosa");
        await page.GetByRole(AriaRole.Button, new() { Name = "Find it" }).ClickAsync();
        await Expect(page.Locator(".flip-list li").First).ToContainTextAsync("→", new() { Timeout = 60_000 });
        await PictureAsync(visit, "what-if-light");
        await visit.AssertAccessibleAsync("what if");
        await page.GetByRole(AriaRole.Radio, new() { Name = "Tokens" }).ClickAsync();
        await PictureAsync(visit, "what-if-tokens");
        await page.GetByRole(AriaRole.Radio, new() { Name = "Text", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Set it" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo all changes" }).ClickAsync();
        await Expect(lift.Locator("b")).ToHaveTextAsync("setosa");

        var taken = new List<double>();
        for (var i = 0; i < 40; i++)
            taken.Add(
                await page.EvaluateAsync<double>(
                    Latency,
                    new object[] { "cell-2", (1.2 + i * 0.1).ToString("0.0", CultureInfo.InvariantCulture) }
                )
            );
        taken.Sort();
        var measured = FormattableString.Invariant($"what-if: p50 {taken[19]:0} ms, p95 {taken[37]:0} ms, most {taken[39]:0} ms");
        output.WriteLine(measured);
        if (Environment.GetEnvironmentVariable("LIFTLAB_SHOTS") is { Length: > 0 } shots)
            await File.WriteAllTextAsync(Path.Combine(House.Sources.Root, shots, "what-if.txt"), measured);
        Assert.True(taken[0] > 0, "an answer did not come");

        await page.GetByRole(AriaRole.Button, new() { Name = "Dark theme" }).ClickAsync();
        await visit.AssertAccessibleAsync("what if, dark");
        await PictureAsync(visit, "what-if-dark");
        await using var phone = await Visit.OpenAsync(chromium, lab.Address, new Uri(page.Url).AbsolutePath, width: 390, height: 844);
        await Expect(phone.Page.Locator(".answers-side tbody tr").First).ToBeVisibleAsync();
        Assert.Equal(0, await phone.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth"));
        await phone.AssertAccessibleAsync("predict, 390 px");
        await PictureAsync(phone, "predict-390");
        visit.AssertClean();
        phone.AssertClean();
    }
}
