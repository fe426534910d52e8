using Microsoft.Playwright;

namespace LiftLab.Tests.EndToEnd.Browser;

/// <summary>One browser for all end-to-end tests.</summary>
public sealed class ChromiumBrowser : IAsyncLifetime
{
    IPlaywright? playwright;

    public IBrowser Browser { get; private set; } = default!;

    public async Task InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(30_000); // a busy machine is no fault of the page
        playwright = await Playwright.CreateAsync();
        Browser = await playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = Chromium.Path,
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
