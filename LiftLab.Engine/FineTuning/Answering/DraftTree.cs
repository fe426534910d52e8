using LiftLab.Engine.Models.Layers;

namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>
/// Possible answers as a token tree that is appended to each prompt in the same forward pass (tree-based speculative decoding). While the
/// generated tokens follow the tree, the logits of the next token are already available.
/// </summary>
sealed class DraftTree
{
    /// <summary>Cost of the key/value cache, which a tree does not need, in tokens of the prompt pass.</summary>
    const int CacheIsWorth = 16;

    /// <summary>Cost of one token in a separate decoding step, in tokens of the prompt pass.</summary>
    const int StepIsWorth = 5;

    readonly Dictionary<(int Node, int Token), int> behind = [];

    DraftTree(List<BranchToken> branches)
    {
        Branches = branches;
        for (var b = 0; b < branches.Count; b++)
            behind[(branches[b].Parent, branches[b].Token)] = b;
        Depth = branches.Select(b => b.Depth).DefaultIfEmpty().Max();
    }

    /// <summary>Inner nodes of the tree, parents before children.</summary>
    public IReadOnlyList<BranchToken> Branches { get; }

    /// <summary>Number of tokens on the longest path of inner nodes.</summary>
    public int Depth { get; }

    /// <summary>Builds the tree; null without answers, or if the tree is so large that token-by-token decoding is cheaper.</summary>
    /// <param name="answers">Token ids with the end mark. Empty and repeated answers are ignored.</param>
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
    /// The child of <paramref name="node"/> for a token; node −1 is the last token of the prompt. Null if there is no such inner node.
    /// </summary>
    public int? Behind(int node, int token) => behind.TryGetValue((node, token), out var next) ? next : null;
}
