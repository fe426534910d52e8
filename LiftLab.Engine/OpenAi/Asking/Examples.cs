using System.Text;
using System.Text.Json.Nodes;
using LiftLab.Engine.Prompts;

namespace LiftLab.Engine.OpenAi.Asking;

/// <summary>What precedes the questions to a model that is not fine-tuned: what to answer, and solved rows.</summary>
sealed class Examples(PromptState state, IReadOnlyList<Example> solved)
{
    readonly string instruction = Instruction(state),
        joint = state.Template.Joint;

    static string Instruction(PromptState state) =>
        (
            state.Labels.Count > 0
                ? $"Answer with one of these words and nothing else: {string.Join(", ", state.Labels)}."
                : $"Answer with one number and nothing else: the value of {state.TargetName}."
        ) + $" End the answer with {Separators.Completion}.";

    /// <summary>The whole text for a model that continues texts.</summary>
    public string Before(string prompt)
    {
        var text = new StringBuilder(instruction).Append('\n');
        foreach (var example in solved)
            text.Append(example.Prompt).Append(joint).Append(example.Completion).Append('\n');
        return text.Append(prompt).ToString();
    }

    public JsonArray Messages(string prompt)
    {
        var messages = new JsonArray(Message("system", instruction));
        foreach (var example in solved)
        {
            messages.Add(Message("user", example.Prompt));
            messages.Add(Message("assistant", example.Completion));
        }
        messages.Add(Message("user", prompt));
        return messages;
    }

    static JsonObject Message(string role, string content) => new JsonObject { ["role"] = role, ["content"] = content };
}
