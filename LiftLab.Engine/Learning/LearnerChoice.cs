using System.Text.Json.Nodes;

namespace LiftLab.Engine.Learning;

/// <summary>What a learner was run with and chose while fitting, read once from the settings of its result.</summary>
/// <param name="Model">The base model or network by name; null for a learner without one.</param>
/// <param name="Setting">The label of the chosen setting of a grid ("k=5"); null for a learner without a grid.</param>
/// <param name="Values">Single values among the settings, by name in stored order.</param>
/// <param name="Chosen">What training found out ("bestEpoch", "temperature"), by name.</param>
/// <param name="Tried">The settings of the grid; empty where there was nothing to choose.</param>
public sealed record LearnerChoice(
    string? Model,
    string? Setting,
    IReadOnlyList<KeyValuePair<string, JsonValue>> Values,
    IReadOnlyDictionary<string, JsonValue> Chosen,
    IReadOnlyList<TriedSetting> Tried
)
{
    public static LearnerChoice Of(LearnerResult result)
    {
        var settings = result.Settings ?? [];
        return new(
            (settings["model"] as JsonValue)?.ToString(),
            (settings["setting"] as JsonValue)?.ToString(),
            Single(settings),
            Single(settings["chosen"] as JsonObject ?? []).ToDictionary(StringComparer.Ordinal),
            [.. (settings["grid"] as JsonArray ?? []).OfType<JsonObject>().Select(TriedOf)]
        );
    }

    static IReadOnlyList<KeyValuePair<string, JsonValue>> Single(JsonObject entries) =>
        [.. entries.Where(e => e.Value is JsonValue).Select(e => KeyValuePair.Create(e.Key, (JsonValue)e.Value!))];

    static TriedSetting TriedOf(JsonObject row) =>
        new((row["setting"] as JsonValue)?.ToString() ?? "", Number(row["error"]), Number(row["seconds"]));

    static double? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<double>(out var number) ? number : null;
}

/// <summary>One setting of a grid.</summary>
/// <param name="Error">On the validation rows, as the learner chooses by it; null where fitting failed.</param>
public sealed record TriedSetting(string Setting, double? Error, double? Seconds);
