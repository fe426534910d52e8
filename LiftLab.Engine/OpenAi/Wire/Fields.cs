using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LiftLab.Engine.OpenAi.Wire;

/// <summary>Reads fields that services write in different forms: a number as text, an integer as 4.0, an absent field as null.</summary>
static class Fields
{
    public static string? Text(JsonObject from, string name) =>
        from[name] is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0 ? text : null;

    /// <summary>A finite number; null where it is absent, null, "auto" or no number.</summary>
    public static double? Number(JsonObject from, string name)
    {
        if (from[name] is not JsonValue value)
            return null;
        var number =
            value.GetValueKind() == JsonValueKind.Number ? value.GetValue<double>()
            : value.TryGetValue(out string? text) && double.TryParse(text, CultureInfo.InvariantCulture, out var read) ? read
            : double.NaN;
        return double.IsFinite(number) ? number : null;
    }

    public static long? Whole(JsonObject from, string name) =>
        Number(from, name) is { } number && Math.Abs(number) < long.MaxValue ? (long)Math.Round(number) : null;

    public static bool? Flag(JsonObject from, string name) =>
        from[name] is JsonValue value && value.TryGetValue(out bool flag) ? flag : null;

    public static IEnumerable<JsonObject> Objects(JsonObject from, string name) => (from[name] as JsonArray ?? []).OfType<JsonObject>();
}
