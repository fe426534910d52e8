using System.Text.Encodings.Web;
using System.Text.Json;

namespace LiftLab.Engine.Prompts;

/// <summary>
/// Examples as JSON Lines, the form in which providers take training files. Texts are those that are trained on; quotes and control
/// characters in them are escaped, which the paper's own writer did not do.
/// </summary>
public static class PromptLines
{
    static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Example example) => $$"""{"prompt":{{Text(example.Prompt)}}, "completion":{{Text(example.Completion)}}}""";

    public static string Write(Example example, IReadOnlyList<int> promptIds, IReadOnlyList<int> completionIds) =>
        $$"""{"prompt":{{Text(example.Prompt)}}, "completion":{{Text(example.Completion)}}, "prompt_ids":[{{string.Join(',', promptIds)}}], "completion_ids":[{{string.Join(',', completionIds)}}]}""";

    static string Text(string text) => JsonSerializer.Serialize(text, Plain);
}
