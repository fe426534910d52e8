using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Tokens;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>
/// Generates one text answer per prompt. Shared prompt prefixes and repeated prompts are computed once. If drafts are given, they are first
/// verified in the forward pass of the prompts (<see cref="DraftedAnswers"/>). Unfinished answers are then decoded in batches with a
/// key/value cache; finished rows leave the batch.
/// </summary>
/// <param name="tokenBudget">Maximum number of tokens in one batch, prompts and answers together.</param>
/// <param name="drafts">Possible answers, as token ids with their end mark; null for none. They affect the running time only, not the
/// answers.</param>
public sealed class AnswerGenerator(
    LanguageModel model,
    Tokenizer tokenizer,
    int tokenBudget = MemoryFit.MostAnswerTokens,
    IReadOnlyList<int[]>? drafts = null
)
{
    readonly DraftTree? tree = DraftTree.Of(drafts);

    /// <summary>
    /// Returns one answer per prompt, in prompt order. The random draws of an answer depend only on the seed and the index of the prompt,
    /// not on the batch.
    /// </summary>
    /// <param name="places">The index of each prompt among all that are asked; null where these are all.</param>
    public IReadOnlyList<Generated> Generate(
        IReadOnlyList<int[]> prompts,
        Decoding decoding,
        IReadOnlyList<int>? places = null,
        CancellationToken cancel = default
    )
    {
        UnfinishedAnswer[] answers = [.. prompts.Select((ids, i) => new UnfinishedAnswer(ids, places?[i] ?? i, decoding))];
        var next = new NextTokens(model, tokenizer, TokenSampler.IsGreedy(decoding));
        using var frozen = no_grad();
        var training = model.Training;
        model.Training = false;
        try
        {
            if (
                Unfinished() is { Length: > 0 } all
                && tree is not null
                && prompts.Max(p => p.Length) + tree.Depth <= model.Config.MaxPositions
            )
                new DraftedAnswers(model, tree, next, tokenBudget).Write(all, cancel);
            if (Unfinished() is { Length: > 0 } rest)
                Write(rest, decoding.MaxTokens, next, cancel);
        }
        finally
        {
            model.Training = training;
        }
        return [.. answers.Select(a => a.Finished(tokenizer))];

        UnfinishedAnswer[] Unfinished() => [.. answers.Where(a => !a.IsDone)];
    }

    void Write(UnfinishedAnswer[] answers, int maxTokens, NextTokens next, CancellationToken cancel)
    {
        var sorted = new SortedPrompts([.. answers.Select(a => a.Context)], ids => tokenBudget / (ids.Length + maxTokens));
        using var carried = new CarriedKeys(model.Config.Layers);
        for (var start = 0; start < sorted.Count; )
        {
            var (count, rows, longest) = (0, 0, 0);
            while (start + count < sorted.Count && !(count > 0 && sorted.Repeats(start + count)))
            {
                longest = Math.Max(longest, sorted.Ids(start + count).Length + maxTokens);
                rows += sorted.Asked(start + count).Length;
                if (count > 0 && rows * longest > tokenBudget)
                    break;
                count++;
            }
            Batch(sorted, start, count, carried, maxTokens, answers, next, cancel);
            start += count;
        }
    }

    void Batch(
        SortedPrompts sorted,
        int start,
        int count,
        CarriedKeys carried,
        int maxTokens,
        UnfinishedAnswer[] answers,
        NextTokens next,
        CancellationToken cancel
    )
    {
        using var outer = NewDisposeScope();
        int[] lengths = [.. Enumerable.Range(start, count).Select(e => sorted.Ids(e).Length)];
        using var cache = new KeyValueCache(model.Config.Layers, lengths.Max() + maxTokens, count);
        var read = new List<Tensor>();
        foreach (var pass in sorted.Passes(start, start + count, tokenBudget, model, []))
        {
            cancel.ThrowIfCancellationRequested();
            read.Add(model.Hidden(pass.Sequences, carried, pass.Next, cache, pass.First - start));
        }
        cache.Filled(lengths, model.Device);
        var hidden = read.Count == 1 ? read[0] : cat(read, 0);
        // a repeated prompt is one entry of the pass and one row per repetition here
        var rows = Enumerable
            .Range(0, count)
            .SelectMany(e => sorted.Asked(start + e).Select(i => (Answer: answers[i], Entry: e)))
            .ToArray();
        next.Take([.. rows.Select(r => r.Answer)], hidden.flatten(0, 1), [.. rows.Select(r => r.Entry)]);
        int[] kept = [.. rows.Where(r => !r.Answer.IsDone).Select(r => r.Entry)];
        UnfinishedAnswer[] alive = [.. rows.Select(r => r.Answer).Where(a => !a.IsDone)];
        for (var held = count; alive.Length > 0; )
        {
            cancel.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            if (!kept.SequenceEqual(Enumerable.Range(0, held)))
                cache.Select(tensor(Array.ConvertAll(kept, k => (long)k), device: model.Device));
            held = alive.Length;
            hidden = model.Hidden(
                tensor(alive.Select(a => (long)a.Tokens[^1]).ToArray(), [held, 1], device: model.Device),
                cache: cache,
                last: 1
            );
            next.Take(alive, hidden.flatten(0, 1), [.. Enumerable.Range(0, held)]);
            kept = [.. Enumerable.Range(0, held).Where(r => !alive[r].IsDone)];
            alive = [.. kept.Select(r => alive[r])];
        }
    }
}
