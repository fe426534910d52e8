using System.Collections.Concurrent;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Answers;

namespace LiftLab.Engine.OpenAi.Asking;

/// <summary>Answers prompts with predictions: asks the model, reads its texts, and turns log-probabilities into those of classes.</summary>
sealed class RowAnswers(ModelVoice voice, TablePrompts prompts, OpenAiSettings settings, ScoringProbe probe)
{
    /// <summary>The answers as they follow a prompt, in class order; empty for numbers.</summary>
    readonly string[] labels = [.. prompts.Completions.Select(c => prompts.Template.Joint + c)];

    readonly ConcurrentDictionary<string, Prediction> known = new(StringComparer.Ordinal);

    /// <summary>The predictions of prompts, in their order. Equal prompts are asked once.</summary>
    /// <exception cref="Wire.ProviderException">The service refused, or could not be reached.</exception>
    public async Task<IReadOnlyList<Prediction>> AnswerAsync(IReadOnlyList<string> texts, CancellationToken cancel)
    {
        string[] unknown = [.. texts.Distinct(StringComparer.Ordinal).Where(t => !known.ContainsKey(t))];
        await Parallel.ForEachAsync(
            unknown,
            new ParallelOptions { MaxDegreeOfParallelism = settings.AtOnce, CancellationToken = cancel },
            async (text, stop) => known[text] = await AnswerAsync(text, stop)
        );
        return [.. texts.Select(t => known[t])];
    }

    async Task<Prediction> AnswerAsync(string prompt, CancellationToken cancel) =>
        labels.Length == 0 ? await NumberAsync(prompt, cancel)
        : probe.Scoring == Scoring.Labels
            ? await voice.ScoreAsync(prompt, labels, probe.Generated, cancel) is { } logs ? Class(Probabilities.FromLogs(logs))
                : new Prediction.Unreadable("")
        : probe.Scoring == Scoring.FirstTokens ? await FirstTokenAsync(prompt, cancel)
        : await CountedAsync(prompt, probe.Scoring == Scoring.Frequencies ? settings.Samples : 1, cancel);

    /// <summary>A number that cannot be read is drawn again (the paper: five times at 0.75); it is never replaced by a mean.</summary>
    async Task<Prediction> NumberAsync(string prompt, CancellationToken cancel)
    {
        var first = await TextsAsync(prompt, 0, 1, cancel);
        if (Number(first) is { } read)
            return read;
        for (var draw = 0; draw < settings.Draws; draw++)
            if (Number(await TextsAsync(prompt, settings.DrawTemperature, 1, cancel)) is { } drawn)
                return drawn;
        return new Prediction.Unreadable(first.Count > 0 ? first[0] : "");
    }

    Prediction? Number(IReadOnlyList<string> texts) =>
        texts.Select(t => (Text: t, Read: prompts.Read(t, "") as Answer.Number)).FirstOrDefault(t => t.Read is not null)
            is ({ } text, { } number)
            ? Prediction.Number(number.Value, text: text)
            : null;

    async Task<Prediction> FirstTokenAsync(string prompt, CancellationToken cancel)
    {
        var choices = await voice.AskAsync(prompt, 0, 1, top: true, cancel);
        if (choices.Count == 0)
            return new Prediction.Unreadable("");
        var text = ModelVoice.TextOf(choices[0]);
        return Probabilities.FromFirstTokens(Probabilities.FirstTokens(choices[0]), labels) is { } shares
            ? Class(shares, text)
            : Counted([text]);
    }

    async Task<Prediction> CountedAsync(string prompt, int count, CancellationToken cancel) =>
        Counted(await TextsAsync(prompt, count > 1 ? 1 : 0, count, cancel));

    Prediction Counted(IReadOnlyList<string> texts)
    {
        int[] votes = [.. texts.Select(t => prompts.Read(t, "")).OfType<Answer.Class>().Select(c => c.Index)];
        if (votes.Length == 0)
            return new Prediction.Unreadable(texts.Count > 0 ? texts[0] : "");
        var shares = new double[labels.Length];
        foreach (var vote in votes)
            shares[vote] += 1.0 / votes.Length;
        return new Prediction.Answered(Array.IndexOf(shares, shares.Max()), votes.Length > 1 ? shares : null, Text: texts[0]);
    }

    Prediction.Answered Class(double[] shares, string? text = null)
    {
        var best = Array.IndexOf(shares, shares.Max());
        return new(best, shares, Text: text ?? prompts.Completions[best][..^Separators.Completion.Length]);
    }

    /// <summary>Texts of several draws: in one request where the service can, else one after the other.</summary>
    async Task<IReadOnlyList<string>> TextsAsync(string prompt, double temperature, int count, CancellationToken cancel)
    {
        var texts = new List<string>();
        while (texts.Count < count)
        {
            var choices = await voice.AskAsync(prompt, temperature, count - texts.Count, top: false, cancel);
            if (choices.Count == 0)
                break;
            texts.AddRange(choices.Select(ModelVoice.TextOf));
        }
        return texts;
    }
}
