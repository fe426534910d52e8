using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LiftLab.Web.Live.Serving;

/// <summary>Reads training files: JSON Lines of prompts and completions, or of chats. Every wrong line is named.</summary>
public static class TrainingLines
{
    /// <summary>As at OpenAI.</summary>
    public const int FewestExamples = 10;

    const int MostNamed = 100;

    /// <param name="param">The parameter that names the file.</param>
    /// <param name="fewest">A file with fewer examples is refused.</param>
    /// <exception cref="ServingException">Lines are wrong; the message names each with its reason, up to 100.</exception>
    public static async Task<IReadOnlyList<TrainingExample>> ReadAsync(string path, string param, int fewest, CancellationToken cancel)
    {
        var (examples, wrong) = (new List<TrainingExample>(), new List<string>());
        var (number, faults) = (0, 0);
        bool? chats = null;
        await foreach (var line in File.ReadLinesAsync(path, cancel))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            try
            {
                var (read, isChat) = Read(line, number);
                if (chats is { } before && before != isChat)
                    throw new FormatException("the file has chats and prompts with completions: use one form in all lines");
                chats = isChat;
                examples.AddRange(read);
            }
            catch (Exception e) when (e is FormatException or JsonException)
            {
                if (faults++ < MostNamed)
                    wrong.Add(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"Line {number}: {(e is JsonException ? "this is not valid JSON (" + Cause(e) + ")" : e.Message)}."
                        )
                    );
            }
        }
        if (faults > wrong.Count)
            wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{faults - wrong.Count} further lines are wrong."));
        if (wrong.Count == 0 && examples.Count < fewest)
            wrong.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The file has {examples.Count} examples, and at least {fewest} are needed to fine-tune a model."
                )
            );
        return wrong.Count == 0
            ? examples
            : throw new ServingException(
                400,
                $"The file cannot be used. {string.Join(' ', wrong)}",
                param,
                param == "training_file" ? "invalid_training_file" : "invalid_validation_file"
            );
    }

    static string Cause(Exception e) => e.Message.Split(". LineNumber", 2)[0].Split(" LineNumber", 2)[0].TrimEnd('.');

    static (IReadOnlyList<TrainingExample> Examples, bool IsChat) Read(string line, int number)
    {
        if (JsonNode.Parse(line) is not JsonObject json)
            throw new FormatException("a line must be a JSON object");
        if (json["messages"] is { } messages)
            return (Chat(messages, number), true);
        var (prompt, completion) = (Text(json, "prompt"), Text(json, "completion"));
        return completion.Length == 0 ? throw new FormatException("'completion' is empty") : ([new(prompt, completion, number)], false);
    }

    static string Text(JsonObject json, string name) =>
        json[name] is not { } node ? throw new FormatException($"'{name}' is missing; a line has 'prompt' and 'completion', or 'messages'")
        : node is JsonValue value && value.TryGetValue(out string? text) ? text
        : throw new FormatException($"'{name}' must be a string");

    /// <summary>One example for each answer of the assistant, unless its weight is 0.</summary>
    static List<TrainingExample> Chat(JsonNode node, int number)
    {
        var messages = ChatText.Read(node);
        var examples = new List<TrainingExample>();
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].Role != "assistant")
                continue;
            if (i == 0)
                throw new FormatException("the first message is the assistant's: there is nothing that it answers");
            if (node[i]!["weight"] is JsonValue weight && weight.TryGetValue(out double part) && part == 0)
                continue;
            if (messages[i].Content.Length == 0)
                throw new FormatException($"messages[{i}]: the assistant's answer is empty");
            examples.Add(new(ChatText.Prompt([.. messages.Take(i)]), ChatText.Completion(messages[i].Content), number));
        }
        return examples.Count > 0 ? examples : throw new FormatException("no message of the assistant is to be learned");
    }
}
