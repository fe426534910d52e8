using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Bunit;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Web.Live;
using LiftLab.Web.Pages;
using LiftLab.Web.Pages.Run.Results;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Tables;
using Microsoft.Extensions.DependencyInjection;

namespace LiftLab.Tests.Web.Storage;

/// <summary>Nothing that lies in a lab's folder stops the dashboard or a page.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class DamagedLabTests : PageTest
{
    static readonly (string Name, Action<RunFolder> Damage)[] Runs =
    [
        ("report-empty", r => File.WriteAllText(r.ReportFile, "{}")),
        ("report-null-list", r => File.WriteAllText(r.ReportFile, """{"runId":"x","baselines":[null]}""")),
        ("report-cut", r => File.WriteAllText(r.ReportFile, """{"runId":"x","name""")),
        ("spec-empty", r => File.WriteAllText(r.SpecFile, "{}")),
        ("spec-array", r => File.WriteAllText(r.SpecFile, "[1,2]")),
        ("spec-newer", r => File.WriteAllText(r.SpecFile, """{"version":99}""")),
        ("spec-version-text", r => File.WriteAllText(r.SpecFile, """{"version":"two"}""")),
        ("spec-gone", r => File.Delete(r.SpecFile)),
        (
            "no-learner",
            r => File.WriteAllText(r.SpecFile, File.ReadAllText(r.SpecFile).Replace("\"learner\"", "\"lerner\"", StringComparison.Ordinal))
        ),
        (
            "attempt-endless",
            r =>
            {
                Directory.CreateDirectory(r.AttemptsFolder);
                using var file = File.Create(r.AttemptFile(1));
                file.SetLength(140 << 20); // one line of zeros
            }
        ),
    ];

    /// <summary>Files that are no files: opening a pipe blocks, and a device may have no end.</summary>
    static readonly (string Name, Func<RunFolder, string> File)[] Special = [("spec", r => r.SpecFile), ("report", r => r.ReportFile)];

    [Fact]
    public void Pipes_and_devices_in_a_lab_are_listed_as_damaged_and_do_not_stop_its_start()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var lab = new LabServer();
        Make(lab, "good");
        foreach (var (name, file) in Special)
        {
            Put(file(Make(lab, name + "-pipe")), pipe: true);
            Put(file(Make(lab, name + "-device")), pipe: false);
        }
        var dataset = Directory.CreateDirectory(Path.Combine(lab.Folder, "datasets", "10000000000000000000000000000009")).FullName;
        Put(Path.Combine(dataset, "dataset.json"), pipe: true);
        lab.Start();
        Assert.Equal(
            ["10000000000000000000000000000009", "report-device", "report-pipe", "spec-device", "spec-pipe"],
            lab.Get<LabIndex>().Damaged.Select(d => d.Name).Order(StringComparer.Ordinal)
        );
        Directory.CreateDirectory(lab.Get<LabFolder>().Drafts);
        Put(Path.Combine(lab.Get<LabFolder>().Drafts, "pipe.json"), pipe: true);
        Assert.Null(lab.Get<Drafts>().Read("pipe"));
    }

    static void Put(string file, bool pipe)
    {
        File.Delete(file);
        if (!pipe)
            File.CreateSymbolicLink(file, "/dev/zero");
        else
            using (var made = System.Diagnostics.Process.Start("mkfifo", [file]))
                made.WaitForExit();
    }

    static readonly (string Name, string Card)[] Cards =
    [
        (
            "10000000000000000000000000000001",
            """{"id":"10000000-0000-0000-0000-000000000001","name":"x","fileName":"x.csv","schema":{},"createdUtc":"2026-01-01T00:00:00Z"}"""
        ),
        (
            "10000000000000000000000000000002",
            """{"id":"10000000-0000-0000-0000-000000000002","name":null,"fileName":"x.csv","schema":{"columns":[],"task":"regression"},"createdUtc":"2026-01-01T00:00:00Z"}"""
        ),
        ("10000000000000000000000000000003", "{}"),
        ("10000000000000000000000000000004", "null"),
        (
            "10000000000000000000000000000005",
            """{"id":"99999999-0000-0000-0000-000000000001","name":"x","fileName":"x.csv","schema":{"columns":[],"task":"regression"},"createdUtc":"2026-01-01T00:00:00Z"}"""
        ),
        (
            "10000000000000000000000000000006",
            """{"id":"10000000-0000-0000-0000-000000000006","name":"x","fileName":"x.csv","schema":{"columns":[null],"task":"regression"},"createdUtc":"2026-01-01T00:00:00Z"}"""
        ),
    ];

    static RunFolder Make(LabServer lab, string name) =>
        RunFolder.Create(
            Directory.CreateDirectory(Path.Combine(lab.Folder, "runs")).FullName,
            new(name, "A test", DateTimeOffset.UnixEpoch, "table.csv", TestRuns.Schema, 0, 0, new("knn"), []),
            file => File.WriteAllText(file, TestRuns.TwoClasses)
        );

    [Fact]
    public async Task Damaged_folders_are_listed_with_the_reason_and_can_be_deleted_and_good_ones_are_there()
    {
        using var lab = new LabServer();
        Make(lab, "good");
        var odd = Make(lab, "odd-event"); // a line that is no event is left out; the run is good
        using (var log = AttemptLog.Claim(odd, TimeProvider.System))
            log.Write("run", new RunEnded(RunState.Cancelled));
        File.AppendAllText(
            odd.AttemptFile(1),
            """{"sequence":2,"attempt":1,"at":"2026-01-01T00:00:00Z","source":"run","body":{"x":1}}""" + "\n"
        );
        foreach (var (name, damage) in Runs)
            damage(Make(lab, name));
        foreach (var (name, card) in Cards)
            File.WriteAllText(
                Path.Combine(Directory.CreateDirectory(Path.Combine(lab.Folder, "datasets", name)).FullName, "dataset.json"),
                card
            );
        Directory.CreateDirectory(Path.Combine(lab.Folder, "runs", "not a run"));
        using var http = new HttpClient { BaseAddress = lab.Start() };

        var index = lab.Get<LabIndex>();
        Assert.Equal(
            Runs.Select(r => r.Name).Order(StringComparer.Ordinal),
            index.Damaged.Where(d => d.Content == FolderContent.Run).Select(d => d.Name).Order(StringComparer.Ordinal)
        );
        Assert.Equal(Cards.Select(c => c.Name), index.Damaged.Where(d => d.Content == FolderContent.Dataset).Select(d => d.Name).Order());
        Assert.All(index.Damaged, d => Assert.NotEmpty(d.Why));
        Assert.Equal(["good", "odd-event"], (await lab.Get<LabRuns>().ListAsync(new())).Items.Select(r => r.Id).Order());
        foreach (
            var page in (string[])
                ["/", "/runs", "/datasets", "/new", "/compare", "/runs/good", "/runs/spec-empty", "/runs/report-empty/results"]
        )
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(page)).StatusCode);

        var damaged = await http.GetFromJsonAsync<JsonElement>("/api/damaged");
        Assert.Equal(Runs.Length + Cards.Length, damaged.GetArrayLength());
        Assert.Equal(HttpStatusCode.NoContent, (await http.DeleteAsync("/api/damaged/run/spec-empty")).StatusCode);
        Assert.False(Directory.Exists(Path.Combine(lab.Folder, "runs", "spec-empty")));
        Assert.Equal(HttpStatusCode.NotFound, (await http.DeleteAsync("/api/damaged/run/good")).StatusCode);

        // on the page: deleted after a question, and one that was repaired is read
        File.Delete(Path.Combine(lab.Folder, "runs", "report-cut", "report.json"));
        Page.Services.AddSingleton(index);
        Page.Render<MudBlazor.MudPopoverProvider>();
        var dialogs = Page.Render<MudBlazor.MudDialogProvider>();
        var list = Page.Render<DamagedList>(p => p.Add(x => x.Content, FolderContent.Run));
        Assert.Contains("spec.json is missing", list.Markup, StringComparison.Ordinal);
        list.Find("button[aria-label=\"Delete the damaged folder spec-gone\"]").Click();
        dialogs.WaitForElements("button").Single(b => b.TextContent.Trim() == "Delete").Click();
        list.WaitForAssertion(() => Assert.DoesNotContain("spec-gone", list.Markup, StringComparison.Ordinal));
        list.FindAll("button").Single(b => b.TextContent == "Read again").Click();
        list.WaitForAssertion(() => Assert.DoesNotContain("report-cut", list.Markup, StringComparison.Ordinal));
        Assert.Equal(RunState.Interrupted, (await lab.Get<LabRuns>().GetAsync("report-cut")).State);
    }

    [Fact]
    public async Task A_run_in_the_list_whose_folder_is_damaged_later_says_so_and_can_be_deleted()
    {
        using var lab = new LabServer();
        lab.Start();
        var run = await lab.QueueAsync(new("knn"), []);
        await lab.UntilAsync(run, RunState.Succeeded);
        await File.WriteAllTextAsync(run.ReportFile, "{}");
        TakeServicesOf(lab);
        Page.Render<MudBlazor.MudPopoverProvider>();
        var dialogs = Page.Render<MudBlazor.MudDialogProvider>();
        var page = Page.Render<ResultsPage>(p => p.Add(x => x.Id, run.Id));
        page.WaitForAssertion(() => Assert.Contains("result-damaged", page.Markup, StringComparison.Ordinal));
        page.FindAll("button").Single(b => b.TextContent.Contains("Delete this run", StringComparison.Ordinal)).Click();
        dialogs.WaitForElements("button").Single(b => b.TextContent.Trim() == "Delete").Click();
        page.WaitForAssertion(() => Assert.False(Directory.Exists(run.Path)));
    }

    [Fact]
    public async Task A_rebuilt_index_keeps_the_dataset_of_a_run_and_adopts_its_living_worker()
    {
        var folder = Directory.CreateTempSubdirectory("liftlab-lab-").FullName;
        string done;
        Guid dataset;
        RunFolder living;
        using (var lab = new LabServer(folder))
        {
            lab.Start();
            dataset = (await lab.Get<Datasets>().AddSampleAsync("iris")).Row.Id;
            done = await lab.Get<LabRuns>().StartAsync(new(dataset, "on iris", new("knn"), []));
            await lab.UntilAsync(lab.Get<LabRuns>().Folder(done), RunState.Succeeded);
            living = await lab.QueueAsync(StepLearner.Held(200, at: 100));
            await Eventually.TrueAsync(() => LabServer.Steps(living).Count >= 3);
        }
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        foreach (var file in Directory.GetFiles(folder, "liftlab.db*"))
            File.Delete(file);
        using (var lab = new LabServer(folder))
        {
            lab.Start();
            Assert.Equal(
                (dataset, "Iris flowers"),
                ((await lab.Get<LabRuns>().GetAsync(done)).DatasetId, (await lab.Get<LabRuns>().GetAsync(done)).DatasetName)
            );
            Assert.Equal(RunState.Running, (await lab.RowAsync(living)).State);
            StepLearner.Release(living);
            await lab.UntilAsync(living, RunState.Succeeded);
            Assert.Equal(1, living.LastAttempt);
            Assert.Equal(Enumerable.Range(1, 200), LabServer.Steps(living));
        }
        Directory.Delete(folder, recursive: true);
    }
}
