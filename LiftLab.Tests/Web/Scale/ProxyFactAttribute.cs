using LiftLab.Tests.EndToEnd.Browser;

namespace LiftLab.Tests.Web.Scale;

/// <summary>A test behind a real reverse proxy. Skipped, with the reason, where the program is not installed.</summary>
sealed class ProxyFactAttribute : FactAttribute
{
    /// <param name="browser">Whether it needs a browser too.</param>
    public ProxyFactAttribute(string program, bool browser = false) =>
        Skip = ReverseProxy.Missing(program) ?? (browser ? BrowserSkip.Reason : null);
}
