using LiftLab.Engine.Models;
using LiftLab.Engine.Tokens;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning;

/// <summary>
/// Lets the model write answers: prompts in batches, a cache of keys and values, rows that are finished drop out. What prompts have in
/// common at their beginning is computed once, and so is a prompt that is asked several times.
/// </summary>
/// <param name="tokenBudget">Most tokens, prompts and answers together, in one batch.</param>
public sealed class Generator(LanguageModel model, Tokenizer tokenizer, int tokenBudget = 8192)
{
    /// <summary>One answer per prompt, in their order. An answer's draws depend on the seed and the prompt's place alone, not on the batch.</summary>
    public IReadOnlyList<Generated> Generate(IReadOnlyList<int[]> prompts, Decoding decoding, CancellationToken cancel = default)
    {
        var answers = new Generated[prompts.Count];
        var sorted = new SortedPrompts(prompts, ids => tokenBudget / (ids.Length + decoding.MaxTokens));
        using var frozen = no_grad();
        using var carried = new CarriedKeys(model.Config.Layers);
        var training = model.Training;
        model.Training = false;
        try
        {
            for (var start = 0; start < sorted.Count;)
            {
                var (count, rows, longest) = (0, 0, 0);
                while (start + count < sorted.Count && !(count > 0 && sorted.Repeats(start + count)))
                {
                    longest = Math.Max(longest, sorted.Ids(start + count).Length + decoding.MaxTokens);
                    rows += sorted.Asked(start + count).Length;
                    if (count > 0 && rows * longest > tokenBudget) break;
                    count++;
                }
                Batch(sorted, start, count, carried, decoding, answers, cancel);
                start += count;
            }
        }
        finally { model.Training = training; }
        return answers;
    }

    void Batch(SortedPrompts sorted, int start, int count, CarriedKeys carried, Decoding decoding, Generated[] answers, CancellationToken cancel)
    {
        using var outer = NewDisposeScope();
        int[] lengths = [.. Enumerable.Range(start, count).Select(e => sorted.Ids(e).Length)];
        using var cache = new KeyValueCache(model.Config.Layers, lengths.Max() + decoding.MaxTokens, count);
        var read = new List<Tensor>();
        foreach (var pass in sorted.Passes(start, start + count, tokenBudget, model, []))
        {
            cancel.ThrowIfCancellationRequested();
            read.Add(model.Hidden(pass.Sequences, carried, pass.Next, cache, pass.First - start));
        }
        cache.Filled(lengths, model.Device);
        var hidden = read.Count == 1 ? read[0] : cat(read, 0);
        var rows = Enumerable.Range(start, count).SelectMany(sorted.Asked).Select(i => new Row(i, new TokenSampler(decoding, i))).ToList();
        for (var step = 0; step < decoding.MaxTokens && rows.Count > 0; step++)
        {
            cancel.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            if (step > 0) hidden = model.Hidden(tensor(rows.Select(r => (long)r.Tokens[^1]).ToArray(), [rows.Count, 1], device: model.Device), cache: cache, last: 1);
            var logits = model.Head(hidden).to(ScalarType.Float32).flatten(0, 1);
            if (step == 0 && count < rows.Count)
            {
                // a prompt that is asked several times becomes as many rows
                var places = tensor(Enumerable.Range(0, count).SelectMany(p => sorted.Asked(start + p).Select(_ => (long)p)).ToArray(), device: model.Device);
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
        }
        foreach (var row in rows) answers[row.Index] = row.Answer(tokenizer);
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
        var vocabulary = model.Linears.Last().Layer.Outputs;
        for (var r = 0; r < rows.Count; r++) rows[r].Draw(all.AsSpan(r * vocabulary, vocabulary), tokenizer);
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
