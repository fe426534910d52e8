using System.Diagnostics;
using Microsoft.Playwright;

namespace LiftLab.Tests.EndToEnd;

/// <summary>
/// One Chromium for all end-to-end tests: the one on the PATH; where there is none it is installed, by apt on Debian as root, else by
/// Playwright into its own cache.
/// </summary>
public sealed class ChromiumBrowser : IAsyncLifetime
{
    static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "chrome"];

    IPlaywright? playwright;

    public IBrowser Browser { get; private set; } = default!;

    public async Task InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(30_000); // a busy machine is no fault of the page
        var path = Installed() ?? await InstallAsync();
        playwright = await Playwright.CreateAsync();
        Browser = await playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = path,
                ChromiumSandbox = false,
                Args =
                [
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                ],
            }
        );
    }

    /// <returns>Null: Playwright's own.</returns>
    static async Task<string?> InstallAsync()
    {
        if (OperatingSystem.IsLinux() && Environment.UserName == "root" && File.Exists("/usr/bin/apt-get"))
        {
            await RunAsync("/usr/bin/apt-get", "update", "-qq");
            await RunAsync("/usr/bin/apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium");
            if (Installed() is { } path)
                return path;
        }
        var code = Microsoft.Playwright.Program.Main(["install", "chromium"]);
        return code == 0
            ? null
            : throw new InvalidOperationException(
                "The end-to-end tests need Chromium, and it could not be installed. Install it (Debian: apt-get install chromium) and run the tests again."
            );
    }

    static string? Installed()
    {
        if (Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } chosen)
            return chosen;
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name)))
            .FirstOrDefault(File.Exists);
    }

    static async Task RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { Environment = { ["DEBIAN_FRONTEND"] = "noninteractive" } };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
    }

    public async Task DisposeAsync()
    {
        if (Browser is not null)
            await Browser.DisposeAsync();
        playwright?.Dispose();
    }
}

/// <summary>The end-to-end tests share one browser and run one after the other: each of them trains.</summary>
[CollectionDefinition(Name)]
public sealed class EndToEndTests : ICollectionFixture<ChromiumBrowser>
{
    public const string Name = "end to end";
}
