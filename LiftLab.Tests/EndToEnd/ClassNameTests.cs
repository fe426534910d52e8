using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using LiftLab.Engine.Tables;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Web;
using LiftLab.Web.Storage.Tables;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd;

/// <summary>Classes by their names, also where their names are numbers.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed partial class ClassNameTests(ChromiumBrowser chromium)
{
    [BrowserFact]
    public async Task Answers_name_classes_and_the_figures_begin_with_LIFT()
    {
        using var lab = LabServer.AsDeployed();
        var (run, _) = await SampleRun.FinishedAsync(lab);
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/runs/" + run);
        var page = visit.Page;
        var samples = page.Locator(".answers li .small");
        await Expect(samples.First).ToBeVisibleAsync();
        foreach (var words in await samples.AllInnerTextsAsync())
            Assert.Matches(InWords(), words);

        await visit.GoAsync($"/runs/{run}/results");
        var rows = page.GetByRole(AriaRole.Region, new() { Name = "Test rows with answers" });
        await Expect(rows).ToContainTextAsync("setosa, correct");
        Assert.Matches("(setosa|versicolor|virginica), should be (setosa|versicolor|virginica)", await rows.InnerTextAsync());
        await Expect(page.Locator(".wall h3").First).ToHaveTextAsync("LIFT");
        visit.AssertClean();
    }

    [GeneratedRegex("(setosa|versicolor|virginica)(, correct|, should be (setosa|versicolor|virginica))$")]
    private static partial Regex InWords();

    [BrowserTheory]
    [InlineData("tens", 3)]
    [InlineData("sixty", 60)]
    public async Task Numbers_that_are_classes_are_chosen_by_one_click_on_the_dataset_and_on_a_new_run(string name, int classes)
    {
        using var lab = LabServer.AsDeployed();
        var text = new StringBuilder("a,b,outcome\n");
        for (var i = 0; i < 20 * classes; i++)
            text.Append(CultureInfo.InvariantCulture, $"{i % 17}.{i % 10},{i % 23}.5,{10 * (1 + i % classes)}\n");
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text.ToString()));
        var dataset = await lab.Get<Datasets>().AddAsync(content, name + ".csv");
        var id = dataset.Row.Id.ToString("N");
        await lab.Get<Datasets>().ConfirmAsync(dataset.Row.Id, name, dataset.Row.Schema.WithTarget("outcome", TaskKind.Regression));
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/new?dataset=" + id);
        var page = visit.Page;
        var task = page.GetByRole(AriaRole.Radiogroup, new() { Name = "Task" });
        await task.GetByRole(AriaRole.Radio).First.ClickAsync();
        await Expect(page.GetByText(new Regex($"into {classes} classes"))).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true })).ToBeEnabledAsync();
        await task.GetByRole(AriaRole.Radio).Last.ClickAsync();
        await Expect(page.GetByText(new Regex($"into {classes} classes"))).ToBeHiddenAsync();
        await visit.AssertAccessibleAsync("a new run with a choice of the task");

        await visit.GoAsync("/datasets/" + id);
        await task.GetByRole(AriaRole.Radio).First.ClickAsync();
        await Expect(page.GetByText("Class balance")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm and set up a run" }).ClickAsync();
        await Expect(page.GetByText(new Regex($"into {classes} classes"))).ToBeVisibleAsync();
        visit.AssertClean();
    }
}
