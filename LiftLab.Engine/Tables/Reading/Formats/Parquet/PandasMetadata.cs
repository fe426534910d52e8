using System.Text.Json;

namespace LiftLab.Engine.Tables.Reading.Formats.Parquet;

/// <summary>What pandas writes into a Parquet file about its columns.</summary>
sealed class PandasMetadata
{
    const string Key = "pandas";
    readonly HashSet<string> indexes = new(StringComparer.Ordinal),
        categories = new(StringComparer.Ordinal);

    /// <param name="metadata">The file's metadata.</param>
    public PandasMetadata(IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata?.GetValueOrDefault(Key) is not { } text)
            return;
        try
        {
            using var json = JsonDocument.Parse(text);
            foreach (var index in Elements(json.RootElement, "index_columns"))
                if (index.ValueKind == JsonValueKind.String) // a range that is not stored is an object
                    indexes.Add(index.GetString()!);
            foreach (var column in Elements(json.RootElement, "columns"))
                if (TextOf(column, "pandas_type") == "categorical" && (TextOf(column, "field_name") ?? TextOf(column, "name")) is { } name)
                    categories.Add(name);
        }
        catch (JsonException) { } // the columns are then looked at
    }

    public bool IsIndex(string column) => indexes.Contains(column);

    public bool IsCategory(string column) => categories.Contains(column);

    static JsonElement[] Elements(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray()]
            : [];

    static string? TextOf(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
