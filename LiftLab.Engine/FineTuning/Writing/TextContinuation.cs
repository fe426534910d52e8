using System.Globalization;
using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning.Texts;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Tokens;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Writing;

/// <summary>
/// Continues texts with one model: prompts are computed together, with shared prefixes once, and then grow token by token with a key/value
/// cache. Call it on one dedicated thread at a time (see <see cref="TorchThread"/>).
/// </summary>
public sealed class TextContinuation(LanguageModel model, Tokenizer tokenizer)
{
    readonly TokenTexts texts = new(tokenizer);

    /// <inheritdoc cref="IContinuesText.ContinueAsync"/>
    public void Continue(IReadOnlyList<GrowingText> asked, int steps, CancellationToken cancel)
    {
        foreach (var text in asked.Where(t => t.Ids is null && !t.IsOver))
            Read(text);
        using var frozen = no_grad();
        var training = model.Training;
        model.Training = false;
        try
        {
            GrowingText[] unscored = [.. asked.Where(t => !t.IsOver && t.Request is { Echo: true } && t.Prompt is null)];
            if (unscored.Where(t => t.Request.Top is not null).ToArray() is { Length: > 0 } scored)
                new PromptScorer(model, texts).Score(scored, cancel);
            foreach (var text in unscored.Where(t => t.Prompt is null))
                text.Prompt = texts.Prompt(text);
            foreach (var text in asked.Where(t => !t.IsOver && t.Most == 0))
                text.Finish(TextEnd.Length);
            if (asked.Where(t => t.IsHungry).ToArray() is { Length: > 0 } hungry)
                Write(hungry, steps, cancel);
        }
        finally
        {
            model.Training = training;
        }
    }

    void Read(GrowingText text)
    {
        if (text.Request.Ids?.FirstOrDefault(id => id < 0 || id >= model.Config.VocabularySize) is { } wrong && wrong != 0)
        {
            text.Failure = new TextRefusedException(
                "invalid_token",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{wrong} is not a token id of this model, which has {model.Config.VocabularySize}."
                ),
                "Use the ids of the model's own tokenizer, or send the prompt as text."
            );
            return;
        }
        texts.Read(text);
        // A text without a token has no place from which it could go on.
        if (text.Ids!.Length == 0)
            text.Ids = [tokenizer.EndOfText ?? tokenizer.PadId];
        var prompt = text.Ids.Length;
        if (text.Request.MaxTokens is null)
            text.Most = Math.Max(1, model.Config.MaxPositions - prompt);
        var most = text.Most;
        if (prompt + most <= model.Config.MaxPositions)
            return;
        text.Failure = new TextRefusedException(
            TextRefusedException.TooLong,
            string.Create(
                CultureInfo.InvariantCulture,
                $"This model's maximum context length is {model.Config.MaxPositions} tokens, however you requested {prompt + most} tokens ({prompt} in your prompt; {most} for the completion)."
            ),
            "Please reduce your prompt or completion length."
        );
    }

    void Write(GrowingText[] hungry, int steps, CancellationToken cancel) =>
        new BatchedDecoding<GrowingText>(model, MemoryFit.MostAnswerTokens, Context, t => t.Written[^1], t => t.IsHungry, Take).Run(
            hungry,
            steps,
            cancel
        );

    static int[] Context(GrowingText text) => text.Written.Count == 0 ? text.Ids! : [.. text.Ids!, .. text.Written];

    /// <param name="hidden">(n, D)</param>
    /// <param name="which">For each text, the index of its row.</param>
    void Take(GrowingText[] grown, Tensor hidden, int[] which)
    {
        using var scope = NewDisposeScope();
        var logs = nn.functional.log_softmax(model.Head(hidden).to(ScalarType.Float32), -1); // (n, V)
        var top = grown.Max(t => t.Request.Top ?? 0);
        var ranked = top > 0 ? Ranking.Of(logs, top, texts) : null;
        NucleusSampler[] samplers = [.. grown.Select(Sampler)];
        if (samplers.All(s => s.IsGreedy))
        {
            var (best, places) = logs.max(1);
            var (values, ids) = (best.cpu().data<float>().ToArray(), places.cpu().data<long>().ToArray());
            for (var i = 0; i < grown.Length; i++)
                Take(grown[i], (int)ids[which[i]], values[which[i]], ranked?[which[i]]);
            return;
        }
        if (logs.device_type == TorchSharp.DeviceType.CUDA)
        {
            var rows = logs.index_select(0, Upload.Of([.. which.Select(w => (long)w)], logs.device));
            var (drawn, own) = DeviceSampling.Draw(rows, [.. samplers.Select(s => s.Next())]);
            for (var i = 0; i < grown.Length; i++)
                Take(grown[i], (int)drawn[i], own[i], ranked?[which[i]]);
            return;
        }
        var all = logs.cpu().contiguous().data<float>().ToArray();
        var vocabulary = (int)logs.shape[1];
        for (var i = 0; i < grown.Length; i++)
        {
            var row = all.AsSpan(which[i] * vocabulary, vocabulary);
            var id = samplers[i].Draw(row);
            Take(grown[i], id, row[id], ranked?[which[i]]);
        }
    }

    static NucleusSampler Sampler(GrowingText text)
    {
        if (text.Sampler is NucleusSampler known)
            return known;
        var made = new NucleusSampler(text.Request.Temperature, text.Request.TopP, text.Request.Seed);
        text.Sampler = made;
        return made;
    }

    void Take(GrowingText text, int id, double log, IReadOnlyList<RankedToken>? top)
    {
        if (id == tokenizer.EndOfText)
        {
            text.Finish(TextEnd.Stop);
            return;
        }
        var before = text.Text.Length;
        text.Written.Add(id);
        text.Text = texts.Written(text);
        if (text.Request.Top is { } most)
            text.Add(
                new(
                    id,
                    text.Text.Length > before ? text.Text[before..] : "",
                    text.PromptText.Length + Math.Min(before, text.Text.Length),
                    log,
                    most > 0 && top is not null ? [.. top.Take(most)] : null
                )
            );
        if (StopAt(text, before) is { } cut)
            text.Finish(TextEnd.Stop, cut);
        else if (text.Written.Count >= text.Most)
            text.Finish(TextEnd.Length);
        else
            text.Show(Final(text));
    }

    /// <summary>Where the first stop text begins that has become complete; null for none.</summary>
    static int? StopAt(GrowingText text, int before)
    {
        int? first = null;
        foreach (var stop in text.Request.Stop)
        {
            var from = Math.Max(0, Math.Min(before, text.Text.Length) - stop.Length + 1);
            if (text.Text.IndexOf(stop, from, StringComparison.Ordinal) is >= 0 and var at && (first is null || at < first))
                first = at;
        }
        return first;
    }

    /// <summary>Characters that cannot become part of a stop text any more.</summary>
    static int Final(GrowingText text)
    {
        var final = text.Text.Length;
        foreach (var stop in text.Request.Stop)
            for (var length = Math.Min(stop.Length - 1, text.Text.Length); length > 0; length--)
                if (text.Text.AsSpan(text.Text.Length - length).SequenceEqual(stop.AsSpan(0, length)))
                {
                    final = Math.Min(final, text.Text.Length - length);
                    break;
                }
        return final;
    }
}
