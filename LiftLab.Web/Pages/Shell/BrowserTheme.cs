using LiftLab.Web.Parts;

namespace LiftLab.Web.Pages.Shell;

/// <summary>Light or dark theme; one per circuit. The browser stores the choice; without one the system's preference is used.</summary>
public sealed class BrowserTheme(Browser browser)
{
    bool chosen;

    public bool IsDark { get; private set; }

    public event Action? Changed;

    public async Task ReadAsync()
    {
        var dark = await browser.CallAsync<string>("theme") == "dark";
        if (chosen)
            return; // a person was faster than the browser's answer
        IsDark = dark;
        Changed?.Invoke();
    }

    public async Task SetAsync(bool dark)
    {
        (IsDark, chosen) = (dark, true);
        Changed?.Invoke();
        await browser.CallAsync("setTheme", dark ? "dark" : "light");
    }
}
