using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace LiftLab.Tests.EndToEnd.Browser;

/// <summary>
/// A browser window on the lab that writes down what must not happen: console errors, failed requests, requests to anywhere else.
/// </summary>
public sealed class Visit : IAsyncDisposable
{
    readonly IBrowserContext context;
    readonly ConcurrentQueue<string> faults = new(),
        outside = new();

    Visit(IBrowserContext context, IPage page, Uri root)
    {
        (this.context, Page) = (context, page);
        // Chromium reports a lost connection as a console error; those belong to the tests that cut it, and they say so.
        page.Console += (_, message) =>
        {
            if (
                message.Type is "error" or "warning"
                && !(
                    CutsTheConnection
                    && (
                        message.Text.Contains("WebSocket", StringComparison.Ordinal)
                        || message.Text.Contains("ERR_", StringComparison.Ordinal)
                        || message.Text.Contains("Connection", StringComparison.Ordinal)
                        || message.Text.Contains("Failed to", StringComparison.Ordinal)
                    )
                )
            )
                faults.Enqueue($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) =>
        {
            // An event that was on its way when its element was drawn anew: the framework drops it and says so; the page goes on.
            if (!error.Contains("There is no event handler associated with this event", StringComparison.Ordinal))
                faults.Enqueue("page error: " + error);
        };
        page.Response += (_, response) =>
        {
            if (response.Status >= 400 && !CutsTheConnection)
                faults.Enqueue($"{response.Status} {response.Url}");
        };
        page.Request += (_, request) =>
        {
            if (
                !request.Url.StartsWith(root.ToString(), StringComparison.Ordinal)
                && !request.Url.StartsWith("data:", StringComparison.Ordinal)
                && !request.Url.StartsWith("blob:", StringComparison.Ordinal)
            )
                outside.Enqueue(request.Url);
        };
    }

    public IPage Page { get; }

    /// <summary>This test cuts the connection on purpose: what the browser says about that is no fault.</summary>
    public bool CutsTheConnection { get; set; }

    public static async Task<Visit> OpenAsync(
        ChromiumBrowser chromium,
        Uri root,
        string path,
        bool dark = false,
        int width = 1280,
        int height = 900,
        bool selfSigned = false
    )
    {
        var context = await chromium.Browser.NewContextAsync(
            new()
            {
                BaseURL = root.ToString(),
                ViewportSize = new() { Width = width, Height = height },
                ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
                AcceptDownloads = true,
                IgnoreHTTPSErrors = selfSigned,
            }
        );
        context.SetDefaultTimeout(30_000);
        var visit = new Visit(context, await context.NewPageAsync(), root);
        await SlowConnection.SetAsWantedAsync(visit.Page);
        await visit.GoAsync(path);
        return visit;
    }

    /// <summary>Opens a page and waits until it has its heading.</summary>
    public async Task GoAsync(string path)
    {
        await Page.GotoAsync(path);
        await Page.GetByRole(AriaRole.Heading, new() { Level = 1 }).First.WaitForAsync();
    }

    /// <summary>
    /// Waits until the address is one like this. Asked of the browser again and again: Playwright's own wait looks once and then listens,
    /// and a change in between is one it never hears of.
    /// </summary>
    public Task AtAsync(Regex address) => Assertions.Expect(Page).ToHaveURLAsync(address, new() { Timeout = 30_000 });

    public Task AtAsync([StringSyntax(StringSyntaxAttribute.Regex)] string address) => AtAsync(new Regex(address));

    public void AssertClean()
    {
        Assert.True(outside.IsEmpty, "requests to elsewhere:\n" + string.Join('\n', outside));
        Assert.True(faults.IsEmpty, string.Join('\n', faults)); // whole: a comparison of texts would cut it
    }

    /// <summary>
    /// The lab has heard of the browser's theme and has drawn the page with it; true of pages without a choice of the theme.
    /// </summary>
    const string Themed = """
        () => {
          const choice = document.querySelector("[data-key='t']");
          return !choice || choice.textContent.includes(document.documentElement.dataset.theme === "dark" ? "Light" : "Dark");
        }
        """;

    /// <summary>No violation of WCAG 2.1 A and AA or axe's best practices, on the page as it is now.</summary>
    public async Task AssertAccessibleAsync(string where)
    {
        await Page.WaitForFunctionAsync(Themed);
        // A colour that is half-way through a transition is not one that anybody reads.
        await Page.AddStyleTagAsync(
            new() { Content = "*, *::before, *::after { transition: none !important; animation: none !important; }" }
        );
        var result = await Page.RunAxe(
            new AxeRunOptions
            {
                RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] },
            }
        );
        var found = result.Violations.Select(v =>
            $"{where}: {v.Impact} {v.Id}, {v.Nodes.Length} times, first {v.Nodes[0].Html} {v.Nodes[0].Any?.FirstOrDefault()?.Message}"
        );
        Assert.True(result.Violations.Length == 0, string.Join('\n', found)); // whole: a comparison of texts would cut it
    }

    public ValueTask DisposeAsync() => context.DisposeAsync();
}
