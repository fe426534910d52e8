using LiftLab.Engine;
using LiftLab.Engine.Hub;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Launching.Resident;
using LiftLab.Engine.Tables;
using LiftLab.Web.Storage.Database;
using LiftLab.Web.Storage.People;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiftLab.Web.Api;

/// <summary>
/// Answers a refused request with problem details: what happened, and what to do. As a filter for what the endpoints throw, as a handler
/// for what is thrown before them, for example by a body that cannot be read.
/// </summary>
sealed class ApiFaults : IEndpointFilter, IExceptionHandler
{
    public const string TooLarge =
        "The body is larger than this address accepts: 1 MB for a run; for a table, LiftLab:MaxUploadBytes sets the limit.";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception e) when (Of(e) is { } problem)
        {
            return problem;
        }
    }

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (Of(exception) is not { } problem)
            return false;
        await problem.ExecuteAsync(httpContext);
        return true;
    }

    /// <summary>Null for an unexpected exception.</summary>
    static ProblemHttpResult? Of(Exception fault) =>
        fault switch
        {
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Say(
                StatusCodes.Status413PayloadTooLarge,
                TooLarge
            ),
            BadHttpRequestException e => Say(e.StatusCode, e.InnerException is { } inner ? $"{e.Message} {inner.Message}" : e.Message),
            NotAllowedException e => Explained(StatusCodes.Status403Forbidden, e),
            KeyNotFoundException e => Say(StatusCodes.Status404NotFound, e.Message),
            BadDataException e => TypedResults.Problem(
                e.Message,
                statusCode: StatusCodes.Status422UnprocessableEntity,
                title: "The data cannot be used",
                extensions: new Dictionary<string, object?> { ["problems"] = e.Problems }
            ),
            ResidentRefusedException { Refusal: { Problems: { } problems } refusal } => TypedResults.Problem(
                refusal.What + ". " + refusal.WhatToDo,
                statusCode: StatusCodes.Status422UnprocessableEntity,
                title: "The data cannot be used",
                extensions: new Dictionary<string, object?> { ["code"] = refusal.Code, ["problems"] = problems }
            ),
            ResidentRefusedException { Code: "residents-busy" or "resident-memory" } e => Explained(
                StatusCodes.Status503ServiceUnavailable,
                e
            ),
            ResidentRefusedException { Code: "bad-question" } e => Explained(StatusCodes.Status400BadRequest, e),
            ResidentRefusedException e => Explained(StatusCodes.Status409Conflict, e),
            ResidentGoneException e => Explained(StatusCodes.Status503ServiceUnavailable, e),
            HubException e => TypedResults.Problem(
                e.Message,
                statusCode: Status(e),
                extensions: new Dictionary<string, object?> { ["code"] = e.Code }
            ),
            LaunchFailedException e => Say(StatusCodes.Status503ServiceUnavailable, e.Message),
            ArgumentException e => Say(StatusCodes.Status400BadRequest, e.Message),
            InvalidOperationException e => Say(StatusCodes.Status409Conflict, e.Message),
            LabDatabaseException { Fault: DatabaseFault.DiskFull } e => Say(StatusCodes.Status507InsufficientStorage, e.Message),
            LabDatabaseException e => Say(StatusCodes.Status503ServiceUnavailable, e.Message),
            IOException e when DiskSpace.IsUsedUp(e) => Say(
                StatusCodes.Status507InsufficientStorage,
                "The disk of the lab is full. Free some space, then try again."
            ),
            IOException or UnauthorizedAccessException => Say(
                StatusCodes.Status503ServiceUnavailable,
                $"A file of the lab could not be read or written: {fault.Message}"
            ),
            _ => null,
        };

    static int Status(HubException fault) =>
        fault.Code switch
        {
            "name-impossible" or "is-a-task" => StatusCodes.Status400BadRequest,
            "not-found" => StatusCodes.Status404NotFound,
            "several-versions" or "deactivated" or "no-table" => StatusCodes.Status409Conflict,
            "too-large" => StatusCodes.Status413PayloadTooLarge,
            "disk-full" => StatusCodes.Status507InsufficientStorage,
            "offline" or "rate-limited" => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status502BadGateway,
        };

    static ProblemHttpResult Explained(int status, IExplained e) =>
        TypedResults.Problem(
            e.What + ". " + e.WhatToDo,
            statusCode: status,
            extensions: new Dictionary<string, object?> { ["code"] = e.Code }
        );

    static ProblemHttpResult Say(int status, string detail) => TypedResults.Problem(detail, statusCode: status);
}
