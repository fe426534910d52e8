using System.Globalization;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Web.Hosting;
using LiftLab.Web.Live;
using LiftLab.Web.Live.Providers;
using LiftLab.Web.Storage.People;
using LiftLab.Web.Storage.Queue;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace LiftLab.Web.Api;

/// <summary>Runs for scripts and notebooks, through the same <see cref="LabRuns"/> as the pages.</summary>
static class RunApi
{
    const int MostEvents = 5_000;

    /// <summary>Bytes of a request; a specification with the longest template takes a small part of it.</summary>
    const int LargestRequest = 1 << 20;

    const string FreedHeader = "LiftLab-Freed-Bytes";

    public static void MapRunApi(this IEndpointRouteBuilder app)
    {
        var runs = app.MapGroup("/api/runs").WithTags("Runs").AddEndpointFilter<ApiFaults>();
        runs.MapGet(
                "",
                (LabRuns door, int? skip, int? take, string? search, RunState? state, string? by, CancellationToken cancel) =>
                    door.ListAsync(
                        new(skip ?? 0, Math.Clamp(take ?? 50, 1, 500), search, state)
                        {
                            StartedBy = by == "me" ? Visitor.Current?.Name : by,
                        },
                        cancel
                    )
            )
            .WithSummary("Lists runs, newest first; by=me or by=NAME only those that a person has started.");
        runs.MapPost(
                "",
                async (NewRun request, LabRuns door, CancellationToken cancel) =>
                {
                    var id = await door.StartAsync(request, cancel);
                    return TypedResults.Created($"/api/runs/{id}", await door.GetAsync(id, cancel));
                }
            )
            .RequireRateLimiting(LabAccess.WorkLimit)
            .WithMetadata(new RequestSizeLimitAttribute(LargestRequest))
            .WithSummary("Queues a run.")
            .WithDescription("Refused, with the reasons, where the plan of the run has errors.");
        runs.MapPost("/plan", (NewRun request, LabRuns door, CancellationToken cancel) => door.PlanAsync(request, cancel))
            .RequireAuthorization(nameof(Role.View)) // it starts nothing
            .RequireRateLimiting(LabAccess.WorkLimit)
            .WithMetadata(new RequestSizeLimitAttribute(LargestRequest))
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
            "Ends training early; the run still predicts and scores. A run that has stopped goes on for this."
        );
        Verb(
            runs,
            "pause",
            (door, id, cancel) => door.PauseAsync(id, cancel),
            "A running run saves a checkpoint and ends; a waiting one leaves the queue. Both can be resumed."
        );
        runs.MapPost(
                "/{id}/continue",
                async (string id, int epochs, LabRuns door, CancellationToken cancel) =>
                {
                    await door.ContinueAsync(id, epochs, cancel);
                    return TypedResults.Accepted($"/api/runs/{id}", await door.GetAsync(id, cancel));
                }
            )
            .RequireRateLimiting(LabAccess.WorkLimit)
            .WithSummary("Queues a run that has ended for more epochs, from its last checkpoint; its results are made anew.");
        runs.MapGet("/queue", (LabRuns door, CancellationToken cancel) => door.QueueAsync(cancel))
            .WithSummary("The runs that run, then those that wait, in their order.");
        runs.MapPost(
                "/{id}/move",
                async (string id, string to, LabRuns door, CancellationToken cancel) =>
                {
                    await door.MoveAsync(id, ApiWords.Of<QueueMove>(to), cancel);
                    return await door.QueueAsync(cancel);
                }
            )
            .RequireRateLimiting(LabAccess.WorkLimit)
            .WithSummary("Moves a waiting run in the queue: first, up, down or last.");
        runs.MapPost(
                "/{id}/discard",
                async (string id, string? atProvider, LabRuns door, CancellationToken cancel) =>
                {
                    await door.DiscardAsync(id, ThereOf(atProvider), cancel);
                    return TypedResults.NoContent();
                }
            )
            .RequireRateLimiting(LabAccess.WorkLimit)
            .WithSummary("Ends the run at once and deletes it with its folder.");
        runs.MapGet("/{id}/kept", (string id, LabRuns door, CancellationToken cancel) => door.KeptAsync(id, cancel))
            .WithSummary("What the run's folder takes on the disk, and how much of it are fitted models and checkpoints.");
        runs.MapDelete(
                "/{id}/kept",
                async (string id, LabRuns door, CancellationToken cancel) =>
                {
                    await door.DeleteKeptAsync(id, cancel);
                    return await door.KeptAsync(id, cancel);
                }
            )
            .WithSummary("Deletes the fitted models and training checkpoints of a finished run; its results stay.");
        Verb(
            runs,
            "resume",
            (door, id, cancel) => door.ResumeAsync(id, cancel),
            "Queues a paused, interrupted, failed or cancelled run again, or one that was stopped early."
        );
        runs.MapDelete(
                "/{id}",
                async (string id, string? atProvider, HttpResponse response, LabRuns door, CancellationToken cancel) =>
                {
                    Freed(response, await door.DeleteAsync(id, ThereOf(atProvider), cancel));
                    return TypedResults.NoContent();
                }
            )
            .WithSummary("Deletes the run and its folder.")
            .WithDescription(
                "The header LiftLab-Freed-Bytes says how many bytes its files had; they are free when the request ends. Jobs that go on at a provider are ended first. `atProvider` is keep, delete (the run's files and models there are deleted, "
                    + "too) or keepAnyway (the run is deleted here, whatever the provider answers)."
            );
    }

    /// <summary>Says in a header how many bytes the deleted files had.</summary>
    public static void Freed(HttpResponse response, long bytes) =>
        response.Headers[FreedHeader] = bytes.ToString(CultureInfo.InvariantCulture);

    static AtProvider ThereOf(string? text) => text is null ? AtProvider.Keep : ApiWords.Of<AtProvider>(text);

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
