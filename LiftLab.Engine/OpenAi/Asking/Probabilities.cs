using System.Text.Json.Nodes;
using LiftLab.Engine.OpenAi.Wire;

namespace LiftLab.Engine.OpenAi.Asking;

/// <summary>Probabilities of the classes, from the log-probabilities that services give.</summary>
static class Probabilities
{
    /// <summary>From the log-probabilities of whole labels: normalised to sum 1.</summary>
    public static double[] FromLogs(IReadOnlyList<double> logs)
    {
        var top = logs.Max();
        double[] shares = [.. logs.Select(l => Math.Exp(l - top))];
        var sum = shares.Sum();
        return [.. shares.Select(s => s / sum)];
    }

    /// <summary>
    /// Log-probability of what follows the prompt in a choice that repeats it. Null where the service left out a token of it, or the
    /// prompt's tokens: a score without them would not depend on the row.
    /// </summary>
    /// <param name="promptLength">Characters of the prompt.</param>
    /// <param name="textLength">Characters of prompt and label; tokens that the service generated after them do not count.</param>
    public static double? OfRest(JsonObject choice, int promptLength, int textLength)
    {
        if (choice["logprobs"] is not JsonObject logs)
            return null;
        if (logs["token_logprobs"] is not JsonArray values || logs["text_offset"] is not JsonArray offsets || values.Count != offsets.Count)
            return null;
        double sum = 0;
        var (tokens, prompt) = (0, false);
        for (var i = 0; i < values.Count; i++)
        {
            if (offsets[i] is not JsonValue at || !at.TryGetValue(out int offset))
                return null;
            prompt |= offset < promptLength;
            if (offset < promptLength || offset >= textLength)
                continue;
            if (values[i] is not JsonValue value || !value.TryGetValue(out double log))
                return null;
            sum += log;
            tokens++;
        }
        return prompt && tokens > 0 ? sum : null;
    }

    /// <summary>
    /// From the most probable first tokens: the probability of a token counts for the label that it begins. Null where a token begins
    /// several labels, so that the first token does not decide, or where none begins a label.
    /// </summary>
    /// <param name="labels">The answers as they follow the prompt.</param>
    public static double[]? FromFirstTokens(IReadOnlyList<(string Token, double Log)> top, IReadOnlyList<string> labels)
    {
        var mass = new double[labels.Count];
        foreach (var (token, log) in top)
        {
            var text = token.TrimStart();
            if (text.Length == 0)
                continue;
            int[] begun =
            [
                .. Enumerable.Range(0, labels.Count).Where(i => labels[i].TrimStart().StartsWith(text, StringComparison.Ordinal)),
            ];
            if (begun.Length > 1)
                return null;
            if (begun.Length == 1)
                mass[begun[0]] += Math.Exp(log);
        }
        var sum = mass.Sum();
        return sum > 0 ? [.. mass.Select(m => m / sum)] : null;
    }

    /// <summary>The most probable first tokens of a completion's or a chat's choice; empty where the service gave none.</summary>
    public static IReadOnlyList<(string Token, double Log)> FirstTokens(JsonObject choice)
    {
        if (choice["logprobs"] is not JsonObject logs)
            return [];
        if (Fields.Objects(logs, "content").FirstOrDefault() is { } first)
            return
            [
                .. Fields
                    .Objects(first, "top_logprobs")
                    .Select(t => (Token: Fields.Text(t, "token"), Log: Fields.Number(t, "logprob")))
                    .Where(t => t is { Token: not null, Log: not null })
                    .Select(t => (t.Token!, t.Log!.Value)),
            ];
        return logs["top_logprobs"] is JsonArray { Count: > 0 } list && list[0] is JsonObject top
            ? [.. top.Select(p => p.Key).Where(k => Fields.Number(top, k) is not null).Select(k => (k, Fields.Number(top, k)!.Value))]
            : [];
    }
}
