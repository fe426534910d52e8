using Bunit;
using LiftLab.Web.Pages.Shell;
using LiftLab.Web.Parts;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace LiftLab.Tests.Web;

/// <summary>A component's surroundings: MudBlazor, a browser that is there, and Plotly's module, whose calls can be looked at.</summary>
public abstract class PageTest : IAsyncLifetime
{
    protected PageTest()
    {
        Page.JSInterop.Mode = JSRuntimeMode.Loose;
        Plotly = Page.JSInterop.SetupModule("./_content/Plotly.Blazor/plotly-interop-7.2.0.js");
        Plotly.Mode = JSRuntimeMode.Loose;
        Page.JSInterop.SetupModule("./js/lab.js").Mode = JSRuntimeMode.Loose;
        Page.Services.AddMudServices();
        Page.Services.AddSingleton(TimeProvider.System);
        Page.Services.AddSingleton<Browser>();
        Page.Services.AddSingleton<BrowserTheme>();
        Page.Services.AddSingleton(Connection);
        Connection.Up();
    }

    protected BunitContext Page { get; } = new();
    protected BunitJSModuleInterop Plotly { get; }
    protected CircuitConnection Connection { get; } = new();

    /// <summary>Services that are not registered here come from the lab.</summary>
    protected void TakeServicesOf(LabServer lab) => Page.Services.AddFallbackServiceProvider(lab.Services);

    public Task InitializeAsync() => Task.CompletedTask;

    // MudBlazor's services can only be disposed asynchronously
    public async Task DisposeAsync() => await Page.DisposeAsync();
}
