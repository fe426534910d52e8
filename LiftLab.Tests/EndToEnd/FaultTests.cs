using System.Text;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Web;
using LiftLab.Tests.Web.Live;
using LiftLab.Web.Live;
using LiftLab.Web.Storage;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd;

/// <summary>What a person sees when the network hangs, a folder goes, or the disk cannot be written.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class FaultTests(ChromiumBrowser chromium)
{
    static readonly FineTune Long = FineTunePresets.ForLiftMini with { Members = 1, MinimumSteps = 100_000, MaximumSteps = 0, Epochs = 1 };

    [BrowserFact]
    public async Task A_connection_that_hangs_is_said_within_five_seconds_and_the_page_goes_on_after_it()
    {
        using var lab = LabServer.AsDeployed();
        await using var wire = new CutLine(lab.Address);
        await using var visit = await Visit.OpenAsync(chromium, wire.Address, "/");
        visit.CutsTheConnection = true;
        var page = visit.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Dark theme" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Light theme" })).ToBeVisibleAsync();
        wire.Hang();
        await Expect(page.Locator("#offline")).ToBeVisibleAsync(new() { Timeout = 6_000 });
        wire.Mend();
        await Expect(page.Locator("#offline")).ToBeHiddenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Light theme" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Dark theme" })).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task An_upload_that_hangs_is_said_and_completes_when_the_connection_is_back()
    {
        using var lab = LabServer.AsDeployed();
        await using var wire = new CutLine(lab.Address);
        await using var visit = await Visit.OpenAsync(chromium, wire.Address, "/datasets");
        visit.CutsTheConnection = true;
        wire.HangAfter = 2_000_000;
        await UploadAsync(visit.Page);
        await Eventually.TrueAsync(() => wire.Hangs);
        await Expect(visit.Page.Locator("#offline")).ToBeVisibleAsync(new() { Timeout = 6_000 });
        await Expect(visit.Page.GetByText("Receiving table.csv")).ToBeVisibleAsync();
        wire.Mend();
        await visit.AtAsync("/datasets/.");
        await Expect(visit.Page.GetByText("200\u202f000 rows, 3 columns")).ToBeVisibleAsync(new() { Timeout = 60_000 });
    }

    [BrowserFact]
    public async Task An_upload_that_is_cut_says_so_and_the_file_can_be_added_again()
    {
        using var lab = LabServer.AsDeployed();
        var log = HeardLog.Of(lab);
        await using var wire = new CutLine(lab.Address);
        await using var visit = await Visit.OpenAsync(chromium, wire.Address, "/datasets");
        visit.CutsTheConnection = true;
        wire.HangAfter = 2_000_000;
        await UploadAsync(visit.Page);
        await Eventually.TrueAsync(() => wire.Hangs);
        wire.Cut();
        wire.Mend();
        await Expect(visit.Page.GetByText("The connection was lost before the whole file was received"))
            .ToBeVisibleAsync(new() { Timeout = 90_000 });
        Assert.Empty(Directory.GetDirectories(lab.Get<LabFolder>().Datasets));
        await UploadAsync(visit.Page);
        await visit.AtAsync("/datasets/.");
        Assert.Empty(log.Unhandled);
    }

    static async Task UploadAsync(IPage page)
    {
        var rows = new StringBuilder("a,b,class\n");
        var random = new Random(1); // the connection compresses what repeats
        for (var i = 0; i < 200_000; i++)
            rows.Append(System.Globalization.CultureInfo.InvariantCulture, $"{random.NextDouble()},{random.NextDouble()},")
                .Append(i % 2 == 0 ? "even\n" : "odd\n");
        var file = Path.Combine(Directory.CreateTempSubdirectory("liftlab-upload-").FullName, "table.csv");
        await File.WriteAllTextAsync(file, rows.ToString());
        await Expect(page.Locator("input[type=file]")).ToBeEnabledAsync();
        await page.Locator("input[type=file]").SetInputFilesAsync(file);
    }

    [BrowserFact]
    public async Task The_folder_of_a_running_run_that_goes_while_its_page_is_open_is_said()
    {
        using var lab = LabServer.AsDeployed();
        var log = HeardLog.Of(lab);
        var run = await lab.QueueAsync((LiftSettings.Default(TaskKind.Classification) with { Recipe = Long }).ToSpec());
        await Eventually.TrueAsync(() => LabServer.Steps(run).Count > 5);
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/runs/" + run.Id);
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Pause" })).ToBeVisibleAsync();
        await GoneAsync(run.Path);
        await Expect(visit.Page.GetByText("The run's folder is gone")).ToBeVisibleAsync(new() { Timeout = 10_000 });
        await lab.UntilAsync(run, RunState.Failed);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Delete this run" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await visit.AtAsync("/runs$");
        await Expect(visit.Page.GetByText("A test")).ToHaveCountAsync(0);
        Assert.Empty(log.Unhandled);
        Assert.InRange(log.Errors.Count, 0, 3);
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task The_folder_of_a_finished_run_that_goes_while_its_pages_are_open_is_said()
    {
        using var lab = LabServer.AsDeployed();
        var log = HeardLog.Of(lab);
        var (id, _) = await SampleRun.FinishedAsync(lab);
        await using var training = await Visit.OpenAsync(chromium, lab.Address, "/runs/" + id);
        await using var results = await Visit.OpenAsync(chromium, lab.Address, $"/runs/{id}/results");
        await Expect(results.Page.Locator(".wall .js-plotly-plot").First).ToBeVisibleAsync();
        await GoneAsync(lab.Get<LabRuns>().Folder(id).Path);
        await Expect(training.Page.GetByText("The run's folder is gone")).ToBeVisibleAsync(new() { Timeout = 10_000 });
        // what is shown stays; what needs the folder says that it is gone
        await results.Page.GetByLabel("Across").SelectOptionAsync("sepal length (cm)");
        await results.Page.GetByRole(AriaRole.Button, new() { Name = "Draw", Exact = true }).ClickAsync();
        await Expect(results.Page.GetByText($"could not be drawn: There is no run '{id}'")).ToBeVisibleAsync();
        await results.Page.ReloadAsync();
        await Expect(results.Page.GetByText("The run's folder is gone")).ToBeVisibleAsync();
        Assert.Empty(log.Unhandled);
        training.AssertClean();
    }

    static Task GoneAsync(string folder) =>
        Eventually.TrueAsync(() =>
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (IOException) { } // its worker has just written a file
            return !Directory.Exists(folder);
        });

    [MountFact(browser: true)]
    public async Task A_lab_that_becomes_read_only_says_so_wherever_it_would_write_and_shows_what_it_has()
    {
        using var lab = LabServer.AsDeployed();
        var log = HeardLog.Of(lab);
        var (run, dataset) = await SampleRun.FinishedAsync(lab);
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/datasets");
        var page = visit.Page;
        Assert.True(MountFactAttribute.MountReadOnly(lab.Folder));
        try
        {
            var refusal = page.GetByRole(AriaRole.Alert).Filter(new() { HasTextRegex = new("[Rr]ead-only|readonly|denied") });
            await page.Locator("input[type=file]")
                .SetInputFilesAsync(
                    new FilePayload
                    {
                        Name = "t.csv",
                        MimeType = "text/csv",
                        Buffer = "a,b\n1,2\n3,4\n"u8.ToArray(),
                    }
                );
            await Expect(refusal.First).ToBeVisibleAsync(new() { Timeout = 5_000 });

            await visit.GoAsync("/datasets/" + dataset);
            await page.GetByLabel("Name", new() { Exact = true }).FillAsync("another name");
            await page.GetByLabel("Name", new() { Exact = true }).BlurAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Confirm", Exact = true }).ClickAsync();
            await Expect(refusal.First).ToBeVisibleAsync(new() { Timeout = 5_000 });

            await visit.GoAsync("/new?dataset=" + dataset);
            await page.GetByLabel("Split seed").FillAsync("7");
            await page.GetByLabel("Split seed").BlurAsync(); // the draft is lost, the choice is not
            await page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).ClickAsync();
            await Expect(refusal.First).ToBeVisibleAsync(new() { Timeout = 5_000 });
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true })).ToBeEnabledAsync();

            await visit.GoAsync("/runs/" + run);
            await Expect(page.Locator(".banner.good")).ToContainTextAsync("Done");
            await page.GetByRole(AriaRole.Button, new() { Name = "Delete kept models…" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
            await Expect(refusal.First).ToBeVisibleAsync(new() { Timeout = 5_000 });

            await visit.GoAsync($"/runs/{run}/results");
            await Expect(page.Locator(".wall .js-plotly-plot").First).ToBeVisibleAsync();
            await page.GetByLabel("Across").SelectOptionAsync("sepal length (cm)");
            await page.GetByRole(AriaRole.Button, new() { Name = "Draw", Exact = true }).ClickAsync();
            await Expect(page.GetByText(new System.Text.RegularExpressions.Regex("could not be drawn: .*[Rr]ead-only"))).ToBeVisibleAsync();
        }
        finally
        {
            MountFactAttribute.Unmount(lab.Folder);
        }
        Assert.Empty(log.Unhandled);
        Assert.InRange(log.Errors.Count, 0, 5);
        visit.AssertClean();
    }
}
