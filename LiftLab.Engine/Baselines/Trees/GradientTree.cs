namespace LiftLab.Engine.Baselines.Trees;

/// <summary>How boosted trees are grown.</summary>
/// <param name="MaxLeaves">Best-first growth up to this number of leaves; null: growth by level to <paramref name="MaxDepth"/>.</param>
/// <param name="Lambda">L2 penalty of leaf values.</param>
/// <param name="LeastHessian">Minimum sum of second derivatives in a child.</param>
/// <param name="MinSplit">A node with fewer rows is a leaf.</param>
/// <param name="MinLeaf">Minimum rows in a child.</param>
/// <param name="LeastGain">The gain of a split must be greater.</param>
/// <param name="SingleGain">Compares gains in single precision, as XGBoost does, so that the same gains are ties.</param>
/// <param name="FeatureOrder">Draws the order of features at each node, so that ties between splits are broken at random; null: the lower
/// feature wins.</param>
sealed record GradientTreeOptions(
    int MaxDepth,
    int? MaxLeaves = null,
    double Lambda = 0,
    double LeastHessian = 0,
    int MinSplit = 2,
    int MinLeaf = 1,
    double LeastGain = double.NegativeInfinity,
    bool SingleGain = false,
    Random? FeatureOrder = null
);

/// <summary>A node during growth: its rows as a range of the split finder's order, and the sums of its derivatives.</summary>
record struct GradientNode(int Index, int Start, int End, int Depth, double G, double H);

/// <param name="Last">The greatest code of the left child.</param>
readonly record struct GradientSplit(int Feature, int Last, double Threshold, double Gain, double LeftG, double LeftH);

/// <summary>Finds a node's best split and partitions its rows. One finder is used for all trees of a fit.</summary>
abstract class SplitFinder
{
    /// <summary>The training rows; a node's rows are between its start and end.</summary>
    public required int[] Rows { get; init; }

    public abstract void Reset();

    public abstract GradientSplit? Best(in GradientNode node, double[] g, double[] h, GradientTreeOptions options);

    /// <returns>Start of the right child's rows.</returns>
    public abstract int Part(in GradientNode node, in GradientSplit split, GradientTreeOptions options);
}

/// <summary>Grows one regression tree on first and second derivatives (Chen and Guestrin 2016).</summary>
static class GradientTree
{
    /// <param name="leafValue">Computes a leaf's value from its (ΣG, ΣH).</param>
    /// <param name="onLeaf">Called with each leaf's range of the finder's rows and its value.</param>
    public static Tree Grow(
        SplitFinder finder,
        double[] g,
        double[] h,
        GradientTreeOptions options,
        Func<double, double, double> leafValue,
        Action<int, int, double> onLeaf,
        CancellationToken cancel
    )
    {
        finder.Reset();
        var tree = new Tree();
        double sumG = 0,
            sumH = 0;
        foreach (var r in finder.Rows)
        {
            sumG += g[r];
            sumH += h[r];
        }
        // Best first by gain if leaves are limited; otherwise the order of growth does not matter.
        PriorityQueue<(GradientNode Node, GradientSplit Split), (double, int)> open = new();
        List<GradientNode> leaves = [];
        void Offer(GradientNode node)
        {
            cancel.ThrowIfCancellationRequested();
            if (
                node.Depth < options.MaxDepth
                && node.End - node.Start >= Math.Max(options.MinSplit, 2 * options.MinLeaf)
                && finder.Best(node, g, h, options) is { } split
            )
                open.Enqueue((node, split), (-split.Gain, node.Index));
            else
                leaves.Add(node);
        }
        Offer(new(tree.Add([0]), 0, finder.Rows.Length, 0, sumG, sumH));
        for (var count = 1; open.TryDequeue(out var next, out _); )
        {
            var (node, split) = next;
            if (count >= options.MaxLeaves)
            {
                leaves.Add(node);
                continue;
            }
            var middle = finder.Part(node, split, options);
            int l = tree.Add([0]),
                r = tree.Add([0]);
            tree.Split(node.Index, split.Feature, split.Threshold, l, r);
            count++;
            Offer(new(l, node.Start, middle, node.Depth + 1, split.LeftG, split.LeftH));
            Offer(new(r, middle, node.End, node.Depth + 1, node.G - split.LeftG, node.H - split.LeftH));
        }
        foreach (var leaf in leaves)
        {
            var value = leafValue(leaf.G, leaf.H);
            tree[leaf.Index][0] = value;
            onLeaf(leaf.Start, leaf.End, value);
        }
        return tree;
    }
}
