using System.Text.Json;
using System.Text.Json.Nodes;

namespace LiftLab.Engine.OpenAi.Wire;

/// <summary>
/// The words of an error, from the shapes that services use: OpenAI's <c>error</c> object, <c>error</c> as text, FastAPI's <c>detail</c>,
/// problem details, or plain text.
/// </summary>
/// <param name="Code">The service's code; null where it gave none.</param>
/// <param name="Param">The field of the request that is wrong; null where it gave none.</param>
public sealed record ServiceError(string Text, string? Code = null, string? Param = null)
{
    const int LongestText = 500;

    public static ServiceError Parse(string body)
    {
        JsonNode? json;
        try
        {
            json = JsonNode.Parse(body);
        }
        catch (JsonException)
        {
            return new(Short(body.TrimStart().StartsWith('<') ? "a web page instead of an answer" : body));
        }
        return json switch
        {
            JsonObject o when o["error"] is JsonObject error => new(
                Short(TextOf(error["message"]) ?? body),
                TextOf(error["code"]) ?? TextOf(error["type"]),
                TextOf(error["param"])
            ),
            JsonObject o when TextOf(o["error"]) is { } text => new(Short(text)),
            JsonObject o when o["detail"] is JsonArray { Count: > 0 } list => new(
                Short(string.Join("; ", list.OfType<JsonObject>().Select(d => $"{Path(d["loc"])}{TextOf(d["msg"])}")))
            ),
            JsonObject o when (TextOf(o["detail"]) ?? TextOf(o["message"]) ?? TextOf(o["title"])) is { } text => new(Short(text)),
            _ => new(Short(body)),
        };
    }

    static string? TextOf(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0 ? text : null;

    static string Path(JsonNode? loc) =>
        loc is JsonArray parts ? string.Join('.', parts.Select(p => p?.ToString()).Where(p => p != "body")) + ": " : "";

    static string Short(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= LongestText ? line : line[..LongestText] + "…";
    }
}
