using LiftLab.Engine.OpenAi.Wire;

namespace LiftLab.Engine.OpenAi.Asking;

/// <summary>How a model gives probabilities of classes, found by asking it.</summary>
/// <param name="Generated">Tokens to generate while labels are scored: 0, or 1 for services that refuse 0.</param>
/// <param name="Why">What was found, in words.</param>
sealed record ScoringProbe(Scoring Scoring, int Generated, string Why)
{
    /// <summary>Continued by every tokenizer as several tokens.</summary>
    const string Prompt = "One, two, three, four, five, six";

    /// <summary>
    /// Tries, in this order: scores of labels, first tokens, drawn answers. Some servers ignore echo or give log-probabilities of generated
    /// tokens only; their scores would not depend on the row and nothing would report an error, so the answer itself is checked.
    /// </summary>
    public static async Task<ScoringProbe> OfAsync(ModelVoice voice, CancellationToken cancel)
    {
        var why = "the model is asked in chat form, which has no scores of labels";
        if (voice.Form != RowForm.Chat)
            foreach (var generated in (int[])[0, 1])
            {
                var found = await EchoAsync(voice, generated, cancel);
                if (found is null)
                    return new(Scoring.Labels, generated, "each label is scored after the prompt (echo with log-probabilities)");
                why = found;
            }
        var first = await TryAsync(() => voice.AskAsync(Prompt, 0, 1, top: true, cancel));
        if (first is { Count: > 0 } && Probabilities.FirstTokens(first[0]).Count > 1)
            return new(Scoring.FirstTokens, 0, $"log-probabilities of the answer's first token are used: {why}");
        return new(Scoring.Frequencies, 0, $"answers are drawn and counted: {why}, and the service gives no log-probabilities");
    }

    /// <returns>Null where labels can be scored; else the reason.</returns>
    static async Task<string?> EchoAsync(ModelVoice voice, int generated, CancellationToken cancel)
    {
        string[] labels = [", seven", ", banana"];
        try
        {
            return await voice.ScoreAsync(Prompt, labels, generated, cancel) switch
            {
                null => "the service does not give the log-probabilities of the prompt",
                var logs when logs.Any(l => !double.IsFinite(l) || l > 0) => "the service gives log-probabilities above 0",
                var logs when logs[0] == logs[1] => "the service scores different labels equally",
                _ => null,
            };
        }
        catch (ProviderException e) when (e.Status is 400 or 404 or 405 or 422 or 501)
        {
            return "the service refuses to repeat the prompt";
        }
    }

    static async Task<T?> TryAsync<T>(Func<Task<T>> ask)
        where T : class
    {
        try
        {
            return await ask();
        }
        catch (ProviderException e) when (e.Status is 400 or 422)
        {
            return null;
        }
    }
}
