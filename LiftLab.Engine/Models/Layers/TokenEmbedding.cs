using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Layers;

/// <summary>Token ids (B,T) to vectors (B,T,D): dense, quantised, or with an adapter.</summary>
public abstract class EmbeddingLayer : IDisposable
{
    public abstract IEnumerable<Weight> Weights { get; }
    public abstract Tensor Forward(Tensor ids);

    public void Dispose()
    {
        foreach (var weight in Weights)
            weight.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <param name="weight">(V, D)</param>
public sealed class TokenEmbedding(Weight weight) : EmbeddingLayer
{
    public Weight Weight { get; } = weight;
    public override IEnumerable<Weight> Weights => [Weight];

    public override Tensor Forward(Tensor ids) => Aten.Embedding(Weight.Value, ids);
}

/// <summary>Holds the token embedding, as <see cref="LinearSlot"/> holds a linear layer.</summary>
public sealed class EmbeddingSlot(string name, EmbeddingLayer layer)
{
    public string Name { get; } = name;
    public EmbeddingLayer Layer { get; set; } = layer;

    public Tensor Forward(Tensor ids) => Layer.Forward(ids);
}
