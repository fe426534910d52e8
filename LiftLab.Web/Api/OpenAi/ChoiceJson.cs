using System.Text;
using System.Text.Json.Nodes;
using LiftLab.Engine.Learning.Texts;

namespace LiftLab.Web.Api.OpenAi;

/// <summary>Continuations as choices in OpenAI's two forms.</summary>
static class ChoiceJson
{
    public static JsonObject Completion(int index, string text, IReadOnlyList<TextToken>? tokens, int? top, TextEnd? end) =>
        new()
        {
            ["text"] = text,
            ["index"] = index,
            ["logprobs"] = top is null || tokens is null ? null : Logs(tokens, top.Value),
            ["finish_reason"] = Word(end),
        };

    public static JsonObject Chat(int index, WrittenText written, int? top) =>
        new()
        {
            ["index"] = index,
            ["message"] = new JsonObject
            {
                ["role"] = "assistant",
                ["content"] = written.Text,
                ["refusal"] = null,
            },
            ["logprobs"] = top is null ? null : ChatLogs(written.Tokens),
            ["finish_reason"] = Word(written.End),
        };

    /// <param name="delta">A part of the message.</param>
    public static JsonObject ChatPiece(int index, JsonObject delta, IReadOnlyList<TextToken>? tokens, int? top, TextEnd? end) =>
        new()
        {
            ["index"] = index,
            ["delta"] = delta,
            ["logprobs"] = top is null || tokens is null ? null : ChatLogs(tokens),
            ["finish_reason"] = Word(end),
        };

    public static JsonObject Usage(IReadOnlyList<WrittenText> written, int choices)
    {
        // The prompt of several choices counts once.
        var prompt = written.Where((_, i) => i % choices == 0).Sum(w => w.PromptTokens);
        var completion = written.Sum(w => w.WrittenTokens);
        return new()
        {
            ["prompt_tokens"] = prompt,
            ["completion_tokens"] = completion,
            ["total_tokens"] = prompt + completion,
        };
    }

    static string? Word(TextEnd? end) =>
        end switch
        {
            TextEnd.Stop => "stop",
            TextEnd.Length => "length",
            _ => null,
        };

    static JsonObject Logs(IReadOnlyList<TextToken> tokens, int top) =>
        new()
        {
            ["tokens"] = new JsonArray([.. tokens.Select(t => (JsonNode)t.Text)]),
            ["token_logprobs"] = new JsonArray([.. tokens.Select(t => (JsonNode?)t.Log)]),
            ["top_logprobs"] = top == 0 ? null : new JsonArray([.. tokens.Select(t => (JsonNode?)Ranked(t))]),
            ["text_offset"] = new JsonArray([.. tokens.Select(t => (JsonNode)t.Start)]),
        };

    /// <summary>By text: of several tokens with one text the most probable counts.</summary>
    static JsonObject? Ranked(TextToken token)
    {
        if (token.Log is not { } own)
            return null;
        var ranked = new JsonObject();
        foreach (var one in (token.Top ?? []).Append(new(token.Text, own)))
            if (!ranked.ContainsKey(one.Text))
                ranked[one.Text] = one.Log;
        return ranked;
    }

    static JsonObject ChatLogs(IReadOnlyList<TextToken> tokens) =>
        new()
        {
            ["content"] = new JsonArray([
                .. tokens.Select(t =>
                {
                    var one = Chat(t.Text, t.Log ?? 0);
                    one["top_logprobs"] = new JsonArray([.. (t.Top ?? []).Select(r => (JsonNode)Chat(r.Text, r.Log))]);
                    return (JsonNode)one;
                }),
            ]),
            ["refusal"] = null,
        };

    static JsonObject Chat(string text, double log) =>
        new()
        {
            ["token"] = text,
            ["logprob"] = log,
            ["bytes"] = new JsonArray([.. Encoding.UTF8.GetBytes(text).Select(b => (JsonNode)(int)b)]),
        };
}
