using LiftLab.Engine.Models.Layers;

namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>
/// Labels as a token tree (trie): labels with a common prefix share its nodes. Every inner node is one input token of the model; its edges
/// are the tokens whose probabilities are read at that position.
/// </summary>
sealed class LabelTree
{
    /// <summary>Inner nodes, parents before children.</summary>
    public List<BranchToken> Inner { get; } = [];

    /// <summary>Edges from a node to a token. Node −1 is the last token of the prompt.</summary>
    public List<(int Node, int Token)> Edges { get; } = [];

    /// <summary>For each label, the indices of the edges on its path.</summary>
    public List<int>[] Ways { get; }

    /// <exception cref="ArgumentException">A label has no token, or two labels are equal.</exception>
    public LabelTree(IReadOnlyList<int[]> labels)
    {
        Ways = [.. labels.Select(_ => new List<int>())];
        var edgeAt = new Dictionary<(int Node, int Token), int>();
        var innerAt = new Dictionary<int, int>(); // inner node by edge
        for (var l = 0; l < labels.Count; l++)
        {
            if (labels[l].Length == 0)
                throw new ArgumentException($"label {l} has no token", nameof(labels));
            var node = -1;
            for (var i = 0; i < labels[l].Length; i++)
            {
                var token = labels[l][i];
                if (!edgeAt.TryGetValue((node, token), out var edge))
                {
                    edge = edgeAt[(node, token)] = Edges.Count;
                    Edges.Add((node, token));
                }
                Ways[l].Add(edge);
                if (i == labels[l].Length - 1)
                    break;
                if (!innerAt.TryGetValue(edge, out var inner))
                {
                    inner = innerAt[edge] = Inner.Count;
                    Inner.Add(new(token, node, i + 1));
                }
                node = inner;
            }
        }
        var same = Ways.Select(w => w[^1]).GroupBy(e => e).FirstOrDefault(g => g.Count() > 1);
        if (same is not null)
            throw new ArgumentException("two labels have the same tokens", nameof(labels));
    }
}
