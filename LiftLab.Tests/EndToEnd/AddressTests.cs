using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Web;

namespace LiftLab.Tests.EndToEnd;

/// <summary>Addresses that no page of the lab writes: each shows a page, and nothing is thrown that nobody catches.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class AddressTests(ChromiumBrowser chromium)
{
    [BrowserFact]
    public async Task An_odd_address_shows_a_page_and_throws_nothing()
    {
        using var lab = LabServer.AsDeployed();
        var log = HeardLog.Of(lab);
        var (run, dataset) = await SampleRun.FinishedAsync(lab);
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/");
        var deep = Uri.EscapeDataString(new string('[', 500));
        foreach (
            var address in (string[])
                [
                    $"/runs/{run}?log=maybe&show=%00",
                    $"/runs/{run}/results?metric=none&of=%00&rows=x&class=%E2%80%AE&x=a&y=a",
                    $"/runs/{run}/results?x=petal%20length%20(cm)&y=none&hold={deep}",
                    $"/runs/{run}/results?hold=%7B%22a%22:1e999%7D",
                    "/models?model=%00&rows=99999999999999&rank=abc&full=x&tokens=-1&weights=none",
                    $"/new?dataset={dataset}&draft=..%2f..%2fx&like=%00",
                    "/new?from=..%2f..%2fetc&draft=none",
                    "/compare?runs=..%2f..%2fetc,%00," + new string('x', 2000) + "&metric=none&of=none",
                    "/runs?page=-1&state=none&search=%25%00%27%3B--",
                    "/runs/" + new string('x', 1500),
                    "/datasets/%E2%80%AE%F0%9F%98%80",
                    "/runs/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
                ]
        )
        {
            try
            {
                await visit.GoAsync(address);
            }
            catch (TimeoutException)
            {
                Assert.Fail($"{address} shows no page: {string.Join('\n', log.Errors)}");
            }
            Assert.DoesNotContain("unexpected", await visit.Page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        }
        Assert.True(!log.Unhandled.Any(), string.Join("\n\n", log.Unhandled));
        visit.AssertClean();
    }
}
