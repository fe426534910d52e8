using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace LiftLab.Web.Api.OpenAi;

/// <summary>
/// An answer in pieces (server-sent events): <c>data: {…}</c>, at its end <c>data: [DONE]</c>. The headers are sent with the first piece,
/// so that a refusal before it is an ordinary error.
/// </summary>
sealed class EventStream(HttpContext context)
{
    readonly Channel<JsonObject> pieces = Channel.CreateUnbounded<JsonObject>(new() { SingleReader = true });

    /// <summary>Thread-safe.</summary>
    public void Say(JsonObject piece) => pieces.Writer.TryWrite(piece);

    /// <param name="work">Says the pieces; the stream ends with it.</param>
    public async Task RunAsync(Func<Task> work)
    {
        var working = WorkAsync();
        var cancel = context.RequestAborted;
        await foreach (var piece in pieces.Reader.ReadAllAsync(cancel))
        {
            if (!context.Response.HasStarted)
            {
                (context.Response.ContentType, context.Response.Headers.CacheControl) = ("text/event-stream; charset=utf-8", "no-cache");
                GrowingResponse.Announce(context.Response);
            }
            await context.Response.WriteAsync($"data: {piece.ToJsonString()}\n\n", cancel);
            await context.Response.Body.FlushAsync(cancel);
        }
        try
        {
            await working;
        }
        catch (Exception e) when (context.Response.HasStarted && e is not OperationCanceledException && OpenAiError.Of(e) is { } refusal)
        {
            await context.Response.WriteAsync($"data: {OpenAiError.Json(refusal).ToJsonString()}\n\n", cancel);
            return;
        }
        await context.Response.WriteAsync("data: [DONE]\n\n", cancel);

        async Task WorkAsync()
        {
            try
            {
                await work();
            }
            finally
            {
                pieces.Writer.Complete();
            }
        }
    }
}
