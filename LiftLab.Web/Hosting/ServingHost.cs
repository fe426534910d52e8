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
        services.AddSingleton<ServedModels>();
        services.AddSingleton<Completions>();
    }
}
