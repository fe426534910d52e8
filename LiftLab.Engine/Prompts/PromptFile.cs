using System.Text.Encodings.Web;
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

    static readonly JsonSerializerOptions Written = new(Json)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <exception cref="ArgumentException">The name is neither a preset nor a file.</exception>
    /// <exception cref="FormatException">The file is JSON but not a template.</exception>
    public static PromptTemplate Read(string nameOrFile, TaskKind task)
    {
        if (!File.Exists(nameOrFile))
            return PromptPresets.Named(nameOrFile, task);
        return Parse(nameOrFile, File.ReadAllText(nameOrFile), task);
    }

    /// <summary>A template as a file that <see cref="Read"/> reads back.</summary>
    public static string Write(PromptTemplate template) => JsonSerializer.Serialize(template, Written);

    /// <summary>The template in a file's text.</summary>
    /// <param name="file">Its name.</param>
    /// <exception cref="FormatException">The text is JSON but not a template.</exception>
    public static PromptTemplate Parse(string file, string text, TaskKind task)
    {
        if (
            !text.TrimStart().StartsWith('{')
            || text.TrimStart().StartsWith("{%", StringComparison.Ordinal)
            || text.TrimStart().StartsWith("{{", StringComparison.Ordinal)
        )
            return new(Path.GetFileNameWithoutExtension(file), text.TrimEnd('\n', '\r'), PromptPresets.Named("paper", task).Numbers);
        try
        {
            var read = JsonSerializer.Deserialize<PromptTemplate>(text, Json)!;
            read.Check();
            return read;
        }
        catch (Exception e) when (e is JsonException or ArgumentOutOfRangeException or FormatException)
        {
            throw new FormatException($"{file} is not a template: {e.Message}", e);
        }
    }
}
