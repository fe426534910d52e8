namespace LiftLab.Tests.EndToEnd;

/// <summary>Screenshots into the folder of the repository that LIFTLAB_SHOTS names; without it, none.</summary>
static class Pictures
{
    public static string? Folder =>
        Environment.GetEnvironmentVariable("LIFTLAB_SHOTS") is { Length: > 0 } shots
            ? Directory.CreateDirectory(Path.Combine(House.Sources.Root, shots)).FullName
            : null;

    public static async Task PictureAsync(Visit visit, string name)
    {
        if (Folder is { } folder)
            await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }

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
