using System.Text.Json.Nodes;
using LiftLab.Engine.OpenAi.Money;
using LiftLab.Engine.OpenAi.Wire;
using LiftLab.Engine.Prompts;

namespace LiftLab.Engine.OpenAi.Asking;

/// <summary>Asks one model of a provider, in one form: writes the request and reads the texts of the answer.</summary>
/// <param name="before">What precedes every question of a model that is not fine-tuned; null for a fine-tuned one.</param>
sealed class ModelVoice(ProviderClient client, string model, RowForm form, Examples? before, Spending spending)
{
    /// <summary>Maximum tokens of an answer: a class or a number is short.</summary>
    const int LongestAnswer = 32;

    /// <summary>At least so many in English text and JSON, so that the tokens of a question are not estimated too low.</summary>
    const int BytesPerToken = 3;

    /// <summary>OpenAI's maxima.</summary>
    const int TopOfCompletion = 5,
        TopOfChat = 20;

    public RowForm Form => form;

    public string Model => model;

    /// <summary>Asks for texts.</summary>
    /// <param name="count">Number of answers to draw.</param>
    /// <param name="top">Whether the most probable first tokens are asked for, too.</param>
    public async Task<IReadOnlyList<JsonObject>> AskAsync(string prompt, double temperature, int count, bool top, CancellationToken cancel)
    {
        var body = Question(prompt);
        body["model"] = model;
        body["temperature"] = temperature;
        body["max_tokens"] = LongestAnswer;
        body["stop"] = new JsonArray(Separators.Completion);
        if (count > 1)
            body["n"] = count;
        if (top && form == RowForm.Chat)
            (body["logprobs"], body["top_logprobs"]) = (true, TopOfChat);
        else if (top)
            body["logprobs"] = TopOfCompletion;
        return await ChoicesAsync(body, count * LongestAnswer, cancel);
    }

    /// <summary>Scores labels after a prompt with one request. Completions only.</summary>
    /// <returns>Log-probability of each label; null where the service does not give those of the prompt.</returns>
    public async Task<double[]?> ScoreAsync(string prompt, IReadOnlyList<string> labels, int generated, CancellationToken cancel)
    {
        var text = before?.Before(prompt) ?? prompt;
        var body = new JsonObject
        {
            ["model"] = model,
            ["prompt"] = new JsonArray([.. labels.Select(l => (JsonNode)(text + l))]),
            ["max_tokens"] = generated,
            ["temperature"] = 0,
            ["echo"] = true,
            ["logprobs"] = 1,
        };
        var choices = await ChoicesAsync(body, labels.Count * generated, cancel);
        if (choices.Count != labels.Count)
            return null;
        var logs = new double[labels.Count];
        foreach (var (choice, i) in choices.Select((c, i) => (c, (int)(Fields.Whole(c, "index") ?? i))))
        {
            if (i < 0 || i >= labels.Count || Probabilities.OfRest(choice, text.Length, text.Length + labels[i].Length) is not { } log)
                return null;
            logs[i] = log;
        }
        return logs;
    }

    /// <summary>The text of a choice of either form.</summary>
    public static string TextOf(JsonObject choice) =>
        Fields.Text(choice, "text") ?? (choice["message"] is JsonObject message ? Fields.Text(message, "content") : null) ?? "";

    JsonObject Question(string prompt) =>
        form == RowForm.Chat
            ? new JsonObject { ["messages"] = before?.Messages(prompt) ?? [new JsonObject { ["role"] = "user", ["content"] = prompt }] }
            : new JsonObject { ["prompt"] = before?.Before(prompt) ?? prompt };

    /// <param name="answers">Maximum tokens of the answer.</param>
    async Task<IReadOnlyList<JsonObject>> ChoicesAsync(JsonObject body, int answers, CancellationToken cancel)
    {
        var path = form == RowForm.Chat ? "chat/completions" : "completions";
        if (client.AnsweredBefore(path, body) is { } before)
            return [.. Fields.Objects(before, "choices")]; // booked when it arrived
        using var aside = spending.Reserve(0, body.ToJsonString().Length / BytesPerToken, answers);
        var answer = await client.PostAsync(path, body, cancel);
        if (answer["usage"] is JsonObject usage)
            spending.Answered(Fields.Whole(usage, "prompt_tokens") ?? 0, Fields.Whole(usage, "completion_tokens") ?? 0);
        return [.. Fields.Objects(answer, "choices")];
    }
}
