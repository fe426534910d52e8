using System.Text.Json.Nodes;
using LiftLab.Engine.Learning.Texts;
using LiftLab.Web.Live.Serving;

namespace LiftLab.Web.Api.OpenAi;

/// <summary><c>/v1/chat/completions</c>.</summary>
static class ChatApi
{
    public static void MapChats(this IEndpointRouteBuilder v1) => v1.MapPost("/chat/completions", CompleteAsync);

    static async Task CompleteAsync(HttpContext context, ServedModels models, Completions completions, TimeProvider clock)
    {
        var body = await RequestBody.ReadAsync(context.Request);
        var request = CompletionRequest.OfChat(body, Text(body), ChatText.End);
        var model = await models.FindAsync(request.Model, context.RequestAborted);
        var (id, created) = ("chatcmpl-" + Guid.NewGuid().ToString("N"), clock.GetUtcNow().ToUnixTimeSeconds());
        var top = request.Texts[0].Top;
        if (!request.Streams)
        {
            var written = await completions.WriteAsync(model, request.Texts, null, context.RequestAborted);
            var answer = Envelope("chat.completion", [.. written.Select((w, i) => (JsonNode)ChoiceJson.Chat(i, w, top))]);
            answer["usage"] = ChoiceJson.Usage(written, written.Count);
            await context.Response.WriteAsJsonAsync(answer, context.RequestAborted);
            return;
        }
        var stream = new EventStream(context);
        var begun = new HashSet<int>();
        await stream.RunAsync(async () =>
        {
            var written = await completions.WriteAsync(model, request.Texts, Say, context.RequestAborted);
            for (var i = 0; i < written.Count; i++)
            {
                Begin(i);
                stream.Say(Piece(ChoiceJson.ChatPiece(i, [], null, top, written[i].End)));
            }
            if (request.StreamsUsage)
            {
                var usage = Envelope("chat.completion.chunk", []);
                usage["usage"] = ChoiceJson.Usage(written, written.Count);
                stream.Say(usage);
            }
        });

        void Say(TextPiece piece)
        {
            Begin(piece.Index);
            stream.Say(Piece(ChoiceJson.ChatPiece(piece.Index, new() { ["content"] = piece.Text }, piece.Tokens, top, null)));
        }

        void Begin(int index)
        {
            lock (begun)
                if (!begun.Add(index))
                    return;
            stream.Say(Piece(ChoiceJson.ChatPiece(index, new() { ["role"] = "assistant", ["content"] = "" }, null, top, null)));
        }

        JsonObject Piece(JsonObject choice) => Envelope("chat.completion.chunk", [choice]);

        JsonObject Envelope(string kind, JsonNode[] parts) =>
            new()
            {
                ["id"] = id,
                ["object"] = kind,
                ["created"] = created,
                ["model"] = model.Id,
                ["choices"] = new JsonArray(parts),
            };
    }

    static string Text(RequestBody body)
    {
        try
        {
            return ChatText.Prompt(ChatText.Read(body.Json["messages"]));
        }
        catch (FormatException e)
        {
            throw ServingException.Wrong(e.Message + ".", "messages", "invalid_value");
        }
    }
}
