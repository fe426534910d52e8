using System.Text.Json;
using System.Text.Json.Serialization;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts;

/// <summary>
/// Reads a template by preset name or from a file: JSON holds a whole template; any other file holds the template's text alone, and numbers
/// are written in the paper's format for the task.
/// </summary>
public static class PromptFile
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <exception cref="ArgumentException">The name is neither a preset nor a file.</exception>
    /// <exception cref="FormatException">The file is JSON but not a template.</exception>
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
            throw new FormatException($"{nameOrFile} is not a template: {e.Message}", e);
        }
    }
}
