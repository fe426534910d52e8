using System.Text.Json.Nodes;
using LiftLab.Engine.Learning.Texts;
using LiftLab.Web.Live.Serving;

namespace LiftLab.Web.Api.OpenAi;

/// <summary><c>/v1/completions</c>.</summary>
static class CompletionApi
{
    public static void MapCompletions(this IEndpointRouteBuilder v1) => v1.MapPost("/completions", CompleteAsync);

    static async Task CompleteAsync(HttpContext context, ServedModels models, Completions completions, TimeProvider clock)
    {
        var body = await RequestBody.ReadAsync(context.Request);
        var request = CompletionRequest.OfPrompts(body);
        var model = await models.FindAsync(request.Model, context.RequestAborted);
        var (id, created) = ("cmpl-" + Guid.NewGuid().ToString("N"), clock.GetUtcNow().ToUnixTimeSeconds());
        var choices = body.Whole("n", 1, int.MaxValue) ?? 1;
        var (top, echo) = (request.Texts[0].Top, request.Texts[0].Echo);
        if (!request.Streams)
        {
            var written = await completions.WriteAsync(model, request.Texts, null, context.RequestAborted);
            var answer = Envelope([.. written.Select((w, i) => (JsonNode)ChoiceJson.Completion(i, Text(w), Tokens(w), top, w.End))]);
            answer["usage"] = ChoiceJson.Usage(written, choices);
            await context.Response.WriteAsJsonAsync(answer, context.RequestAborted);
            return;
        }
        var stream = new EventStream(context);
        await stream.RunAsync(async () =>
        {
            var written = await completions.WriteAsync(
                model,
                request.Texts,
                echo ? null : piece => stream.Say(Piece(piece.Index, piece.Text, piece.Tokens, null)),
                context.RequestAborted
            );
            foreach (var (one, i) in written.Select((w, i) => (w, i)))
                stream.Say(echo ? Piece(i, Text(one), Tokens(one), one.End) : Piece(i, "", [], one.End));
            if (request.StreamsUsage)
            {
                var usage = Envelope([]);
                usage["usage"] = ChoiceJson.Usage(written, choices);
                stream.Say(usage);
            }
        });

        string Text(WrittenText written) => echo ? written.PromptText + written.Text : written.Text;

        IReadOnlyList<TextToken> Tokens(WrittenText written) => echo ? [.. written.Prompt, .. written.Tokens] : written.Tokens;

        JsonObject Piece(int index, string text, IReadOnlyList<TextToken> tokens, TextEnd? end) =>
            Envelope([ChoiceJson.Completion(index, text, tokens, top, end)]);

        JsonObject Envelope(JsonNode[] parts) =>
            new()
            {
                ["id"] = id,
                ["object"] = "text_completion",
                ["created"] = created,
                ["model"] = model.Id,
                ["choices"] = new JsonArray(parts),
            };
    }
}
