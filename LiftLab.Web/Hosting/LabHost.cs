using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Hub;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Launching.Resident;
using LiftLab.Engine.OpenMl;
using LiftLab.Engine.Runs;
using LiftLab.Web.Api;
using LiftLab.Web.Api.OpenAi;
using LiftLab.Web.Hosting.Access;
using LiftLab.Web.Live;
using LiftLab.Web.Live.Jobs;
using LiftLab.Web.Live.Predictions;
using LiftLab.Web.Live.Providers;
using LiftLab.Web.Live.Space;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Database;
using LiftLab.Web.Storage.Providers;
using LiftLab.Web.Storage.Queue;
using LiftLab.Web.Storage.Tables;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Hosting;

/// <summary>Registers all of the dashboard except its pages: storage, jobs, the run feed, the API and access.</summary>
public static class LabHost
{
    public static void AddLab(this WebApplicationBuilder builder)
    {
        // Settings in the working directory override those in the program's folder.
        builder.Configuration.Sources.Insert(
            0,
            new JsonConfigurationSource
            {
                Path = "appsettings.json",
                Optional = true,
                FileProvider = new PhysicalFileProvider(AppContext.BaseDirectory),
            }
        );
        var services = builder.Services;
        services.AddSingleton(MadeToken.Settle(builder.Configuration));
        services.AddSingleton(ServingKey.Settle(builder.Configuration));
        var section = builder.Configuration.GetSection(LabOptions.Section);
        services.AddOptions<LabOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<LabOptions>, LabOptionsCheck>();
        services.AddSingleton<IValidateOptions<LabOptions>, ListenCheck>();
        services.AddOptions<ServingOptions>().Bind(builder.Configuration.GetSection(ServingOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ServingOptions>, ServingOptionsCheck>();
        services.AddExplainedHosts();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<StartLog>();
        services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(provider => provider.GetRequiredService<StartLog>()));

        services.AddSingleton<LabFolder>();
        services.AddLabDatabase();
        services.AddSingleton<LabIndex>();
        services.AddSingleton<RunTable>();
        services.AddSingleton<StudyQueue>();
        services.AddSingleton<Datasets>();
        services.AddSingleton<Drafts>();
        services.AddSingleton<TemplateShelf>();
        services.AddSingleton<ModelAsker>();
        services.AddSingleton<ProviderShelf>();
        services.AddSingleton<LabMoney>();
        services.AddSingleton<LabProviders>();
        services.AddSingleton<LabRemote>();
        services.AddHostedService<LabStartup>();
        services.AddHostedService<ListenAddresses>();

        services.AddSingleton<ILauncher>(provider => new LocalLauncher(
            provider.GetRequiredService<IOptions<LabOptions>>().Value.Engine is { Length: > 0 } engine ? engine : null
        ));
        var others = LauncherSettings.Read(builder.Configuration.GetSection(LauncherSettings.Section));
        services.AddSingleton<IValidateOptions<LabOptions>>(others);
        services.AddSingleton(provider => new Launchers([
            .. provider.GetServices<ILauncher>(),
            .. others.Make(
                provider.GetRequiredService<IOptions<LabOptions>>().Value.Engine is { Length: > 0 } engine ? engine : null,
                provider.GetRequiredService<TimeProvider>()
            ),
        ]));
        services.AddSingleton<LauncherChoice>();
        services.AddSingleton<LabJobs>();
        services.AddSingleton<WorkSignal>();
        services.AddSingleton<JobPlaces>();
        services.AddSingleton<JobServices>();
        services.AddSingleton<RunJobs>();
        services.AddSingleton<StudyJobs>();
        services.AddSingleton<BoundaryJobs>();
        services.AddSingleton<IJobs>(provider => provider.GetRequiredService<RunJobs>());
        services.AddSingleton<IJobs>(provider => provider.GetRequiredService<StudyJobs>());
        services.AddSingleton<IJobs>(provider => provider.GetRequiredService<BoundaryJobs>());
        services.AddHostedService(provider => provider.GetRequiredService<ILabLead>());
        services.AddSingleton<SharedBoard>();
        services.AddHostedService<Supervisor>(); // after the lead, so that it stops before the lead is given up
        services.AddHostedService<LabWatch>();
        services.AddSingleton<LabSpace>();
        services.AddHostedService<Retention>();
        services.AddSingleton<RunFeed>();
        services.AddSingleton<LabQueue>();
        services.AddSingleton<LabRuns>();
        services.AddSingleton<LabStudies>();
        services.AddSingleton<LabModels>();
        services.AddSingleton<ModelUse>();
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<LabOptions>>().Value;
            return new ResidentPool(
                options.Engine is { Length: > 0 } engine ? engine : null,
                new(
                    options.MaxResidentModels,
                    TimeSpan.FromSeconds(options.ResidentIdleSeconds),
                    LiftLab.Engine.Engine.ResidentBytes,
                    LiftLab.Engine.Engine.FreeBytes
                ),
                provider.GetRequiredService<TimeProvider>(),
                path =>
                    TextModel.IsThere(path)
                        ? JobSecrets.None // a model that only continues texts needs no provider
                        : provider.GetRequiredService<ProviderShelf>().SecretsFor(RunFolder.Open(path))
            );
        });
        services.AddSingleton<LabPredictions>();
        services.AddSingleton<LabExports>();
        services.AddServing();
        services.AddSingleton(HubOptions.FromEnvironment(name => builder.Configuration[name])); // includes environment variables
        services.AddSingleton<ModelDownloads>();
        services.AddSingleton(OpenMlOptions.FromEnvironment(name => builder.Configuration[name]));
        services.AddSingleton<OpenMlClient>();
        services.AddSingleton<OpenMlDatasets>();

