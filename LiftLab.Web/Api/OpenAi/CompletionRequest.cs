using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LiftLab.Engine.Learning.Texts;
using LiftLab.Web.Live.Serving;

namespace LiftLab.Web.Api.OpenAi;

/// <summary>What requests for completions and for chats have in common.</summary>
/// <param name="Texts">One for each choice, in the order of the choices.</param>
sealed record CompletionRequest(string Model, IReadOnlyList<TextRequest> Texts, bool Streams, bool StreamsUsage)
{
    const int MostChoices = 128,
        MostTexts = 2_048,
        MostStops = 16,
        MostRanked = 20,
        UsualTokens = 16;

    public static CompletionRequest OfPrompts(RequestBody body)
    {
        Refuse(body);
        body.Refuse("suffix", v => v is JsonValue t && t.TryGetValue(out string? text) && text.Length == 0);
        var choices = body.Whole("n", 1, MostChoices) ?? 1;
        if (body.Whole("best_of", 1, MostChoices) is { } best && best != choices && best != 1)
            throw ServingException.Wrong(
                "LiftLab draws as many texts as it gives: leave out 'best_of'.",
                "best_of",
                "unsupported_parameter"
            );
        var like = Like(body, "stop") with
        {
            MaxTokens = body.Whole("max_tokens", 0, int.MaxValue) ?? UsualTokens,
            Echo = body.Flag("echo"),
            Top = body.Whole("logprobs", 0, MostRanked),
        };
        if (like is { MaxTokens: 0, Echo: false })
            throw ServingException.Wrong("Invalid 'max_tokens': 0 needs 'echo'.", "max_tokens", "invalid_value");
        return Of(body, [.. Prompts(body).Select(p => like with { Text = p.Text, Ids = p.Ids })], choices);
    }

    /// <param name="text">The conversation as one text.</param>
    /// <param name="end">What ends an answer, beside the client's own texts.</param>
    public static CompletionRequest OfChat(RequestBody body, string text, string end)
    {
        Refuse(body);
        foreach (var name in (string[])["tools", "functions"])
            body.Refuse(name, RequestBody.IsEmpty);
        body.Refuse(
            "response_format",
            v => v is JsonObject o && o["type"] is JsonValue t && t.TryGetValue(out string? kind) && kind == "text"
        );
        var like = Like(body, "stop");
        like = like with
        {
            Text = text,
            MaxTokens = body.Whole("max_completion_tokens", 1, int.MaxValue) ?? body.Whole("max_tokens", 1, int.MaxValue),
            Stop = [.. like.Stop, end],
            Top =
                body.Flag("logprobs") ? body.Whole("top_logprobs", 0, MostRanked) ?? 0
                : body.Has("top_logprobs")
                    ? throw ServingException.Wrong("'top_logprobs' needs 'logprobs'.", "top_logprobs", "invalid_value")
                : null,
        };
        return Of(body, [like], body.Whole("n", 1, MostChoices) ?? 1);
    }

    static CompletionRequest Of(RequestBody body, IReadOnlyList<TextRequest> prompts, int choices)
    {
        if (prompts.Count * choices > MostTexts)
            throw ServingException.Wrong($"Too many texts: at most {MostTexts} prompts times choices are allowed.", "prompt");
        var seed = body.Whole("seed", int.MinValue, int.MaxValue) ?? RandomNumberGenerator.GetInt32(int.MaxValue);
        return new(
            body.Demand("model"),
            [.. prompts.SelectMany(p => Enumerable.Range(0, choices).Select(i => p with { Seed = unchecked(seed + i) }))],
            body.Flag("stream"),
            body.Json["stream_options"] is JsonObject options && new RequestBody(options).Flag("include_usage")
        );
    }

    static TextRequest Like(RequestBody body, string stop) =>
        new("", null, null)
        {
            Temperature = body.Number("temperature", 1, 0, 2),
            TopP = body.Number("top_p", 1, 0, 1),
            Stop = body.Texts(stop, MostStops),
        };

    static void Refuse(RequestBody body)
    {
        body.Refuse("logit_bias", RequestBody.IsEmpty);
        body.Refuse("presence_penalty", RequestBody.IsZero);
        body.Refuse("frequency_penalty", RequestBody.IsZero);
    }

    static (string? Text, int[]? Ids)[] Prompts(RequestBody body) =>
        body.Json["prompt"] switch
        {
            null => [("", null)],
            JsonValue => [(body.Text("prompt"), null)],
            JsonArray { Count: > 0 } list when list[0] is JsonArray => [.. list.Select(ids => ((string?)null, (int[]?)Ids(ids)))],
            JsonArray { Count: > 0 } list when list[0] is JsonValue first && first.TryGetValue(out int _) => [(null, Ids(list))],
            JsonArray { Count: > 0 } list =>
            [
                .. list.Select(t => t is JsonValue v && v.TryGetValue(out string? text) ? ((string?)text, (int[]?)null) : throw Wrong()),
            ],
            _ => throw Wrong(),
        };

    static int[] Ids(JsonNode? node) =>
        node is JsonArray list
            ? [.. list.Select(id => id is JsonValue v && v.TryGetValue(out int number) ? number : throw Wrong())]
            : throw Wrong();

    static ServingException Wrong() => RequestBody.Invalid("prompt", "a string, a list of strings, token ids or lists of token ids");
}
