using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Adapters;

/// <summary>
/// A low-rank adapter around an embedding: base(id) + s · B(A[id]), with A (V, r) initialised from N(0,1) and B (D, r) to zero, as in the
/// paper's code. Adapters are float32 for every dtype of the base.
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
                : Upload.Of(randn([vocabulary, shape.Rank], generator: generator), device);
        Down = new(name + ".lora_embedding_A", down) { Trainable = true };
        Up = new(name + ".lora_embedding_B", zeros([width, shape.Rank], ScalarType.Float32, device)) { Trainable = true };
    }

    public EmbeddingLayer Base { get; }
    public LoraShape Shape { get; }
    public Weight Down { get; }
    public Weight Up { get; }
    public override IEnumerable<Weight> Weights => [.. Base.Weights, Down, Up];

    /// <summary>The adapter's contribution to the embedding matrix, s · A Bᵀ (V, D).</summary>
    public Tensor Delta() => Shape.Scaled(Down.Value.mm(Up.Value.t()));

    public override Tensor Forward(Tensor ids)
    {
        var plain = Base.Forward(ids);
        return plain.Plus(nn.functional.linear(Shape.Scaled(Aten.Embedding(Down.Value, ids)), Up.Value).As(plain.dtype));
    }
}
