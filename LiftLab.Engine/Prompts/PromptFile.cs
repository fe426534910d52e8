using System.Text.Json;
using System.Text.Json.Serialization;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts;

/// <summary>
/// A template by name or from a file: JSON is the whole record, anything else the text alone, with the task's decimal numbers.
/// </summary>
public static class PromptFile
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <exception cref="ArgumentException">Neither a preset nor a file.</exception>
    /// <exception cref="FormatException">The file is no template record.</exception>
    public static PromptTemplate Read(string nameOrFile, TaskKind task)
    {
        if (!File.Exists(nameOrFile))
            return PromptPresets.Named(nameOrFile, task);
        var text = File.ReadAllText(nameOrFile);
        if (
            !text.TrimStart().StartsWith('{')
            || text.TrimStart().StartsWith("{%", StringComparison.Ordinal)
            || text.TrimStart().StartsWith("{{", StringComparison.Ordinal)
        )
            return new(Path.GetFileNameWithoutExtension(nameOrFile), text.TrimEnd('\n', '\r'), PromptPresets.Named("paper", task).Numbers);
        try
        {
            return JsonSerializer.Deserialize<PromptTemplate>(text, Json)!;
        }
        catch (JsonException e)
        {
            throw new FormatException($"{nameOrFile} is no template: {e.Message}", e);
        }
    }
}
