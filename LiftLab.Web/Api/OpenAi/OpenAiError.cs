using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Launching.Resident;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live.Serving;
using LiftLab.Web.Storage.Database;
using LiftLab.Web.Storage.People;

namespace LiftLab.Web.Api.OpenAi;

/// <summary>Writes errors in OpenAI's form, which the official clients turn into their own exceptions.</summary>
static class OpenAiError
{
    public static Task WriteAsync(HttpContext context, ServingException refusal)
    {
        context.Response.StatusCode = refusal.Status;
        if (refusal.RetryAfter is { } seconds)
            context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(seconds)).ToString("0", CultureInfo.InvariantCulture);
        return context.Response.WriteAsJsonAsync(Json(refusal), CancellationToken.None);
    }

    public static JsonObject Json(ServingException refusal) =>
        new()
        {
            ["error"] = new JsonObject
            {
                ["message"] = refusal.Message,
                ["type"] = refusal.Kind,
                ["param"] = refusal.Param,
                ["code"] = refusal.Code,
            },
        };

    /// <summary>Null for an unexpected exception.</summary>
    public static ServingException? Of(Exception fault) =>
        fault switch
        {
            ServingException e => e,
            NotAllowedException e => new(403, e.Message, code: "insufficient_permissions"),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new(
                413,
                "The body is larger than this server accepts. LiftLab:Serving:MaxFileBytes sets the limit of files."
            ),
            BadHttpRequestException e => new(e.StatusCode, e.Message),
            JsonException or InvalidDataException => ServingException.Wrong(
                "We could not parse the body of your request. (HINT: This likely means you aren't using your HTTP library correctly.)"
            ),
            BadDataException e => ServingException.Wrong(string.Join(" ", e.Problems.Take(20).Select(p => $"{p.What}. {p.WhatToDo}"))),
            ResidentRefusedException { Code: "residents-busy" or "resident-memory" } e => Busy(e.What + ". " + e.WhatToDo, e.Code),
            ResidentRefusedException { Code: "bad-question" } e => ServingException.Wrong(e.What),
            ResidentRefusedException e => new(500, e.What + ". " + e.WhatToDo, code: e.Code),
            ResidentGoneException e => Busy(e.What + ". " + e.WhatToDo, e.Code),
            LaunchFailedException e => Busy(e.Message, "launch-failed"),
            KeyNotFoundException e => new(404, e.Message),
            InvalidOperationException e => ServingException.Wrong(e.Message),
            LabDatabaseException e => new(503, e.Message),
            IOException e when DiskSpace.IsUsedUp(e) => new(507, "The disk of the lab is full.", code: "disk_full"),
            _ => null,
        };

    static ServingException Busy(string message, string code) => new(503, message, code: code) { RetryAfter = 5 };
}
