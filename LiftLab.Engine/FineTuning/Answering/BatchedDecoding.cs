using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>
/// Lets texts grow token by token in batches with a key/value cache. Shared prefixes and repeated prompts are computed once; a text that is
/// done leaves the batch. Call without gradients.
/// </summary>
/// <param name="tokenBudget">Maximum number of tokens in one batch, prompts and new tokens together.</param>
/// <param name="context">The tokens of a text so far.</param>
/// <param name="last">The newest token of a text.</param>
/// <param name="grows">Whether a text needs another token.</param>
/// <param name="take">Gives texts their next token: the texts, hidden states (n, D), and for each text the index of its row.</param>
sealed class BatchedDecoding<T>(
    LanguageModel model,
    int tokenBudget,
    Func<T, int[]> context,
    Func<T, int> last,
    Func<T, bool> grows,
    Action<T[], Tensor, int[]> take
)
{
    /// <param name="steps">Maximum number of new tokens of each text.</param>
    public void Run(T[] texts, int steps, CancellationToken cancel)
    {
        var sorted = new SortedPrompts([.. texts.Select(context)], ids => Math.Max(1, tokenBudget / (ids.Length + steps)));
        using var carried = new CarriedKeys(model.Config.Layers);
        for (var start = 0; start < sorted.Count; )
        {
            var (count, rows, longest) = (0, 0, 0);
            while (start + count < sorted.Count && !(count > 0 && sorted.Repeats(start + count)))
            {
                longest = Math.Max(longest, sorted.Ids(start + count).Length + steps);
                rows += sorted.Asked(start + count).Length;
                if (count > 0 && rows * longest > tokenBudget)
                    break;
                count++;
            }
            Batch(texts, sorted, start, count, carried, steps, cancel);
            start += count;
        }
    }

    void Batch(T[] texts, SortedPrompts sorted, int start, int count, CarriedKeys carried, int steps, CancellationToken cancel)
    {
        using var outer = NewDisposeScope();
        int[] lengths = [.. Enumerable.Range(start, count).Select(e => sorted.Ids(e).Length)];
        using var cache = new KeyValueCache(model.Config.Layers, lengths.Max() + steps, count);
        var read = new List<Tensor>();
        foreach (var pass in sorted.Passes(start, start + count, tokenBudget, model, []))
        {
            cancel.ThrowIfCancellationRequested();
            read.Add(model.Hidden(pass.Sequences, carried, pass.Next, cache, pass.First - start));
        }
        cache.Filled(lengths, model.Device);
        var hidden = read.Count == 1 ? read[0] : cat(read, 0);
        // a repeated prompt is one entry of the pass and one row per repetition here
        var rows = Enumerable.Range(0, count).SelectMany(e => sorted.Asked(start + e).Select(i => (Text: texts[i], Entry: e))).ToArray();
        take([.. rows.Select(r => r.Text)], hidden.flatten(0, 1), [.. rows.Select(r => r.Entry)]);
        int[] kept = [.. rows.Where(r => grows(r.Text)).Select(r => r.Entry)];
        T[] alive = [.. rows.Select(r => r.Text).Where(grows)];
        var held = count;
        for (var step = 1; step < steps && alive.Length > 0; step++)
        {
            cancel.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            if (!kept.SequenceEqual(Enumerable.Range(0, held)))
                cache.Select(Upload.Of(Array.ConvertAll(kept, k => (long)k), model.Device));
            held = alive.Length;
            hidden = model.Hidden(Upload.Of(alive.Select(t => (long)last(t)).ToArray(), [held, 1], model.Device), cache: cache, last: 1);
            take(alive, hidden.flatten(0, 1), [.. Enumerable.Range(0, held)]);
            kept = [.. Enumerable.Range(0, held).Where(r => grows(alive[r]))];
            alive = [.. kept.Select(r => alive[r])];
        }
    }
}
