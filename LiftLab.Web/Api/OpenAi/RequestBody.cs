using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Web.Live.Serving;

namespace LiftLab.Web.Api.OpenAi;

/// <summary>The JSON body of a request; what is wrong is refused with the parameter's name.</summary>
sealed class RequestBody(JsonObject json)
{
    public JsonObject Json => json;

    public static async Task<RequestBody> ReadAsync(HttpRequest request)
    {
        var node = await JsonNode.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted);
        return new(node as JsonObject ?? throw ServingException.Wrong("The body of the request must be a JSON object."));
    }

    public bool Has(string name) => json[name] is not null;

    public string Demand(string name) =>
        Text(name) ?? throw ServingException.Wrong($"Missing required parameter: '{name}'.", name, "missing_required_parameter");

    public string? Text(string name) => Value<string>(name, "a string");

    public bool Flag(string name) => Value<bool?>(name, "a boolean") ?? false;

    public double Number(string name, double otherwise, double least, double most) =>
        Value<double?>(name, "a number") is not { } given ? otherwise
        : given >= least && given <= most ? given
        : throw ServingException.Wrong(
            FormattableString.Invariant($"Invalid '{name}': {given} is not between {least} and {most}."),
            name,
            "invalid_value"
        );

    public int? Whole(string name, int least, int most)
    {
        if (json[name] is null)
            return null;
        var given = Number(name, 0, least, most);
        return given == Math.Floor(given) ? (int)given : throw Invalid(name, "an integer");
    }

    /// <summary>A list of texts, or one text.</summary>
    public IReadOnlyList<string> Texts(string name, int most)
    {
        IReadOnlyList<string> texts = json[name] switch
        {
            null => [],
            JsonValue => [Text(name)!],
            JsonArray list =>
            [
                .. list.Select(t => t is JsonValue v && v.TryGetValue(out string? text) ? text : throw Invalid(name, "strings")),
            ],
            _ => throw Invalid(name, "a string or a list of strings"),
        };
        return texts.Count <= most
            ? [.. texts.Where(t => t.Length > 0)]
            : throw ServingException.Wrong($"Invalid '{name}': at most {most} texts are allowed.", name, "array_above_max_length");
    }

    /// <summary>Refuses parameters that would change the answer and that this server does not know.</summary>
    /// <param name="neutral">Whether a value changes nothing.</param>
    public void Refuse(string name, Func<JsonNode, bool> neutral)
    {
        if (json[name] is { } value && !neutral(value))
            throw ServingException.Wrong($"LiftLab does not support '{name}'. Leave it out.", name, "unsupported_parameter");
    }

    public static bool IsZero(JsonNode value) => value is JsonValue v && v.TryGetValue(out double number) && number == 0;

    public static bool IsEmpty(JsonNode value) => value is JsonArray { Count: 0 } or JsonObject { Count: 0 };

    public static ServingException Invalid(string name, string wanted) =>
        ServingException.Wrong($"Invalid type for '{name}': expected {wanted}.", name, "invalid_type");

    T? Value<T>(string name, string wanted)
    {
        if (json[name] is not { } node)
            return default;
        try
        {
            return node.GetValue<T>();
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or JsonException)
        {
            throw Invalid(name, wanted);
        }
    }
}
