using System.Text;
using System.Text.Json.Nodes;

namespace LiftLab.Web.Live.Serving;

/// <summary>
/// A conversation as one text, the same in training and in answering. A single question of a user stays as it is, so that a prompt of
/// LiftLab in chat form is the prompt itself; longer conversations name each role on a line of its own.
/// </summary>
public static class ChatText
{
    /// <summary>What ends an answer in training files of chats that do not end it themselves.</summary>
    public const string End = "@@@";

    /// <param name="Role">"system", "developer", "user" or "assistant".</param>
    public sealed record Message(string Role, string Content);

    /// <summary>The text before the assistant's answer.</summary>
    public static string Prompt(IReadOnlyList<Message> messages)
    {
        if (messages is [{ Role: "user" } only])
            return only.Content;
        var text = new StringBuilder();
        foreach (var message in messages)
            text.Append(message.Role).Append(":\n").Append(message.Content).Append("\n\n");
        return text.Append("assistant:\n").ToString();
    }

    /// <summary>An answer of the assistant as a completion.</summary>
    public static string Completion(string answer) => answer.EndsWith(End, StringComparison.Ordinal) ? answer : answer + End;

    /// <exception cref="FormatException">The messages are none of a chat, with the reason.</exception>
    public static IReadOnlyList<Message> Read(JsonNode? node)
    {
        if (node is not JsonArray { Count: > 0 } list)
            throw new FormatException("'messages' must be a list with at least one message");
        return [.. list.Select((m, i) => Read(m, i))];
    }

    static Message Read(JsonNode? node, int index)
    {
        if (node is not JsonObject message)
            throw new FormatException($"messages[{index}] must be an object with 'role' and 'content'");
        if (message["role"] is not JsonValue value || !value.TryGetValue(out string? role))
            throw new FormatException($"messages[{index}] has no 'role'");
        if (role is not ("system" or "developer" or "user" or "assistant"))
            throw new FormatException($"messages[{index}]: the role '{role}' is none of system, developer, user, assistant");
        return new(role, Content(message["content"]) ?? throw new FormatException($"messages[{index}] has no 'content' of text"));
    }

    static string? Content(JsonNode? node) =>
        node switch
        {
            JsonValue value when value.TryGetValue(out string? text) => text,
            JsonArray { Count: > 0 } parts
                when parts.All(p => p is JsonObject o && o["type"]?.ToString() == "text" && o["text"] is JsonValue) => string.Concat(
                parts.Select(p => p!["text"]!.ToString())
            ),
            _ => null,
        };
}
