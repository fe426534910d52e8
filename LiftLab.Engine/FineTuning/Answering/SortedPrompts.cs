using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Layers;

namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>
/// Prompts sorted by their token ids, duplicates merged, so that each shares the longest prefix with its predecessor; a shared prefix is
/// computed once. Splits them into forward passes of a size that suits the device.
/// </summary>
sealed class SortedPrompts
{
    /// <summary>
    /// Maximum tokens in one forward pass on the CPU. Matrix products reach full throughput at this size and the activations still fit the
    /// CPU caches; at 8192 tokens page faults of newly allocated memory took a quarter of the time.
    /// </summary>
    const int ProcessorPass = 1024;

    readonly List<(int[] Ids, int[] Asked)> entries = [];

    /// <param name="most">Maximum number of repetitions per entry, given the prompt's token ids; a prompt repeated more often gets several
    /// entries. Null for no limit.</param>
    public SortedPrompts(IReadOnlyList<int[]> prompts, Func<int[], int>? most = null)
    {
        if (prompts.FirstOrDefault(p => p.Length == 0) is not null)
            throw new ArgumentException("a prompt has no token; at least one is required", nameof(prompts));
        int[] order = [.. Enumerable.Range(0, prompts.Count)];
        Array.Sort(order, (a, b) => prompts[a].AsSpan().SequenceCompareTo(prompts[b]) is var by and not 0 ? by : a.CompareTo(b));
        for (var start = 0; start < order.Length; )
        {
            var ids = prompts[order[start]];
            var end = start + 1;
            while (end < order.Length && ids.AsSpan().SequenceEqual(prompts[order[end]]))
                end++;
            foreach (var asked in order[start..end].Chunk(Math.Max(1, most?.Invoke(ids) ?? int.MaxValue)))
                entries.Add((ids, asked));
            start = end;
        }
    }

    public int Count => entries.Count;

    public int[] Ids(int entry) => entries[entry].Ids;

    /// <summary>Indices, in the given list, of the prompts that equal this entry.</summary>
    public int[] Asked(int entry) => entries[entry].Asked;

    /// <summary>Number of tokens in the prefix that an entry shares with its predecessor; at least one token remains its own.</summary>
    public int Known(int entry) =>
        entry == 0 || entry == Count
            ? 0
            : Math.Min(entries[entry - 1].Ids.AsSpan().CommonPrefixLength(entries[entry].Ids), entries[entry].Ids.Length - 1);

    /// <summary>
    /// Whether an entry has the same prompt as its predecessor, which happens if a prompt is repeated more often than the limit.
    /// </summary>
    public bool Repeats(int entry) => entry > 0 && ReferenceEquals(entries[entry].Ids, entries[entry - 1].Ids);

    /// <summary>Number of tokens that pass through the model when shared prefixes are computed once.</summary>
    public int DistinctTokens => Enumerable.Range(0, Count).Sum(e => Ids(e).Length - Known(e));

    /// <summary>
    /// Splits the entries from <paramref name="start"/> up to, but not including, <paramref name="end"/> into passes, in order.
    /// </summary>
    /// <param name="tokenBudget">Maximum number of tokens in one pass; the attention keys may be four times as many.</param>
    public IEnumerable<Pass> Passes(int start, int end, int tokenBudget, LanguageModel model, IReadOnlyList<BranchToken> branches)
    {
        var tokens = model.Device.type == TorchSharp.DeviceType.CUDA ? tokenBudget : Math.Min(ProcessorPass, tokenBudget);
        while (start < end)
        {
            var count = 0;
            int line = 0,
                longest = 0,
                own = 0;
            while (start + count < end && !(count > 0 && Repeats(start + count)))
            {
                var (length, fresh) = (Ids(start + count).Length, Ids(start + count).Length - Known(start + count) + branches.Count);
                (longest, own) = (Math.Max(longest, length + branches.Count), Math.Max(own, fresh));
                if (count > 0 && (line + fresh > tokens || (count + 1) * own > 4 * tokens || (count + 1) * longest > 4 * tokenBudget))
                    break;
                line += fresh;
                count++;
            }
            yield return new(
                start,
                new PackedSequences([.. entries.Skip(start).Take(count).Select(e => e.Ids)], Known(start), branches),
                Known(start + count)
            );
            start += count;
        }
    }

    /// <param name="First">The first entry.</param>
    /// <param name="Next">Number of prefix tokens that the entry after this pass shares with the last entry of this pass.</param>
    public sealed record Pass(int First, PackedSequences Sequences, int Next);
}
