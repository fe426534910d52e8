using LiftLab.Engine.Models.Layers;

namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>
/// Answers that are possible, as a tree of tokens which goes through the model behind a prompt and with it. Where the model then writes
/// what stands in the tree, its next choice is already computed.
/// </summary>
sealed class DraftTree
{
    /// <summary>Tokens in the prompts' pass that cost as much as the cache of keys and values, which a tree does without.</summary>
    const int CacheIsWorth = 16;

    /// <summary>Tokens in the prompts' pass that cost as much as one in a pass of its own.</summary>
    const int StepIsWorth = 5;

    readonly Dictionary<(int Node, int Token), int> behind = [];

    DraftTree(List<BranchToken> branches)
    {
        Branches = branches;
        for (var b = 0; b < branches.Count; b++)
            behind[(branches[b].Parent, branches[b].Token)] = b;
        Depth = branches.Select(b => b.Depth).DefaultIfEmpty().Max();
    }

    /// <summary>Tokens with something behind them, parents before children.</summary>
    public IReadOnlyList<BranchToken> Branches { get; }

    /// <summary>Tokens of the longest way.</summary>
    public int Depth { get; }

    /// <summary>
    /// The tree of these answers; null where there are none, or where they are so many that steps one by one are cheaper.
    /// </summary>
    /// <param name="answers">Token ids with the end mark. Empty ones and repetitions do no harm.</param>
    public static DraftTree? Of(IReadOnlyList<int[]>? answers)
    {
        int[][] different = [.. (answers ?? []).Where(a => a.Length > 0).DistinctBy(a => string.Join(' ', a))];
        if (different.Length == 0)
            return null;
        var branches = new LabelTree(different).Inner;
        var worth = CacheIsWorth + StepIsWorth * (different.Average(a => a.Length) - 1);
        return branches.Count > worth ? null : new(branches);
    }

    /// <summary>
    /// The node that a token leads to from another; −1 is the prompt's last token. Null where the tree ends or does not have it.
    /// </summary>
    public int? Behind(int node, int token) => behind.TryGetValue((node, token), out var next) ? next : null;
}
