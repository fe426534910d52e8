using LiftLab.Engine.OpenMl;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Engine.OpenMl;
using LiftLab.Tests.Web;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Data;

/// <summary>A table of OpenML is looked up, described, added and shows its source.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class OpenMlPageTests(ChromiumBrowser chromium)
{
    static async Task LookUpAsync(IPage page, string name)
    {
        await page.GetByLabel("Id, name or address on OpenML").FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Look up" }).ClickAsync();
    }

    [BrowserFact]
    public async Task A_dataset_is_looked_up_and_added()
    {
        await using var server = await TestOpenMl.StartAsync();
        server.AddIris();
        server.AddIris(969, 3);
        server.Entries[5] = server.AddIris(5, 2) with { Status = "deactivated" };
        server.Entries[61] = server.Entries[61] with { Parquet = [.. "PAR1"u8] };
        server.Tasks[59] = 61;
        using var lab = new LabServer
        {
            Settings = { ["LiftLab:Engine"] = "", [OpenMlOptions.EndpointVariable] = server.Address.AbsoluteUri },
        };
        await using var visit = await Visit.OpenAsync(chromium, lab.Start(), "/datasets");
        var page = visit.Page;
        await page.GetByText("Get a table from OpenML").ClickAsync();
        await LookUpAsync(page, "59");
        await Expect(page.Locator(".openml [role=alert]")).ToContainTextAsync("no dataset 59, but a task 59 on dataset 61");
        await Pictures.PictureAsync(visit, "openml-task");

        await LookUpAsync(page, "iris");
        await Expect(page.GetByRole(AriaRole.List, new() { Name = "Versions" }).GetByRole(AriaRole.Listitem)).ToHaveCountAsync(3);
        await Expect(page.GetByText("deactivated", new() { Exact = true })).ToBeVisibleAsync();
        await Pictures.PictureAsync(visit, "openml-versions");
        await visit.AssertAccessibleAsync("versions of OpenML");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look at it: version 1, id 61" }).ClickAsync();
        var described = page.GetByRole(AriaRole.Region, new() { Name = "iris, version 1" });
        await Expect(described).ToContainTextAsync("60 rows, 5 columns");
        await Expect(described).ToContainTextAsync("CC0");
        await Expect(described).ToContainTextAsync("checked against its MD5 checksum");
        await described.GetByLabel("Format of the file").SelectOptionAsync("Parquet");
        await Expect(described).ToContainTextAsync("OpenML gives no checksum of this file");
        await page.GetByRole(AriaRole.Button, new() { Name = "Download and add" }).ClickAsync();
        await Expect(page.Locator(".openml .problems")).ToContainTextAsync("a part of it is missing");
        await described.GetByLabel("Format of the file").SelectOptionAsync("Original");
        await Pictures.PictureAsync(visit, "openml-described");
        await visit.AssertAccessibleAsync("a dataset of OpenML");
        await page.GetByRole(AriaRole.Button, new() { Name = "Download and add" }).ClickAsync();

        await visit.AtAsync("/datasets/.");
        await Expect(page.GetByText("60 rows, 5 columns, read as ARFF")).ToBeVisibleAsync();
        var source = page.GetByRole(AriaRole.Region, new() { Name = "Source", Exact = true });
        await Expect(source).ToContainTextAsync("CC0");
        await Expect(source).ToContainTextAsync("as OpenML publishes it");
        await Expect(page.Locator(".problems")).ToContainTextAsync("OpenML names it as the identifier of the rows");
        await Pictures.PictureAsync(visit, "openml-added");
        await visit.AssertAccessibleAsync("a dataset from OpenML");
        var address = new Uri(page.Url).AbsolutePath;
        visit.AssertClean();

        foreach (var (dark, width) in new[] { (true, 1280), (false, 390), (true, 390) })
        {
            await using var other = await Visit.OpenAsync(chromium, lab.Address, address, dark, width);
            await Expect(other.Page.GetByRole(AriaRole.Region, new() { Name = "Source", Exact = true })).ToBeVisibleAsync();
            await Pictures.PictureAsync(other, $"openml-added-{(dark ? "dark" : "light")}-{width}");
            Assert.Equal(0, await other.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth"));
            await other.GoAsync("/datasets");
            await other.Page.GetByText("Get a table from OpenML").ClickAsync();
            await LookUpAsync(other.Page, "https://www.openml.org/d/61");
            await Expect(other.Page.GetByRole(AriaRole.Region, new() { Name = "iris, version 1" })).ToBeVisibleAsync();
            await Pictures.PictureAsync(other, $"openml-described-{(dark ? "dark" : "light")}-{width}");
            Assert.Equal(0, await other.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth"));
            await other.AssertAccessibleAsync($"a dataset of OpenML, {width}");
            other.AssertClean();
        }
    }

    [BrowserFact]
    public async Task Without_network_the_page_says_so()
    {
        using var lab = new LabServer { Settings = { [OpenMlOptions.EndpointVariable] = "http://127.0.0.1:9" } };
        await using var visit = await Visit.OpenAsync(chromium, lab.Start(), "/datasets");
        await visit.Page.GetByText("Get a table from OpenML").ClickAsync();
        await LookUpAsync(visit.Page, "61");
        await Expect(visit.Page.Locator(".openml [role=alert]")).ToContainTextAsync("127.0.0.1 cannot be reached");
        visit.AssertClean();
    }
}
