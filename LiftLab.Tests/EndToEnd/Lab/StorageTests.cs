using LiftLab.Engine.Runs;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Tests.Web;
using LiftLab.Web.Storage.Tables;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Lab;

[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class StorageTests(ChromiumBrowser chromium)
{
    [BrowserFact]
    public async Task The_largest_things_are_listed_and_deletion_says_how_much_it_freed()
    {
        using var lab = new LabServer();
        lab.Start();
        await lab.Get<Datasets>().AddSampleAsync("iris");
        var run = await lab.QueueAsync(StepLearner.Spec(3, 1));
        await lab.UntilAsync(run, RunState.Succeeded);
        var training = Directory.CreateDirectory(Path.Combine(run.CheckpointFolder(StepLearner.LearnerName), "training-0"));
        await File.WriteAllBytesAsync(Path.Combine(training.FullName, "weights"), new byte[5_000_000]);

        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/storage");
        var rows = visit.Page.Locator("main table.data tbody tr:has(td)");
        await Expect(rows).ToHaveCountAsync(2);
        await Expect(rows.First).ToContainTextAsync("Run, done");
        await Expect(rows.First).ToContainTextAsync("5 MB");
        await visit.AssertAccessibleAsync("storage");
        await visit.Page.GetByRole(AriaRole.Radio, new() { Name = "Datasets" }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(1);
        await visit.Page.GetByRole(AriaRole.Radio, new() { Name = "All" }).ClickAsync();

        await visit.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Delete the checkpoints of ") }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("5 MB freed");
        Assert.False(Directory.Exists(training.FullName));
        await Expect(visit.Page.GetByText("Delete them")).ToHaveCountAsync(0);

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Delete iris" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(1);
        visit.AssertClean();
        await Pictures.PictureAsync(visit, "storage-used");
    }
}
