namespace LiftLab.Web.Api.OpenAi;

/// <summary>The OpenAI-compatible server: <c>docs/openai-api.md</c> lists what is served and what deviates.</summary>
static class OpenAiApi
{
    /// <summary>Requests to <c>/v1</c> get past everything that belongs to pages: sign-in, status pages, problem details.</summary>
    public static bool IsFor(PathString path) => path.StartsWithSegments(OpenAiDoor.Path);

    public static void UseOpenAiApi(this IApplicationBuilder app) =>
        app.UseWhen(c => IsFor(c.Request.Path), v1 => v1.UseMiddleware<OpenAiDoor>());

    public static void AddOpenAiApi(this IServiceCollection services)
    {
        services.AddSingleton<FileApi.Sources>();
        services.AddSingleton<JobApi.Form>();
    }

    public static void MapOpenAiApi(this IEndpointRouteBuilder app)
    {
        var v1 = app.MapGroup(OpenAiDoor.Path).ExcludeFromDescription();
        v1.MapFiles();
        v1.MapJobs();
        v1.MapModels();
        v1.MapCompletions();
        v1.MapChats();
    }
}
