using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Web;
using LiftLab.Web.Live;
using LiftLab.Web.Pages;
using LiftLab.Web.Storage.Tables;
using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Runs;

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

    [BrowserFact]
    public async Task Numbers_have_intervals_own_rows_long_rows_are_told_and_the_model_is_exported()
    {
        using var lab = LabServer.AsDeployed();
        var csv = new StringBuilder("size,note,price\n");
        for (var i = 0; i < 90; i++)
            csv.Append(
                CultureInfo.InvariantCulture,
                $"{i % 23}.5,remark number {i} with words of its own,{(i is 7 or 40 or 77 ? "" : $"{3 * (i % 23) + i % 5}.25")}\n"
            );
        var added = await lab.Get<Datasets>().AddAsync(new MemoryStream(Encoding.UTF8.GetBytes(csv.ToString())), "prices.csv");
        var schema = added.Row.Schema.WithTarget("price", TaskKind.Regression);
        var dataset = await lab.Get<Datasets>().ConfirmAsync(added.Row.Id, "prices", schema);
        var draft = RunDraft.Default(dataset);
        draft = draft with
        {
            Settings = draft.Settings with { Template = PromptPresets.NamesRegression, Recipe = SampleRun.Short(TaskKind.Regression) },
            Baselines = ["mean", "linear"],
        };
        var run = await lab.Get<LabRuns>().StartAsync(draft.ToRequest(), default);
        await lab.UntilAsync(lab.Get<LabRuns>().Folder(run), RunState.Succeeded);
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, $"/runs/{run}/predict?row=1");
        var page = visit.Page;
        await Expect(page.Locator(".answers-side thead")).ToContainTextAsync("90 % interval", new() { Timeout = Patience });
        await Expect(page.Locator(".answers-side tbody tr").Filter(new() { HasText = "Linear" }))
            .ToContainTextAsync(new System.Text.RegularExpressions.Regex(@"\d to \d"));

        // rows of the own table
        await page.GetByRole(AriaRole.Button, new() { Name = "Predict the 3 rows of this run's table without price" }).ClickAsync();
        await Expect(page.GetByText("3 rows predicted")).ToBeVisibleAsync(new() { Timeout = Patience });
        var own = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download CSV" }).ClickAsync());
        var lines = (await File.ReadAllTextAsync(await own.PathAsync())).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("size,note,price,price_predicted,price_deviation,price_readable", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("price_low,price_high", lines[0], StringComparison.Ordinal);
        Assert.Equal(["remark number 7 ", "remark number 40", "remark number 77"], lines[1..].Select(l => l.Split(',')[1][..16]));

        // a row that is too long for the model, among others, and on the form
        var tooLong = string.Join(' ', Enumerable.Range(0, 400).Select(i => $"word{i}"));
        await page.GetByLabel("File with new rows")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "long.csv",
                    MimeType = "text/csv",
                    Buffer = Encoding.UTF8.GetBytes($"size,note\n3.5,short\n4.5,{tooLong}\n5.5,short too\n"),
                }
            );
        await Expect(page.GetByText("3 rows predicted")).ToBeVisibleAsync(new() { Timeout = Patience });
        await Expect(page.Locator(".problems li").Filter(new() { HasText = "too-long" })).ToContainTextAsync("Row 2");
        await Pictures.PictureAsync(visit, "predict-too-long");
        await page.GetByLabel("note").FillAsync(tooLong);
        await Expect(page.GetByText("The question is too long")).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync("predict, a question that is too long");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo all changes" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Find it" }).ClickAsync();
        await Expect(page.Locator(".flip-list li").Or(page.GetByText("texts without some of their words")).First)
            .ToBeVisibleAsync(new() { Timeout = Patience });

        // the model for other programs
        await page.GetByRole(AriaRole.Button, new() { Name = "Export the whole model" }).ClickAsync();
        var zip = await page.RunAndWaitForDownloadAsync(() =>
            page.GetByRole(AriaRole.Link, new() { Name = "Download the whole model" }).ClickAsync(new() { Timeout = Patience })
        );
        Assert.Equal(run + "-merged.zip", zip.SuggestedFilename);
        using (var archive = await ZipFile.OpenReadAsync(await zip.PathAsync()))
        {
            Assert.Contains(archive.Entries, e => e.Name == "config.json");
            Assert.Contains(archive.Entries, e => e.Name.EndsWith(".safetensors", StringComparison.Ordinal) && e.Length > 100_000);
        }
        using var http = new HttpClient { BaseAddress = lab.Address };
        using var same = await http.GetAsync($"/api/runs/{run}/export.zip?merged=true");
        Assert.Equal("application/zip", same.Content.Headers.ContentType!.MediaType);
        Assert.Equal("PK"u8.ToArray(), (await same.Content.ReadAsByteArrayAsync())[..2]);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/api/runs/none/export.zip")).StatusCode);

        // the run's folder alone answers in another lab
        var rows = new { rows = new[] { new { size = "3.5", note = "short" } } };
        var here = await (await http.PostAsJsonAsync($"/api/runs/{run}/predict/rows", rows)).Content.ReadAsStringAsync();
        var folder = Directory.CreateTempSubdirectory("liftlab-other-").FullName;
        Copy(lab.Get<LabRuns>().Folder(run).Path, Path.Combine(folder, "runs", run));
        using (var other = LabServer.AsDeployed(folder))
        {
            using var there = new HttpClient { BaseAddress = other.Address };
            Assert.Equal(here, await (await there.PostAsJsonAsync($"/api/runs/{run}/predict/rows", rows)).Content.ReadAsStringAsync());
            await using var elsewhere = await Visit.OpenAsync(chromium, other.Address, $"/runs/{run}/predict");
            await Expect(elsewhere.Page.Locator(".answers-side tbody tr")).ToHaveCountAsync(3, new() { Timeout = Patience });
            await elsewhere.GoAsync($"/runs/{run}");
            await Expect(elsewhere.Page.GetByText("prompt names, a preset")).ToBeVisibleAsync(); // its table is not here: no link
            elsewhere.AssertClean();
        }
        Directory.Delete(folder, recursive: true);
        visit.AssertClean();
    }

    static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
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
        await Pictures.PictureAsync(visit, "predict-open");

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
        await Pictures.PictureAsync(visit, "predict-light");

        // a reload finds the predictions again; a table without the columns says which and what to do
        await page.ReloadAsync();
        await Expect(page.GetByText("400 rows predicted")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("File with new rows")).ToBeEnabledAsync(); // files are set without a look at that
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
        await Pictures.PictureAsync(visit, "what-if-light");
        await visit.AssertAccessibleAsync("what if");
        await page.GetByRole(AriaRole.Radio, new() { Name = "Tokens" }).ClickAsync();
        await Pictures.PictureAsync(visit, "what-if-tokens");
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
        if (Pictures.Folder is { } shots)
            await File.WriteAllTextAsync(Path.Combine(shots, "what-if.txt"), measured);
        Assert.True(taken[0] > 0, "an answer did not come");

        await page.GetByRole(AriaRole.Button, new() { Name = "Dark theme" }).ClickAsync();
        await visit.AssertAccessibleAsync("what if, dark");
        await Pictures.PictureAsync(visit, "what-if-dark");
        await using var phone = await Visit.OpenAsync(chromium, lab.Address, new Uri(page.Url).AbsolutePath, width: 390, height: 844);
        await Expect(phone.Page.Locator(".answers-side tbody tr").First).ToBeVisibleAsync();
        Assert.Equal(0, await phone.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth"));
        await phone.AssertAccessibleAsync("predict, 390 px");
        await Pictures.PictureAsync(phone, "predict-390");
        visit.AssertClean();
        phone.AssertClean();
    }
}
