using System.Text.Json;

namespace LiftLab.Engine.Tables;

/// <summary>What a person has written about a column: what prompts call it, its unit, and the labels of its values.</summary>
public sealed record ColumnText
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    public string? Name { get; init; }
    public string? Unit { get; init; }
    public string? Description { get; init; }
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>The column with these words; parts that are null stay as they are.</summary>
    public ColumnSchema In(ColumnSchema column) =>
        column with
        {
            ReadableName = Name ?? column.ReadableName,
            Unit = Unit ?? column.Unit,
            Description = Description ?? column.Description,
            ValueLabels = Labels ?? column.ValueLabels,
        };

    /// <summary>
    /// The words of a JSON file by column: <c>{"wife_age": {"name": "the wife's age", "unit": "years"}, "native": {"labels": {"1": "an
    /// English speaker"}}}</c>.
    /// </summary>
    /// <exception cref="ArgumentException">It is no such file, or names a column that the schema does not have.</exception>
    public static Schema Apply(string file, Schema schema)
    {
        Dictionary<string, ColumnText> words;
        try
        {
            words = JsonSerializer.Deserialize<Dictionary<string, ColumnText>>(File.ReadAllText(file), Json) ?? [];
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"'{file}' cannot be read as words of columns: {e.Message}", e);
        }
        if (words.Keys.FirstOrDefault(k => schema.Columns.All(c => c.Name != k)) is { } unknown)
            throw new ArgumentException(
                $"'{file}' names the column '{unknown}'; the columns are {QuotedNames.Of(schema.Columns.Select(c => c.Name))}"
            );
        return schema with
        {
            Columns = [.. schema.Columns.Select(c => words.TryGetValue(c.Name, out var text) && text is not null ? text.In(c) : c)],
        };
    }
}
