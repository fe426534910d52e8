using System.Buffers.Binary;
using System.Text.Json;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Engine.Figures;
using LiftLab.Tests.Web;
using LiftLab.Web.Charts.Svg;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Runs;

/// <summary>Figures saved from a page, as a browser measures and rasterises them.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class SavedFigureTests(ChromiumBrowser chromium)
{
    /// <summary>Texts that leave the picture, in the fonts that the browser takes for those that the picture names.</summary>
    const string CutTexts = """
        svg => {
          document.body.innerHTML = svg;
          const picture = document.querySelector('svg'), frame = picture.getBoundingClientRect();
          return [...picture.querySelectorAll('text')].filter(text => {
            const box = text.getBoundingClientRect();
            return box.left < frame.left - 1 || box.top < frame.top - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1;
          }).map(text => text.textContent);
        }
        """;

    [BrowserFact]
    public async Task No_text_of_any_figure_is_cut_in_the_fonts_of_the_browser()
    {
        var page = await chromium.Browser.NewPageAsync();
        foreach (var figure in SomeFigures.All)
        foreach (var width in (double[])[640, 340])
        {
            var svg = SvgPainter.Paint(figure, SvgPage.Whole(figure) with { Width = width });
            var cut = await page.EvaluateAsync<JsonElement>(CutTexts, svg);
            Assert.True(cut.GetArrayLength() == 0, $"{figure.Title} at {width}: {cut}");
        }
        await page.CloseAsync();
    }

    [BrowserFact]
    public async Task The_loss_is_saved_as_SVG_and_as_a_bitmap_of_print_size()
    {
        using var lab = LabServer.AsDeployed();
        var quick = FineTunePresets.ForLiftMini with { Members = 1, MinimumSteps = 20, MaximumSteps = 20, Epochs = 1 };
        var run = await lab.QueueAsync((LiftSettings.Default(TaskKind.Classification) with { Recipe = quick }).ToSpec());
        await lab.UntilAsync(run, RunState.Succeeded);
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, $"/runs/{run.Id}", dark: true);
        var page = visit.Page;
        await Expect(page.Locator("figure.chart .main-svg").First).ToBeVisibleAsync();

        var svg = await File.ReadAllTextAsync(await SaveAsync(page, "loss.svg", "Save loss as SVG"));
        Assert.Contains("training, smoothed", svg, StringComparison.Ordinal);
        Assert.Contains("nats per token", svg, StringComparison.Ordinal);
        Assert.Contains("fill=\"#ffffff\"", svg, StringComparison.Ordinal); // the page is dark, print is not

        var png = await File.ReadAllBytesAsync(await SaveAsync(page, "loss.png", "Save loss as PNG"));
        Assert.Equal("PNG"u8.ToArray(), png[1..4]);
        Assert.Equal(1920, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
        Assert.InRange(BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)), 1200, 1800);
        visit.AssertClean();
    }

    static async Task<string> SaveAsync(IPage page, string name, string button)
    {
        var download = await page.RunAndWaitForDownloadAsync(() =>
            page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync()
        );
        Assert.Equal(name, download.SuggestedFilename);
        return await download.PathAsync();
    }
}
