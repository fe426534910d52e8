using LiftLab.Web.Parts;

namespace LiftLab.Web.Pages.Shell;

/// <summary>Light or dark theme; one per circuit. The browser stores the choice; without one the system's preference is used.</summary>
public sealed class BrowserTheme(Browser browser)
{
    public bool IsDark { get; private set; }

    public event Action? Changed;

    public async Task ReadAsync()
    {
        IsDark = await browser.CallAsync<string>("theme") == "dark";
        Changed?.Invoke();
    }

    public async Task SetAsync(bool dark)
    {
        IsDark = dark;
        Changed?.Invoke();
        await browser.CallAsync("setTheme", dark ? "dark" : "light");
    }
}
