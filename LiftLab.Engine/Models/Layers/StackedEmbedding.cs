using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Layers;

/// <summary>The token embeddings of S models as one table. The rows of ids are ordered by model.</summary>
/// <param name="weight">(S, V, D)</param>
public sealed class StackedEmbedding(Weight weight) : EmbeddingLayer
{
    public Weight Weight { get; } = weight;
    public override IEnumerable<Weight> Weights => [Weight];

    /// <param name="ids">(S·R, T)</param>
    public override Tensor Forward(Tensor ids)
    {
        var (table, asked) = (Weight.Value.shape, ids.shape);
        var firsts = Arithmetic.Range(0, table[0], ids.device).Times(table[1]).view(-1, 1);
        return Aten.Embedding(Weight.Value.view(-1, table[2]), ids.view(table[0], -1).Plus(firsts).view(asked));
    }
}
