using LiftLab.Web.Api.OpenAi;
using LiftLab.Web.Live.Serving;

namespace LiftLab.Web.Hosting;

/// <summary>Registers the OpenAI-compatible server.</summary>
static class ServingHost
{
    public static void AddServing(this IServiceCollection services)
    {
        services.AddSingleton<ServingSwitch>();
        services.AddSingleton<RequestWindow>();
        services.AddSingleton<KeyGuesses>();
        services.AddSingleton<BaseModelList>();
        services.AddSingleton<ServedFiles>();
        services.AddSingleton<ServedJobs>();
        services.AddHostedService<ServedStart>();
        services.AddSingleton<ServedModels>();
        services.AddSingleton<Completions>();
        services.AddOpenAiApi();
    }
}
