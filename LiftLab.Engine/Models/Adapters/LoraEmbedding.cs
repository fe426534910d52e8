using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Adapters;

/// <summary>
/// A low-rank adapter around an embedding: base(id) + s · B(A[id]), A (V, r) from N(0,1) and B (D, r) at zero, as in the paper's code;
/// float32 whatever the base is.
/// </summary>
public sealed class LoraEmbedding : EmbeddingLayer
{
    public LoraEmbedding(
        string name,
        EmbeddingLayer frozen,
        int vocabulary,
        int width,
        LoraShape shape,
        Device device,
        Generator? generator = null
    )
    {
        foreach (var weight in frozen.Weights)
            weight.Trainable = false;
        (Base, Shape) = (frozen, shape);
        using var scope = NewDisposeScope();
        var down =
            device.type == TorchSharp.DeviceType.META
                ? empty([vocabulary, shape.Rank], ScalarType.Float32, device)
                : randn([vocabulary, shape.Rank], generator: generator).to(device);
        Down = new(name + ".lora_embedding_A", down) { Trainable = true };
        Up = new(name + ".lora_embedding_B", zeros([width, shape.Rank], ScalarType.Float32, device)) { Trainable = true };
    }

    public EmbeddingLayer Base { get; }
    public LoraShape Shape { get; }
    public Weight Down { get; }
    public Weight Up { get; }
    public override IEnumerable<Weight> Weights => [.. Base.Weights, Down, Up];

    /// <summary>What the adapter adds to the base, s · A Bᵀ. (V, D)</summary>
    public Tensor Delta() => Shape.Scaled(Down.Value.mm(Up.Value.t()));

    public override Tensor Forward(Tensor ids)
    {
        var plain = Base.Forward(ids);
        return plain.Plus(nn.functional.linear(Shape.Scaled(Aten.Embedding(Down.Value, ids)), Up.Value).As(plain.dtype));
    }
}
