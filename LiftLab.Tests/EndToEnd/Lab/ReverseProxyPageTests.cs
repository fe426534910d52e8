using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Web.People;
using LiftLab.Tests.Web.Scale;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Lab;

/// <summary>A page behind the nginx of <c>docs/scale.md</c>: its connection is a WebSocket over TLS.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class ReverseProxyPageTests(ChromiumBrowser chromium)
{
    [ProxyFact(ReverseProxy.Nginx, browser: true)]
    public async Task A_page_answers_over_a_WebSocket_through_nginx()
    {
        using var signed = new SignedLab(null, ("LiftLab:TrustedProxies:0", "127.0.0.1"));
        await using var proxy = await ReverseProxy.NginxAsync(signed.Lab.Address);
        await using var visit = await Visit.OpenAsync(chromium, proxy.Address, "/people", selfSigned: true);
        await visit.AtAsync("^https://localhost:[0-9]+/login");
        var sockets = new List<string>();
        visit.Page.WebSocket += (_, socket) => sockets.Add(socket.Url);
        await visit.Page.GetByLabel("Token").FillAsync(SignedLab.Token);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await visit.AtAsync("^https://localhost:[0-9]+/people$");
        await visit.Page.Locator(".new-person input").FillAsync("vera");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Add with a token" }).ClickAsync();
        await Expect(visit.Page.GetByText("The token of vera")).ToBeVisibleAsync();
        Assert.StartsWith($"wss://{proxy.Address.Authority}/_blazor", Assert.Single(sockets), StringComparison.Ordinal);
        visit.AssertClean();
    }
}
