using System.Diagnostics;
using System.Globalization;
using LiftLab.Web.Live.Serving;
using LiftLab.Web.Storage.People;

namespace LiftLab.Web.Api.OpenAi;

/// <summary>
/// What every request under <c>/v1</c> passes: the switch, the key, the limit of requests. Gives each answer its headers and each error
/// OpenAI's form.
/// </summary>
sealed partial class OpenAiDoor(
    RequestDelegate next,
    ServingSwitch serving,
    Visitors visitors,
    RequestWindow window,
    KeyGuesses guesses,
    ILogger<OpenAiDoor> log
)
{
    public const string Path = "/v1";
    const string Bearer = "Bearer ";

    public async Task InvokeAsync(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        context.Response.Headers["x-request-id"] = "req_" + Guid.NewGuid().ToString("N");
        context.Response.OnStarting(() =>
        {
            context.Response.Headers["openai-processing-ms"] = Stopwatch
                .GetElapsedTime(started)
                .TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });
        try
        {
            Check(context);
            await next(context);
            if (!context.Response.HasStarted && context.Response.StatusCode is 404 or 405 && context.Response.ContentLength is null or 0)
                await OpenAiError.WriteAsync(
                    context,
                    new(
                        context.Response.StatusCode,
                        context.Response.StatusCode == 405
                            ? $"Not allowed to {context.Request.Method} on {context.Request.Path}."
                            : $"Invalid URL ({context.Request.Method} {context.Request.Path})",
                        code: context.Response.StatusCode == 405 ? "method_not_supported" : "unknown_url"
                    )
                );
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested) { }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            if (OpenAiError.Of(e) is not { } refusal)
            {
                Failed(log, context.Request.Method, context.Request.Path, e);
                refusal = new(500, "The server had an error while processing your request.", code: "internal_error");
            }
            await OpenAiError.WriteAsync(context, refusal);
        }
    }

    void Check(HttpContext context)
    {
        if (!serving.IsOn)
            throw new ServingException(
                404,
                "This LiftLab does not serve the OpenAI API. Switch it on in its dashboard, or start it with --serve KEY.",
                code: "serving_off"
            );
        var header = context.Request.Headers.Authorization.ToString();
        var key = header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : "";
        if (key.Length == 0)
            throw new ServingException(
                401,
                "You didn't provide an API key. Provide it in an Authorization header using Bearer auth (Authorization: Bearer KEY).",
                code: "invalid_api_key"
            );
        var address = context.Connection.RemoteIpAddress?.ToString() ?? "";
        if (guesses.WaitOf(address) is { } wait)
            throw new ServingException(
                429,
                "Too many wrong API keys. Try again in a minute.",
                code: "rate_limit_exceeded",
                kind: "requests"
            )
            {
                RetryAfter = wait.TotalSeconds,
            };
        // the server's own key, or that of a person; the lab's one token is no key
        var person = visitors.WhoHolds(key) is { } holder and not Visitors.Holder ? holder : null;
        var who = serving.Matches(key) ? Visitors.Program : person;
        if (who is null)
        {
            guesses.Add(address);
            throw new ServingException(401, "Incorrect API key provided.", code: "invalid_api_key");
        }
        visitors.Use(who);
        context.User = visitors.Principal(who, "Bearer");
        var (allowed, left, reset) = window.Take();
        var headers = context.Response.Headers;
        headers["x-ratelimit-limit-requests"] = window.Limit.ToString(CultureInfo.InvariantCulture);
        headers["x-ratelimit-remaining-requests"] = left.ToString(CultureInfo.InvariantCulture);
        headers["x-ratelimit-reset-requests"] = string.Create(CultureInfo.InvariantCulture, $"{reset.TotalSeconds:0.###}s");
        if (!allowed)
            throw new ServingException(
                429,
                string.Create(CultureInfo.InvariantCulture, $"Rate limit reached: {window.Limit} requests per minute."),
                code: "rate_limit_exceeded",
                kind: "requests"
            )
            {
                RetryAfter = reset.TotalSeconds,
            };
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    static partial void Failed(ILogger log, string method, string path, Exception e);
}
