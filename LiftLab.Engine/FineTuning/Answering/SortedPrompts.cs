using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Layers;

namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>
/// Prompts in the order of their tokens, equal ones once: each then has most in common with the one before it, and what they have in
/// common goes through the model once. Cut into passes of a size that suits the device.
/// </summary>
sealed class SortedPrompts
{
    /// <summary>
    /// Tokens in one pass on a processor. Products of so many rows reach its full rate already, and what lies between them still fits its
    /// caches; with 8192 a quarter of the time went into fresh pages.
    /// </summary>
    const int ProcessorPass = 1024;

    readonly List<(int[] Ids, int[] Asked)> entries = [];

    /// <param name="most">Most askers that one entry may have; a prompt with more has several. Null for no limit.</param>
    public SortedPrompts(IReadOnlyList<int[]> prompts, Func<int[], int>? most = null)
    {
        if (prompts.FirstOrDefault(p => p.Length == 0) is not null)
            throw new ArgumentException("a prompt has no token; what is asked needs at least one", nameof(prompts));
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

    /// <summary>Places among the given prompts that ask this one.</summary>
    public int[] Asked(int entry) => entries[entry].Asked;

    /// <summary>Tokens of an entry that it shares with the one before it; one at least stays its own.</summary>
    public int Known(int entry) =>
        entry == 0 || entry == Count
            ? 0
            : Math.Min(entries[entry - 1].Ids.AsSpan().CommonPrefixLength(entries[entry].Ids), entries[entry].Ids.Length - 1);

    /// <summary>Whether an entry repeats the one before it, which happens where a prompt has many askers.</summary>
    public bool Repeats(int entry) => entry > 0 && ReferenceEquals(entries[entry].Ids, entries[entry - 1].Ids);

    /// <summary>Different tokens that go through the model, where it would be all tokens of all prompts.</summary>
    public int DistinctTokens => Enumerable.Range(0, Count).Sum(e => Ids(e).Length - Known(e));

    /// <summary>The entries from <paramref name="start"/> to before <paramref name="end"/>, pass by pass in their order.</summary>
    /// <param name="tokenBudget">Most tokens in one pass; their keys may be four times as many.</param>
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
    /// <param name="Next">Tokens that the entry behind this pass shares with its last.</param>
    public sealed record Pass(int First, PackedSequences Sequences, int Next);
}
