using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Web;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd;

/// <summary>Every element that the Tab key reaches shows the focus.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class FocusTests(ChromiumBrowser chromium)
{
    const int MostStops = 500;

    /// <summary>
    /// Looks at the focused element with and without focus. The change must be on something that can be seen: the element, or what stands
    /// for it beside or around it. Gives null for an element seen before, "outside" between the last element and the first, an empty text
    /// for a visible change, else what is wrong.
    /// </summary>
    const string Look = """
        () => {
          const e = document.activeElement;
          window.seen ??= new Set();
          if (!e || e === document.body || e === document.documentElement) return 'outside';
          if (window.seen.has(e)) return null;
          window.seen.add(e);
          const name = e.outerHTML.slice(0, 160).replace(/\s+/g, ' ');
          const hides = s => s.opacity === '0' || s.visibility === 'hidden';
          const opaque = n => { for (; n; n = n.parentElement) if (hides(getComputedStyle(n))) return false; return true; };
          const parts = [e, e.nextElementSibling, e.parentElement, e.closest('label')].filter(n => n && opaque(n));
          const outline = s => s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 1 ? '' : s.outlineColor;
          const look = () => parts.map(n => { const s = getComputedStyle(n); return [outline(s), s.boxShadow].join('|'); });
          const focused = look();
          const rgb = c => { const m = c.match(/[0-9.]+/g).map(Number); return m.length > 3 && m[3] === 0 ? null : m.slice(0, 3); };
          const linear = v => v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4;
          const light = c => 0.2126 * linear(c[0]) + 0.7152 * linear(c[1]) + 0.0722 * linear(c[2]);
          const ground = n => {
            for (n = n.parentElement; n; n = n.parentElement) {
              const c = rgb(getComputedStyle(n).backgroundColor);
              if (c) return c;
            }
            return [255, 255, 255];
          };
          const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
          let weak = '';
          parts.forEach((n, i) => { const c = focused[i].split('|')[0]; if (c && rgb(c) && contrast(rgb(c), ground(n)) < 3) weak = c; });
          e.blur();
          const plain = look();
          e.focus({ focusVisible: true, preventScroll: true });
          if (weak) return 'outline too pale ' + weak + ': ' + name;
          return focused.some((f, i) => f !== plain[i]) ? '' : 'no change: ' + name;
        }
        """;

    /// <summary>What a person can operate and Tab did not reach.</summary>
    const string Missed = """
        () => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
          .filter(e => !e.disabled && e.tabIndex >= 0 && e.getClientRects().length > 0 && getComputedStyle(e).visibility !== 'hidden')
          .filter(e => !window.seen.has(e) && !e.closest('.js-plotly-plot'))
          .map(e => e.outerHTML.slice(0, 160))
        """;

    [BrowserTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Focus_is_visible_wherever_Tab_goes(bool dark)
    {
        using var lab = LabServer.AsDeployed();
        var (run, dataset) = await SampleRun.FinishedAsync(lab);
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/", dark);
        var faults = new List<string>();
        foreach (
            var path in dark
                ? (string[])["/", "/new?dataset=" + dataset, $"/runs/{run}/results"] // the same rules in other colours
                : (string[])
                    [
                        "/",
                        "/datasets",
                        "/datasets/" + dataset,
                        "/new",
                        "/new?dataset=" + dataset,
                        "/runs",
                        "/runs/" + run,
                        $"/runs/{run}/results",
                        $"/runs/{run}/predict",
                        "/experiments",
                        "/compare?runs=" + run,
                        "/models",
                        "/storage",
                        "/runs/none",
                    ]
        )
        {
            await visit.GoAsync(path);
            await Expect(visit.Page.Locator("main .loading")).ToHaveCountAsync(0);
            await visit.Page.EvaluateAsync("() => document.querySelectorAll('main details').forEach(d => d.open = true)");
            await visit.Page.EvaluateAsync("() => { window.seen = new Set(); document.activeElement.blur(); window.scrollTo(0, 0); }");
            faults.AddRange((await WalkAsync(visit.Page, needed: 8)).Select(f => $"{path}: {f}"));
        }
        Assert.True(faults.Count == 0, string.Join('\n', faults));
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task Focus_is_visible_in_dialogs_and_in_the_menu_of_a_phone()
    {
        using var lab = LabServer.AsDeployed();
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/", width: 390);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
        var faults = await WalkAsync(visit.Page, needed: 12);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Keys" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await visit.Page.WaitForFunctionAsync("() => document.activeElement.closest('.mud-dialog-container')");
        await visit.Page.Keyboard.PressAsync("Tab");
        faults.Add(await visit.Page.EvaluateAsync<string?>(Look) ?? "the focus is not in the dialog");
        Assert.True(faults.All(f => f.Length == 0), string.Join('\n', faults));
    }

    static async Task<List<string>> WalkAsync(IPage page, int needed)
    {
        await page.AddStyleTagAsync(
            new() { Content = "*, *::before, *::after { transition: none !important; animation: none !important; }" }
        );
        var faults = new List<string>();
        var stops = 0;
        for (; stops < MostStops; stops++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<string?>(Look) is not { } found)
                break;
            if (found.Length > 0 && found != "outside")
                faults.Add(found);
        }
        if (stops < needed)
            faults.Add(FormattableString.Invariant($"Tab stopped {stops} times only"));
        faults.AddRange((await page.EvaluateAsync<string[]>(Missed)).Select(m => "not reached: " + m));
        return faults;
    }
}
