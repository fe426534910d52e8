namespace LiftLab.Engine.Baselines.Trees;

/// <summary>A binary tree over features: a row goes left where its value, in single precision, is at most the threshold.</summary>
sealed class Tree
{
    readonly List<(int Feature, double Threshold, int Left, int Right)> nodes = [];
    readonly List<double[]> outputs = [];

    /// <summary>Adds a node that is a leaf for now and returns its index.</summary>
    /// <param name="output">What a row that ends here gets: class shares, or one number.</param>
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

    public double[] this[int leaf] => outputs[leaf];

    public double[] Output(ReadOnlySpan<double> row) => outputs[Leaf(row)];
}
