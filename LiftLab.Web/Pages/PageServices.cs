using LiftLab.Web.Pages.Compare;
using LiftLab.Web.Pages.Predict;
using LiftLab.Web.Pages.Report;
using LiftLab.Web.Pages.Run;
using LiftLab.Web.Pages.Shell;
using LiftLab.Web.Pages.Studies;
using LiftLab.Web.Parts;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MudBlazor;
using MudBlazor.Services;

namespace LiftLab.Web.Pages;

/// <summary>What the pages need from the host.</summary>
public static class PageServices
{
    public static IServiceCollection AddLabPages(this IServiceCollection services)
    {
        services
            .AddRazorComponents()
            .AddInteractiveServerComponents(options =>
            {
                options.DisconnectedCircuitMaxRetained = 50;
                options.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(3);
                options.JSInteropDefaultCallTimeout = TimeSpan.FromSeconds(30);
            })
            // browser to server; uploads are sent in smaller chunks
            .AddHubOptions(options => options.MaximumReceiveMessageSize = 64 << 10);
        services.AddMudServices(options =>
        {
            options.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomRight;
            options.SnackbarConfiguration.VisibleStateDuration = 4000;
        });
        services.TryAddSingleton(TimeProvider.System);
        services.AddScoped<DocumentWriter>();
        services.AddScoped<Browser>();
        services.AddScoped<BrowserTheme>();
        services.AddScoped<CircuitConnection>();
        services.AddScoped<CircuitHandler>(provider => provider.GetRequiredService<CircuitConnection>());
        services.AddScoped<CircuitVisitor>();
        services.AddScoped<CircuitHandler>(provider => provider.GetRequiredService<CircuitVisitor>());
        return services;
    }

    /// <param name="guarded">Gives each download its policy.</param>
    /// <param name="guard">Gives each page and its connection a policy.</param>
    public static void MapLabPages(this WebApplication app, IEndpointRouteBuilder guarded, Action<EndpointBuilder> guard)
    {
        app.MapStaticAssets().AllowAnonymous();
        guarded.MapPredictionsDownload();
        guarded.MapPredictDownloads();
        guarded.MapReportDownloads();
        guarded.MapCompareDownloads();
        guarded.MapStudyDownloads();
        app.MapRazorComponents<App>()
            // ours says it; a second header would contradict it
            .AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null)
            .Finally(guard);
    }
}
