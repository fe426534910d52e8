using LiftLab.Engine.Models;
using LiftLab.Engine.Tokens;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning;

/// <summary>
/// Lets the model write answers: prompts in batches, a cache of keys and values, rows that are finished drop out. What all prompts begin with is
/// computed once, and so is a prompt that is asked several times.
/// </summary>
/// <param name="tokenBudget">Most tokens, prompts and answers together, in one batch.</param>
public sealed class Generator(LanguageModel model, Tokenizer tokenizer, int tokenBudget = 8192)
{
    /// <summary>One answer per prompt, in their order. An answer's draws depend on the seed and the prompt's place alone, not on the batch.</summary>
    public IReadOnlyList<Generated> Generate(IReadOnlyList<int[]> prompts, Decoding decoding, CancellationToken cancel = default)
    {
        var answers = new Generated[prompts.Count];
        // equal prompts stand together, short ones first
        var order = Enumerable.Range(0, prompts.Count).GroupBy(i => new Prompt(prompts[i])).OrderBy(g => g.Key.Ids.Length).SelectMany(g => g).ToArray();
        using var frozen = no_grad();
        var training = model.Training;
        model.Training = false;
        try
        {
            using var shared = SharedPrefix.Of(model, prompts);
            for (var start = 0; start < order.Length;)
            {
                var count = 1;
                while (start + count < order.Length && (prompts[order[start + count]].Length + decoding.MaxTokens) * (count + 1) <= tokenBudget) count++;
                Batch(prompts, order[start..(start + count)], shared, decoding, answers, cancel);
                start += count;
            }
        }
        finally { model.Training = training; }
        return answers;
    }

    void Batch(IReadOnlyList<int[]> prompts, int[] chosen, SharedPrefix? shared, Decoding decoding, Generated[] answers, CancellationToken cancel)
    {
        using var outer = NewDisposeScope();
        var asked = chosen.GroupBy(i => new Prompt(prompts[i])).Select(g => g.ToArray()).ToArray();
        var (input, mask, width) = Padded([.. asked.Select(g => prompts[g[0]][(shared?.Length ?? 0)..])]);
        using var cache = shared?.Fork(asked.Length, width + decoding.MaxTokens) ?? new KeyValueCache(model.Config.Layers, width + decoding.MaxTokens);
        var rows = asked.SelectMany(g => g).Select(i => new Row(i, new TokenSampler(decoding, i))).ToList();
        for (var step = 0; step < decoding.MaxTokens && rows.Count > 0; step++)
        {
            cancel.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var logits = model.Head(model.Hidden(input, mask, cache, last: 1)).to(ScalarType.Float32).flatten(0, 1);
            mask = null;
            if (step == 0 && asked.Length < rows.Count)
            {
                // a prompt that is asked several times becomes as many rows
                var places = tensor(asked.SelectMany((g, p) => g.Select(_ => (long)p)).ToArray(), device: model.Device);
                cache.Select(places);
                logits = logits.index_select(0, places);
            }
            Take(rows, logits, TokenSampler.IsGreedy(decoding));

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

    /// <summary>Prompts side by side, (B, longest), padded on the left; the mask is null where all are of one length.</summary>
    (Tensor Ids, Tensor? Mask, int Width) Padded(int[][] prompts)
    {
        var width = prompts.Max(p => p.Length);
        var (ids, real) = (new long[prompts.Length * width], new long[prompts.Length * width]);
        for (var r = 0; r < prompts.Length; r++)
            for (int t = 0, start = width - prompts[r].Length; t < prompts[r].Length; t++)
                (ids[r * width + start + t], real[r * width + start + t]) = (prompts[r][t], 1);
        var padded = prompts.Any(p => p.Length != width);
        return (tensor(ids, [prompts.Length, width], device: model.Device), padded ? tensor(real, [prompts.Length, width], device: model.Device) : null, width);
    }

    void Take(List<Row> rows, Tensor logits, bool greedy)
    {
        if (greedy)
        {
            // the likeliest token and its share are found where the logits are: two numbers a row come back and not the vocabulary
            var (top, tokens) = logits.max(1);
            var (best, logs) = (tokens.cpu().data<long>().ToArray(), (top - logits.logsumexp(1)).cpu().data<float>().ToArray());
            for (var r = 0; r < rows.Count; r++) rows[r].Take((int)best[r], logs[r], tokenizer);
            return;
        }
        var all = logits.cpu().contiguous().data<float>().ToArray();
        var vocabulary = model.Config.VocabularySize;
        for (var r = 0; r < rows.Count; r++) rows[r].Draw(all.AsSpan(r * vocabulary, vocabulary), tokenizer);
    }

    /// <summary>Ids that are equal where their tokens are.</summary>
    readonly record struct Prompt(int[] Ids)
    {
        public bool Equals(Prompt other) => Ids.AsSpan().SequenceEqual(other.Ids);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes<int>(Ids));
            return hash.ToHashCode();
        }
    }

    sealed class Row(int index, TokenSampler sampler)
    {
        double logProbability;
        bool ownEnd;

        public int Index => index;
        public List<int> Tokens { get; } = [];
        public bool Ended { get; private set; }

        public void Draw(ReadOnlySpan<float> logits, Tokenizer tokenizer)
        {
            var (token, log) = sampler.Draw(logits);
            Take(token, log, tokenizer);
        }

        public void Take(int token, double log, Tokenizer tokenizer)
        {
            logProbability += log;
            if (token == tokenizer.EndOfText)
            {
                Ended = ownEnd = true;
                return;
            }
            Tokens.Add(token);
            // by text, not by ids: a byte-pair model may spell the end mark in several ways
            Ended = tokenizer.Decode(Tokens.Count <= 8 ? Tokens : Tokens[^8..]).Contains(Tokenizer.AnswerEnd, StringComparison.Ordinal);
        }

        public Generated Answer(Tokenizer tokenizer)
        {
            var text = tokenizer.Decode(Tokens);
            var end = text.IndexOf(Tokenizer.AnswerEnd, StringComparison.Ordinal);
            return new(end < 0 ? text : text[..end], end >= 0 || ownEnd, logProbability);
        }
    }
}
