using System.Net.Http.Headers;
using LiftLab.Engine.OpenAi.Money;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Engine.OpenAi;
using LiftLab.Tests.Web;
using LiftLab.Web.Live.Providers;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Lab;

/// <summary>From an address and a key to a curve that moves, an answer with its price, and a deleted model.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class ProviderTests(ChromiumBrowser chromium)
{
    const float Patience = 300_000;
    const string Key = "sk-typed-in-a-browser-0123456789";

    const string Points =
        "() => { const p = document.querySelector('figure[aria-label^=\"Loss curve\"] .js-plotly-plot'); return p?.data?.[1]?.x.length > 0; }";

    static async Task AssertNoKeyAsync(Visit visit) =>
        Assert.DoesNotContain(Key, await visit.Page.ContentAsync(), StringComparison.Ordinal);

    [BrowserFact]
    public async Task From_an_address_and_a_key_to_a_moving_curve()
    {
        await using var service = await TestProvider.StartAsync();
        (service.Accepts, service.LooksUntilDone) = (Key, 6);
        service.Models["tiny-old"] = new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        using var lab = LabServer.AsDeployed();
        lab.Get<LabProviders>().Money.Save(new PriceList(new(2026, 11, 27), [new("compatible", "tiny", 1000, 10, 20)]));
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/providers");
        var page = visit.Page;
        await Pictures.PictureAsync(visit, "providers-empty");
        await visit.AssertAccessibleAsync("providers, empty");

        // by keyboard: the key's field sends the form
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a provider" }).ClickAsync();
        await page.GetByLabel("Kind").SelectOptionAsync("compatible");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("loopback");
        await page.GetByLabel("Address, with the version").FillAsync(service.Provider.Address);
        await page.GetByLabel("Key", new() { Exact = false }).First.FillAsync(Key);
        await Pictures.PictureAsync(visit, "providers-form");
        await visit.AssertAccessibleAsync("providers, form");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("The service accepts the key")).ToBeVisibleAsync();
        await Expect(page.GetByText("The service takes fine-tuning jobs")).ToBeVisibleAsync();
        await AssertNoKeyAsync(visit);
        await page.GetByText("Label scoring of a model").ClickAsync();
        await page.GetByLabel("Model", new() { Exact = true }).FillAsync("tiny");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByText("It costs at most 0.0034 US dollars.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask it" }).ClickAsync();
        await Expect(page.Locator(".findings")).ToContainTextAsync("Label scoring");
        await Pictures.PictureAsync(visit, "providers");
        await visit.AssertAccessibleAsync("providers");
        await page.ReloadAsync();
        await Expect(page.Locator(".findings")).ToContainTextAsync("Label scoring");
        await AssertNoKeyAsync(visit);

        await visit.GoAsync("/models");
        await Expect(page.GetByText("retired on 5 January 2026")).ToBeVisibleAsync();

        await visit.GoAsync("/new");
        await page.GetByRole(AriaRole.Button, new() { Name = "Iris" }).First.ClickAsync();
        await visit.AtAsync("dataset=");
        await page.Locator("section[aria-label='Base model'] select")
            .SelectOptionAsync(new SelectOptionValue { Label = "a model of loopback" });
        await page.GetByLabel("Model", new() { Exact = true }).FillAsync("tiny-old");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Locator(".summary")).ToContainTextAsync("has retired tiny-old");
        await page.GetByLabel("Model", new() { Exact = true }).FillAsync("tiny");
        await page.Keyboard.PressAsync("Tab");
        await page.GetByLabel("Rate multipliers").FillAsync("0.1, 0.2");
        await page.Keyboard.PressAsync("Tab");
        await page.GetByLabel("Epochs").FillAsync("1");
        await page.Keyboard.PressAsync("Tab");
        var gate = page.Locator(".money-gate");
        await Expect(gate).ToContainTextAsync("It costs about");
        await Expect(page.Locator(".summary")).ToContainTextAsync("tokens trained");
        var start = page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true });
        await Expect(start).ToBeDisabledAsync();
        // the last change is in the price
        await Expect(page.Locator(".summary dd").Filter(new() { HasTextRegex = new("^1 × 2 models") })).ToBeVisibleAsync();
        await Pictures.PictureAsync(visit, "new-provider");
        await visit.AssertAccessibleAsync("new run, provider");
        await gate.Locator("input").FillAsync(await gate.Locator("b").InnerTextAsync());
        await start.ClickAsync();
        await visit.AtAsync("/runs/[^/]+$");
        var run = new Uri(page.Url).AbsolutePath;

        await page.WaitForFunctionAsync(Points, null, new() { Timeout = Patience });
        await Expect(page.Locator(".remote-jobs")).ToContainTextAsync("ftjob-2", new() { Timeout = Patience });
        await Pictures.PictureAsync(visit, "run-provider-live");
        await Expect(page.Locator(".banner.good")).ToContainTextAsync("Done", new() { Timeout = Patience });
        await Expect(page.Locator(".remote-jobs")).ToContainTextAsync("succeeded");
        Assert.Equal(
            2,
            await page.EvaluateAsync<int>(
                "() => document.querySelector('figure[aria-label^=\"Loss curve\"] .js-plotly-plot').data.filter(d => /^rate 0\\.[12]$/.test(d.name) && d.x.length === 6).length"
            )
        );
        await Pictures.PictureAsync(visit, "run-provider");
        await visit.AssertAccessibleAsync("run, provider");
        await AssertNoKeyAsync(visit);

        // an answer costs money: its price stands beside the button, and nothing is asked by itself
        await visit.GoAsync(run + "/predict");
        var ask = page.GetByRole(AriaRole.Button, new() { Name = "Ask LIFT on a provider's model" });
        await Expect(ask).ToBeVisibleAsync(new() { Timeout = Patience });
        await Expect(page.Locator(".paid")).ToContainTextAsync("This row costs about 0.0");
        var asked = service.Requests.Count(r => r.Path == "completions");
        await page.Locator(".row-cell input").First.FillAsync("5.9");
        await Expect(page.Locator(".answers-now")).ToHaveAttributeAsync("aria-busy", "false");
        Assert.Equal(asked, service.Requests.Count(r => r.Path == "completions"));
        await ask.ClickAsync();
        await Expect(page.Locator(".answers-side")).ToContainTextAsync("LIFT on a provider's model", new() { Timeout = 40_000 });
        Assert.True(service.Requests.Count(r => r.Path == "completions") > asked);
        await Pictures.PictureAsync(visit, "predict-provider");
        await visit.AssertAccessibleAsync("predict, provider");

        await visit.GoAsync(run + "/results");
        await Expect(page.Locator(".verdict .big")).ToContainTextAsync("%");
        await visit.GoAsync("/new?like=" + run.Split('/')[^1]);
        await Expect(page.GetByLabel("Rate multipliers")).ToHaveValueAsync("0.1, 0.2");

        // deleted here and there
        await visit.GoAsync("/runs");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete Iris", Exact = false }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete here and there" }).ClickAsync();
        await Expect(page.GetByText("Start the first run")).ToBeVisibleAsync();
        Assert.Contains(service.Deleted, d => d.StartsWith("ft:tiny", StringComparison.Ordinal));
        await visit.GoAsync("/providers");
        await Expect(page.GetByText("US dollars spent")).ToBeVisibleAsync(); // what was spent stays
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task The_pages_of_providers_fit_a_phone_in_both_themes()
    {
        await using var service = await TestProvider.StartAsync();
        service.Models["a-very-long-name-of-a-model/with-a-path-and-a-version-2027-01-14-preview"] = 1_800_000_000;
        using var lab = LabServer.AsDeployed();
        var providers = lab.Get<LabProviders>();
        providers.Shelf.Save(service.Provider with { Name = "loopback" }, Key, null);
        await providers.TestAsync("loopback", null, default);
        foreach (var dark in (bool[])[false, true])
        {
            await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/providers", dark, width: 390);
            foreach (var path in (string[])["/providers", "/code", "/models", "/code?language=curl"])
            {
                await visit.GoAsync(path);
                await Expect(visit.Page.Locator("main .card").First).ToBeVisibleAsync();
                await visit.AssertAccessibleAsync(path);
                Assert.Equal(
                    0,
                    await visit.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
                );
                await Pictures.PictureAsync(visit, $"phone{path.Replace('/', '-').Replace('?', '-')}-{(dark ? "dark" : "light")}");
            }
        }
    }

    [BrowserFact]
    public async Task The_server_is_switched_on_and_its_key_is_shown_once()
    {
        using var lab = LabServer.AsDeployed();
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/code");
        var page = visit.Page;
        await Expect(page.GetByText("is not served")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch it on" }).ClickAsync();
        var key = await page.GetByLabel("The key").InnerTextAsync();
        await Pictures.PictureAsync(visit, "code");
        await visit.AssertAccessibleAsync("code");
        using var http = new HttpClient { BaseAddress = lab.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        Assert.True((await http.GetAsync("/v1/models")).IsSuccessStatusCode);
        foreach (var language in (string[])["C#", "Node", "curl", "Python"])
        {
            await page.GetByRole(AriaRole.Radio, new() { Name = language, Exact = true }).ClickAsync();
            await Expect(page.GetByLabel($"The program in {language}")).ToContainTextAsync(lab.Address.Authority + "/v1");
        }
        await page.ReloadAsync();
        await Expect(page.GetByText("It cannot be shown again")).ToBeVisibleAsync();
        Assert.DoesNotContain(key, await page.ContentAsync(), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch it off" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Take it back" }).ClickAsync();
        await Expect(page.GetByText("is not served")).ToBeVisibleAsync();
        Assert.False((await http.GetAsync("/v1/models")).IsSuccessStatusCode);
    }
}
