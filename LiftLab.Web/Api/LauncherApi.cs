using LiftLab.Web.Hosting;
using LiftLab.Web.Live.Jobs;

namespace LiftLab.Web.Api;

/// <summary>Where runs and studies run, for scripts.</summary>
static class LauncherApi
{
    public static void MapLauncherApi(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/launchers", (LauncherChoice choice) => choice.Offers)
            .AddEndpointFilter<ApiFaults>()
            .WithTags("Launchers")
            .WithSummary("Where runs and studies can run: this machine first, then the launchers of LiftLab:Launchers.");
        foreach (var kind in (string[])["runs", "studies"])
        {
            app.MapGet("/api/" + kind + "/{id}/job", (string id, LabJobs jobs) => new { Job = jobs.Of(id), Script = jobs.Script(id) })
                .AddEndpointFilter<ApiFaults>()
                .WithTags("Launchers")
                .WithSummary(
                    "The job as its launcher shows it: state, reason, position, node and card, and the tasks of an array; and what was submitted last."
                );
            app.MapPost(
                    "/api/" + kind + "/{id}/launcher",
                    async (string id, string? name, LabJobs jobs, CancellationToken cancel) =>
                    {
                        await jobs.SendAsync(id, name, cancel);
                        return TypedResults.NoContent();
                    }
                )
                .AddEndpointFilter<ApiFaults>()
                .RequireRateLimiting(LabAccess.WorkLimit)
                .WithTags("Launchers")
                .WithSummary("Sends what does not run to another launcher; without a name, to this machine.");
        }
    }
}
