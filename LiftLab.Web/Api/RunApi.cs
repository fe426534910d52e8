using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Web.Hosting;
using LiftLab.Web.Live;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiftLab.Web.Api;

/// <summary>Runs for scripts and notebooks: the same door that the pages use.</summary>
static class RunApi
{
    const int MostEvents = 5_000;

    public static void MapRunApi(this IEndpointRouteBuilder app)
    {
        var runs = app.MapGroup("/api/runs").WithTags("Runs").AddEndpointFilter<ApiFaults>();
        runs.MapGet(
                "",
                (LabRuns door, int? skip, int? take, string? search, RunState? state, CancellationToken cancel) =>
                    door.ListAsync(new(skip ?? 0, Math.Clamp(take ?? 50, 1, 500), search, state), cancel)
            )
            .WithSummary("Lists runs, newest first.");
        runs.MapPost(
                "",
                async (NewRun request, LabRuns door, CancellationToken cancel) =>
                {
                    var id = await door.StartAsync(request, cancel);
                    return TypedResults.Created($"/api/runs/{id}", await door.GetAsync(id, cancel));
                }
            )
            .RequireRateLimiting(LabAccess.WorkLimit)
            .WithSummary("Puts a run into the queue.");
        runs.MapPost("/plan", (NewRun request, LabRuns door, CancellationToken cancel) => door.PlanAsync(request, cancel))
            .RequireRateLimiting(LabAccess.WorkLimit)
            .WithSummary("What a run would do and take: rows, steps, tokens, seconds, memory, money, problems. Nothing is started.")
            .WithDescription(
                "Takes the same body as POST /api/runs. `canStart` is false where `problems` holds an error. "
                    + "`seconds` is absent until a run of the same base model has finished on this machine, "
                    + "`money` where every learner computes on this machine."
            );
        runs.MapGet("/{id}", (string id, LabRuns door, CancellationToken cancel) => door.GetAsync(id, cancel))
            .WithSummary("A run's entry: state, headline scores, why it ended.");
        runs.MapGet("/{id}/spec", (string id, LabRuns door) => door.Folder(id).ReadSpec()).WithSummary("What the run does, as spec.json.");
        runs.MapGet(
                "/{id}/events",
                (string id, long? after, int? take, LabRuns door) =>
                    new RunTail(door.Folder(id), after ?? 0).Read(Math.Clamp(take ?? MostEvents, 1, MostEvents))
            )
            .WithSummary("Events after a sequence number, at most 5000. The hub /hubs/runs streams them as they come.");
        runs.MapGet(
                "/{id}/report",
                async Task<Results<Ok<RunReport>, NotFound>> (string id, LabRuns door, CancellationToken cancel) =>
                    await door.ReportAsync(id, cancel) is { } report ? TypedResults.Ok(report) : TypedResults.NotFound()
            )
            .WithSummary("What a finished run found.");
        runs.MapGet(
                "/{id}/results/{learner}",
                async Task<Results<Ok<LearnerOutcome>, NotFound>> (string id, string learner, LabRuns door, CancellationToken cancel) =>
                    await door.OutcomeAsync(id, learner, cancel) is { } outcome ? TypedResults.Ok(outcome) : TypedResults.NotFound()
            )
            .WithSummary("One learner's scores and its answer for every test row.");
        runs.MapGet(
                "/{id}/predictions",
                Results<PhysicalFileHttpResult, NotFound> (string id, LabRuns door) =>
                    File.Exists(door.Folder(id).PredictionsFile)
                        ? TypedResults.PhysicalFile(door.Folder(id).PredictionsFile, "text/csv", $"{id}-predictions.csv")
                        : TypedResults.NotFound()
            )
            .WithSummary("The test rows with every learner's answers, as CSV.");
        Verb(runs, "cancel", (door, id, cancel) => door.CancelAsync(id, cancel), "Ends the run at once.");
        Verb(
            runs,
            "stop",
            (door, id, cancel) => door.StopAndSaveAsync(id, cancel),
            "Ends training early; the run still predicts and scores."
        );
        Verb(runs, "resume", (door, id, cancel) => door.ResumeAsync(id, cancel), "Queues an interrupted, failed or cancelled run again.");
        runs.MapDelete(
                "/{id}",
                async (string id, LabRuns door, CancellationToken cancel) =>
                {
                    await door.DeleteAsync(id, cancel);
                    return TypedResults.NoContent();
                }
            )
            .WithSummary("Removes the run and its folder.");
    }

    static void Verb(RouteGroupBuilder runs, string name, Func<LabRuns, string, CancellationToken, Task> verb, string summary) =>
        runs.MapPost(
                "/{id}/" + name,
                async (string id, LabRuns door, CancellationToken cancel) =>
                {
                    await verb(door, id, cancel);
                    return TypedResults.Accepted($"/api/runs/{id}", await door.GetAsync(id, cancel));
                }
            )
            .RequireRateLimiting(LabAccess.WorkLimit)
            .WithSummary(summary);
}
