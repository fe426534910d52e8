using LiftLab.Engine.Experiments;
using LiftLab.Engine.Figures;
using LiftLab.Web.Hosting;
using LiftLab.Web.Live;
using LiftLab.Web.Live.Providers;
using LiftLab.Web.Storage.People;
using LiftLab.Web.Storage.Queue;
using Microsoft.AspNetCore.Mvc;

namespace LiftLab.Web.Api;

/// <summary>Studies for scripts and notebooks, through the same <see cref="LabStudies"/> as the pages.</summary>
static class StudyApi
{
    const int MostEvents = 5_000;

    /// <summary>Bytes of a request; the longest list of levels takes a small part of it.</summary>
    const int LargestRequest = 1 << 20;

    /// <summary>A question that studies answer.</summary>
    public sealed record ExperimentView(
        string Name,
        string Title,
        string Theme,
        string? Paper,
        string Text,
        IReadOnlyList<StudyKind> Kinds,
        IReadOnlyList<string> Learners
    );

    /// <summary>What a study shows so far.</summary>
    public sealed record StudyResult(IReadOnlyList<Figure> Figures, IReadOnlyList<string> Verdicts, IReadOnlyList<string> Deviations);

    public static void MapStudyApi(this IEndpointRouteBuilder app)
    {
        app.MapGet(
                "/api/experiments",
                () => ExperimentList.All.Select(e => new ExperimentView(e.Name, e.Title, e.Theme, e.Paper, e.Text, e.Kinds, e.Learners))
            )
            .WithTags("Studies")
            .WithSummary("Lists the questions that studies answer.");
        app.MapGet("/api/queue", (LabQueue queue, CancellationToken cancel) => queue.ListAsync(cancel))
            .AddEndpointFilter<ApiFaults>()
            .WithTags("Studies")
            .WithSummary("Runs and studies that run, then those that wait, in the order in which they start.");
        var studies = app.MapGroup("/api/studies").WithTags("Studies").AddEndpointFilter<ApiFaults>();
        studies
            .MapGet(
                "",
                (LabStudies door, int? skip, int? take) => door.List().Skip(Math.Max(0, skip ?? 0)).Take(Math.Clamp(take ?? 50, 1, 500))
            )
            .WithSummary("Lists studies, newest first.");
        studies
            .MapPost(
                "",
                async (NewStudy request, LabStudies door, CancellationToken cancel) =>
                {
                    var id = await door.StartAsync(request, cancel);
                    return TypedResults.Created($"/api/studies/{id}", door.Get(id));
                }
            )
            .RequireRateLimiting(LabAccess.WorkLimit)
            .WithMetadata(new RequestSizeLimitAttribute(LargestRequest))
            .WithSummary("Queues a study.");
        studies
            .MapPost(
                "/plan",
                async (NewStudy request, LabStudies door, CancellationToken cancel) => (await door.PlanAsync(request, cancel)).Cost
            )
            .RequireAuthorization(nameof(Role.View)) // it starts nothing
            .RequireRateLimiting(LabAccess.WorkLimit)
            .WithMetadata(new RequestSizeLimitAttribute(LargestRequest))
            .WithSummary("What a study would take: fits, predictions, seconds, money. Nothing is started.")
            .WithDescription(
                "Takes the same body as POST /api/studies. `known` predictions are not made again. `seconds` is absent where a learner was "
                    + "never measured in the lab and has no estimate (`unmeasured`); `learners` says per learner on what its seconds are "
                    + "based: measured, scaled, estimated, unknown. `money` is absent where every learner computes on this machine."
            );
        studies.MapGet("/{id}", (string id, LabStudies door) => door.Get(id)).WithSummary("A study's entry: state, reason for its end.");
        studies
            .MapGet("/{id}/spec", (string id, LabStudies door) => door.Folder(id).ReadSpec())
            .WithSummary("The specification of the study, as study.json.");
        studies
            .MapGet(
                "/{id}/events",
                (string id, long? after, int? take, LabStudies door) =>
                    door.Events(id, after ?? 0, Math.Clamp(take ?? MostEvents, 1, MostEvents))
            )
            .WithSummary("Events after a sequence number, at most 5000. The hub /hubs/runs streams new ones.");
        studies
            .MapGet(
                "/{id}/figures",
                async (string id, LabStudies door, CancellationToken cancel) =>
                {
                    var study = await door.OpenAsync(id, cancel);
                    return await Task.Run(
                        () => new StudyResult(study.Figures, study.Verdicts, study.Experiment.Deviations(study.Spec)),
                        cancel
                    );
                }
            )
            .WithSummary("Figures, verdicts and deviations from the paper, of the answers so far.");
        studies
            .MapPost(
                "/{id}/add",
                async (string id, StudyAddition added, LabStudies door, CancellationToken cancel) =>
                {
                    var next = await door.AddAsync(id, added, cancel);
                    return TypedResults.Created($"/api/studies/{next}", door.Get(next));
                }
            )
            .RequireRateLimiting(LabAccess.WorkLimit)
            .WithMetadata(new RequestSizeLimitAttribute(LargestRequest))
            .WithSummary("Queues a new study with more learners, levels or seeds; known answers are taken.");
        Verb(studies, "cancel", (door, id, cancel) => door.CancelAsync(id, cancel), "Ends the study at once; its answers stay.");
        Verb(
            studies,
            "resume",
            (door, id, cancel) => door.ResumeAsync(id, cancel),
            "Queues an interrupted, failed or cancelled study again; answered cells stay."
        );
        Verb(studies, "retry", (door, id, cancel) => door.RetryAsync(id, cancel), "Tries the failed cells again.");
        studies
            .MapPost(
                "/{id}/move",
                async (string id, string to, LabStudies door, LabQueue queue, CancellationToken cancel) =>
                {
                    await door.MoveAsync(id, ApiWords.Of<QueueMove>(to), cancel);
                    return await queue.ListAsync(cancel);
                }
            )
            .RequireRateLimiting(LabAccess.WorkLimit)
            .WithSummary("Moves a waiting study in the queue, which it shares with runs: first, up, down or last.");
        studies
            .MapDelete(
                "/{id}",
                async (string id, string? atProvider, HttpResponse response, LabStudies door, CancellationToken cancel) =>
                {
                    RunApi.Freed(
                        response,
                        await door.DeleteAsync(id, atProvider is null ? AtProvider.Keep : ApiWords.Of<AtProvider>(atProvider), cancel)
                    );
                    return TypedResults.NoContent();
                }
            )
            .WithSummary("Deletes the study and its folder.")
            .WithDescription(
                "The header LiftLab-Freed-Bytes says how many bytes its files had. `atProvider` is keep, delete or keepAnyway, as for runs."
            );
    }

    static void Verb(RouteGroupBuilder studies, string name, Func<LabStudies, string, CancellationToken, Task> verb, string summary) =>
        studies
            .MapPost(
                "/{id}/" + name,
                async (string id, LabStudies door, CancellationToken cancel) =>
                {
                    await verb(door, id, cancel);
                    return TypedResults.Accepted($"/api/studies/{id}", door.Get(id));
                }
            )
            .RequireRateLimiting(LabAccess.WorkLimit)
            .WithSummary(summary);
}
