using System.Text.Encodings.Web;
using System.Text.Json;

namespace LiftLab.Engine.Prompts;

/// <summary>
/// Writes examples as JSON Lines, the format of providers' training files. The texts are those used in training. Quotes and control
/// characters are escaped; the paper's own writer did not escape them.
/// </summary>
public static class PromptLines
{
    static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Example example) => $$"""{"prompt":{{Text(example.Prompt)}}, "completion":{{Text(example.Completion)}}}""";

    public static string Write(Example example, IReadOnlyList<int> promptIds, IReadOnlyList<int> completionIds) =>
        $$"""{"prompt":{{Text(example.Prompt)}}, "completion":{{Text(example.Completion)}}, "prompt_ids":[{{string.Join(',', promptIds)}}], "completion_ids":[{{string.Join(',', completionIds)}}]}""";

    /// <summary>As a conversation of a user and an assistant, the form of providers' chat models.</summary>
    public static string Chat(Example example) =>
        $$"""{"messages":[{"role":"user","content":{{Text(example.Prompt)}}},{"role":"assistant","content":{{Text(example.Completion)}}}]}""";

    static string Text(string text) => JsonSerializer.Serialize(text, Plain);
}
