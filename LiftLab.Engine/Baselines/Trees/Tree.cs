using LiftLab.Engine.Learning.Kept;

namespace LiftLab.Engine.Baselines.Trees;

/// <summary>A binary tree over features: a row goes left if its value, in single precision, is at most the threshold.</summary>
sealed class Tree
{
    readonly List<(int Feature, double Threshold, int Left, int Right)> nodes = [];
    readonly List<double[]> outputs = [];

    /// <summary>Adds a node, initially a leaf, and returns its index.</summary>
    /// <param name="output">The prediction for rows in this leaf: class shares, or one number.</param>
    public int Add(double[] output)
    {
        nodes.Add((-1, 0, 0, 0));
        outputs.Add(output);
        return nodes.Count - 1;
    }

    public void Split(int node, int feature, double threshold, int left, int right) => nodes[node] = (feature, threshold, left, right);

    public int Leaf(ReadOnlySpan<double> row)
    {
        var node = nodes[0];
        var at = 0;
        while (node.Feature >= 0)
        {
            at = (float)row[node.Feature] <= node.Threshold ? node.Left : node.Right;
            node = nodes[at];
        }
        return at;
    }

    /// <summary>Several trees whose outputs have the same length.</summary>
    public static void Keep(KeptWriter into, IReadOnlyList<Tree> trees)
    {
        into.Put<int>("nodes", [.. trees.Select(t => t.nodes.Count)]);
        into.Put("width", trees[0].outputs[0].Length);
        into.Put<int>("features", [.. trees.SelectMany(t => t.nodes.Select(n => n.Feature))]);
        into.Put<double>("thresholds", [.. trees.SelectMany(t => t.nodes.Select(n => n.Threshold))]);
        into.Put<int>("left", [.. trees.SelectMany(t => t.nodes.Select(n => n.Left))]);
        into.Put<int>("right", [.. trees.SelectMany(t => t.nodes.Select(n => n.Right))]);
        into.Put<double>("outputs", [.. trees.SelectMany(t => t.outputs.SelectMany(o => o))]);
    }

    public static Tree[] Open(KeptReader from)
    {
        var (counts, width, outputs) = (from.Array<int>("nodes"), from.Whole("width"), from.Array<double>("outputs"));
        var (features, thresholds) = (from.Array<int>("features"), from.Array<double>("thresholds"));
        var (left, right) = (from.Array<int>("left"), from.Array<int>("right"));
        var trees = new Tree[counts.Length];
        var at = 0;
        for (var t = 0; t < trees.Length; t++)
        {
            trees[t] = new();
            for (var end = at + counts[t]; at < end; at++)
            {
                trees[t].nodes.Add((features[at], thresholds[at], left[at], right[at]));
                trees[t].outputs.Add(outputs[(at * width)..((at + 1) * width)]);
            }
        }
        return trees;
    }

    public double[] this[int leaf] => outputs[leaf];

    public double[] Output(ReadOnlySpan<double> row) => outputs[Leaf(row)];
}
