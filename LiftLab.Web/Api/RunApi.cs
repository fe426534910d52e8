using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Web.Hosting;
using LiftLab.Web.Live;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiftLab.Web.Api;

/// <summary>Runs for scripts and notebooks, through the same <see cref="LabRuns"/> as the pages.</summary>
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
            .WithSummary("Queues a run.");
        runs.MapPost("/plan", (NewRun request, LabRuns door, CancellationToken cancel) => door.PlanAsync(request, cancel))
            .RequireRateLimiting(LabAccess.WorkLimit)
            .WithSummary("The plan of a run: rows, steps, tokens, seconds, memory, money, problems. Nothing is started.")
            .WithDescription(
                "Takes the same body as POST /api/runs. `canStart` is false where `problems` holds an error. "
                    + "`seconds` is absent until a run of the same base model has finished on this machine, "
                    + "`money` is absent where every learner runs on this machine."
            );
        runs.MapGet("/{id}", (string id, LabRuns door, CancellationToken cancel) => door.GetAsync(id, cancel))
            .WithSummary("A run's entry: state, headline scores, reason for its end.");
        runs.MapGet("/{id}/spec", (string id, LabRuns door) => door.Folder(id).ReadSpec())
            .WithSummary("The specification of the run, as spec.json.");
        runs.MapGet(
                "/{id}/events",
                (string id, long? after, int? take, LabRuns door) =>
                    new RunTail(door.Folder(id), after ?? 0).Read(Math.Clamp(take ?? MostEvents, 1, MostEvents))
            )
            .WithSummary("Events after a sequence number, at most 5000. The hub /hubs/runs streams new ones.");
        runs.MapGet(
                "/{id}/report",
                async Task<Results<Ok<RunReport>, NotFound>> (string id, LabRuns door, CancellationToken cancel) =>
                    await door.ReportAsync(id, cancel) is { } report ? TypedResults.Ok(report) : TypedResults.NotFound()
            )
            .WithSummary("The report of a finished run.");
        runs.MapGet(
                "/{id}/results/{learner}",
                async Task<Results<Ok<LearnerOutcome>, NotFound>> (string id, string learner, LabRuns door, CancellationToken cancel) =>
                    await door.OutcomeAsync(id, learner, cancel) is { } outcome ? TypedResults.Ok(outcome) : TypedResults.NotFound()
            )
            .WithSummary("A learner's scores and its answers for all test rows.");
        runs.MapGet(
                "/{id}/predictions",
                Results<PhysicalFileHttpResult, NotFound> (string id, LabRuns door) =>
                    File.Exists(door.Folder(id).PredictionsFile)
                        ? TypedResults.PhysicalFile(door.Folder(id).PredictionsFile, "text/csv", $"{id}-predictions.csv")
                        : TypedResults.NotFound()
            )
            .WithSummary("The test rows with the answers of every learner, as CSV.");
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
            .WithSummary("Deletes the run and its folder.");
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
