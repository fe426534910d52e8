using LiftLab.Engine.Models;
using LiftLab.Engine.Tokens;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning;

/// <summary>Lets the model write answers: prompts in batches, a cache of keys and values, rows that are finished drop out.</summary>
/// <param name="tokenBudget">Most tokens, prompts and answers together, in one batch.</param>
public sealed class Generator(LanguageModel model, Tokenizer tokenizer, int tokenBudget = 16384)
{
    /// <summary>One answer per prompt, in their order. An answer's draws depend on the seed and the prompt's place alone, not on the batch.</summary>
    public IReadOnlyList<Generated> Generate(IReadOnlyList<int[]> prompts, Decoding decoding, CancellationToken cancel = default)
    {
        var answers = new Generated[prompts.Count];
        var order = Enumerable.Range(0, prompts.Count).OrderBy(i => prompts[i].Length).ToArray();
        using var frozen = no_grad();
        var training = model.Training;
        model.Training = false;
        try
        {
            for (var start = 0; start < order.Length;)
            {
                var count = 1;
                while (start + count < order.Length && (prompts[order[start + count]].Length + decoding.MaxTokens) * (count + 1) <= tokenBudget) count++;
                Batch(prompts, order[start..(start + count)], decoding, answers, cancel);
                start += count;
            }
        }
        finally { model.Training = training; }
        return answers;
    }

    void Batch(IReadOnlyList<int[]> prompts, int[] chosen, Decoding decoding, Generated[] answers, CancellationToken cancel)
    {
        using var outer = NewDisposeScope();
        var width = prompts[chosen[^1]].Length;
        var padded = prompts[chosen[0]].Length != width;
        var (ids, real) = (new long[chosen.Length * width], new long[chosen.Length * width]);
        for (var r = 0; r < chosen.Length; r++)
            for (int t = 0, start = width - prompts[chosen[r]].Length; t < prompts[chosen[r]].Length; t++)
                (ids[r * width + start + t], real[r * width + start + t]) = (prompts[chosen[r]][t], 1);

        using var cache = new KeyValueCache(model.Config.Layers, width + decoding.MaxTokens);
        var rows = chosen.Select(i => new Row(i, new TokenSampler(decoding, i))).ToList();
        var input = tensor(ids, [chosen.Length, width], device: model.Device);
        var mask = padded ? tensor(real, [chosen.Length, width], device: model.Device) : null;
        for (var step = 0; step < decoding.MaxTokens && rows.Count > 0; step++)
        {
            cancel.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var logits = model.Head(model.Hidden(input, mask, cache, last: 1)).to(ScalarType.Float32).flatten(0, 1).cpu().contiguous();
            mask = null;
            var all = logits.data<float>().ToArray();
            var vocabulary = model.Config.VocabularySize;
            for (var r = 0; r < rows.Count; r++) rows[r].Take(all.AsSpan(r * vocabulary, vocabulary), tokenizer);

            var alive = Enumerable.Range(0, rows.Count).Where(r => !rows[r].Ended).ToArray();
            foreach (var row in rows.Where(r => r.Ended)) answers[row.Index] = row.Answer(tokenizer);
            if (alive.Length < rows.Count)
            {
                if (alive.Length > 0) cache.Select(tensor(alive.Select(r => (long)r).ToArray(), device: model.Device));
                rows = [.. alive.Select(r => rows[r])];
            }
            if (rows.Count > 0) input = tensor(rows.Select(r => (long)r.Tokens[^1]).ToArray(), [rows.Count, 1], device: model.Device).MoveToOuterDisposeScope();
        }
        foreach (var row in rows) answers[row.Index] = row.Answer(tokenizer);
    }

    sealed class Row(int index, TokenSampler sampler)
    {
        double logProbability;

        public int Index => index;
        public List<int> Tokens { get; } = [];
        public bool Ended { get; private set; }

        public void Take(ReadOnlySpan<float> logits, Tokenizer tokenizer)
        {
            var (token, log) = sampler.Draw(logits);
            Tokens.Add(token);
            logProbability += log;
            // by text, not by ids: a byte-pair model may spell the end mark in several ways
            Ended = tokenizer.Decode(Tokens.Count <= 8 ? Tokens : Tokens[^8..]).Contains(Tokenizer.AnswerEnd, StringComparison.Ordinal);
        }

        public Generated Answer(Tokenizer tokenizer)
        {
            var text = tokenizer.Decode(Tokens);
            var end = text.IndexOf(Tokenizer.AnswerEnd, StringComparison.Ordinal);
            return new(end < 0 ? text : text[..end], end >= 0, logProbability);
        }
    }
}
