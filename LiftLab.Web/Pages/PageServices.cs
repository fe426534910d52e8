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
        return services;
    }

    public static void MapLabPages(this WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous();
        app.MapPredictionsDownload();
        app.MapPredictDownloads();
        app.MapReportDownloads();
        app.MapCompareDownloads();
        app.MapStudyDownloads();
        // ours says it; a second header would contradict it
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
    }
}
