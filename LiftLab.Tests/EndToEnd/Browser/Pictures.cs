using Microsoft.Playwright;

namespace LiftLab.Tests.EndToEnd.Browser;

/// <summary>Screenshots into the folder of the repository that LIFTLAB_SHOTS names; without it, none.</summary>
static class Pictures
{
    /// <summary>Every chart of the page has its lines, or says why not.</summary>
    const string Drawn =
        "() => [...document.querySelectorAll('figure.chart .plot')].every(p => p.querySelector('.main-svg .cartesianlayer, .note'))";

    public static string? Folder =>
        Environment.GetEnvironmentVariable("LIFTLAB_SHOTS") is { Length: > 0 } shots
            ? Directory.CreateDirectory(Path.Combine(House.Sources.Root, shots)).FullName
            : null;

    public static bool IsAsked => Environment.GetEnvironmentVariable("LIFTLAB_SHOTS") is { Length: > 0 };

    public static Task PictureAsync(Visit visit, string name) => PictureAsync(visit.Page, name);

    /// <summary>Waits for the charts.</summary>
    /// <param name="whole">False for what is seen without scrolling.</param>
    /// <returns>The picture's file; null where none is wanted.</returns>
    public static async Task<string?> PictureAsync(IPage page, string name, bool whole = true)
    {
        if (Folder is not { } folder)
            return null;
        await DrawnAsync(page);
        var file = Path.Combine(folder, name + ".png");
        await page.ScreenshotAsync(new() { Path = file, FullPage = whole });
        return file;
    }

    public static Task DrawnAsync(IPage page) => page.WaitForFunctionAsync(Drawn, null, new() { Timeout = 60_000 });

    /// <summary>A page in both themes, on a wide screen and on a phone. Nothing may reach beyond the screen's edge.</summary>
    public static async Task EachWayAsync(ChromiumBrowser chromium, Uri root, string path, string name, Func<Visit, Task>? ready = null)
    {
        foreach (var dark in (bool[])[false, true])
        foreach (var width in (int[])[390, 1280])
        {
            if (Folder is null && (dark || width == 1280))
                continue;
            await using var visit = await Visit.OpenAsync(chromium, root, path, dark, width);
            if (ready is not null)
                await ready(visit);
            await PictureAsync(visit, $"{name}-{(dark ? "dark" : "light")}-{width}");
            Assert.Equal(0, await visit.Page.EvaluateAsync<int>("() => Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
        }
    }
}