        services
            .AddSignalR(hub => hub.MaximumReceiveMessageSize = 16 << 10)
            .AddJsonProtocol(json => RunJson.Configure(json.PayloadSerializerOptions));
        services.ConfigureHttpJsonOptions(json => RunJson.Configure(json.SerializerOptions));
        services.AddProblemDetails(o =>
            o.CustomizeProblemDetails = context =>
            {
                if (context.ProblemDetails.Status == StatusCodes.Status413PayloadTooLarge)
                    context.ProblemDetails.Detail ??= ApiFaults.TooLarge;
            }
        );
        services.AddExceptionHandler<ApiFaults>();
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true); // ApiFaults says what is wrong with the request
        services.AddOpenApi();
        services.AddHealthChecks().AddCheck<LabDatabase>("database", tags: ["ready"]);
        services.AddDataProtection().SetApplicationName("LiftLab");
        services.AddSingleton<IConfigureOptions<Microsoft.AspNetCore.DataProtection.KeyManagement.KeyManagementOptions>, LabKeys>();
        services.AddLabAccess();
    }

    /// <summary>Paths for programs, which need a status code instead of a page.</summary>
    public static bool IsForScripts(PathString path) =>
        path.StartsWithSegments("/api") || path.StartsWithSegments("/hubs") || path.StartsWithSegments("/openapi") || OpenAiApi.IsFor(path);

    public static void UseLab(this WebApplication app)
    {
        app.Lifetime.ApplicationStarted.Register(app.Services.GetRequiredService<StartLog>().Open);
        app.Use((context, next) => BodyLimit.PassAsync(context, next));
        app.UseOpenAiApi();
        app.UseWhen(
            c => IsForScripts(c.Request.Path) && !OpenAiApi.IsFor(c.Request.Path),
            api =>
            {
                api.UseExceptionHandler();
                api.UseStatusCodePages(); // as problem details
            }
        );
        if (!app.Environment.IsDevelopment())
            app.UseWhen(c => !IsForScripts(c.Request.Path), pages => pages.UseExceptionHandler());
        app.UseSameOrigin();
        app.UseAuthentication();
        var open = app.Services.GetRequiredService<OpenConnections>();
        app.Use((context, next) => open.PassAsync(context, next));
        app.UseAuthorization();
        app.UseRateLimiter();
    }

    public static void MapLab(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") }).AllowAnonymous();
        app.MapHub<RunHub>(RunHub.Path);
        app.MapOpenApi();
        app.MapLogin();
        app.MapPeopleApi();
        app.MapRunApi();
        app.MapPredictApi();
        app.MapStudyApi();
        app.MapLauncherApi();
        app.MapLabApi();
        app.MapDatasetApi();
        app.MapOpenMlApi();
        app.MapStepApi();
        app.MapPromptExportApi();
        app.MapDamagedApi();
        app.MapOpenAiApi();
    }
}
