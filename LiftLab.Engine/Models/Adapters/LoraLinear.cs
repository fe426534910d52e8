using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Adapters;

/// <summary>Settings of low-rank adapters.</summary>
/// <param name="Rank">Rank of the adapter, r.</param>
/// <param name="Alpha">The adapter's output is scaled by Alpha / Rank; null for a factor of 1, as in the paper.</param>
/// <param name="Dropout">Dropout probability on the adapter's inputs during training (0–1).</param>
/// <param name="Dora">Adapters change only directions; magnitudes are trained separately, see <see cref="DoraMagnitude"/>.</param>
public sealed record LoraShape(int Rank = 16, double? Alpha = null, double Dropout = 0, bool Dora = false)
{
    /// <summary>rsLoRA: the scale is Alpha / √Rank (Kalajdzievski 2023), which keeps the size of updates at high ranks.</summary>
    public bool RankStabilised { get; init; }

    public double Scale => Alpha is not { } alpha ? 1 : alpha / (RankStabilised ? Math.Sqrt(Rank) : Rank);

    /// <summary>s · x</summary>
    internal Tensor Scaled(Tensor x) => Scale == 1 ? x : x.Times(Scale);
}

/// <summary>
/// base(x) + s · B(A(x)) with A (r, in) and B (out, r). A is initialised uniformly in ±1/√in and B to zero, so that the adapted layer
/// initially equals its frozen base. Source: the paper's code, LoRA on every linear layer. Adapters are float32 for every dtype of the
/// base, because small updates are lost in 16 bits; the product is computed in the base's dtype.
/// </summary>
public sealed class LoraLinear : LinearLayer
{
    readonly Mode mode;

    /// <param name="kind">The dtype in which the base computes.</param>
    public LoraLinear(
        string name,
        LinearLayer frozen,
        LoraShape shape,
        Mode mode,
        Device device,
        ScalarType kind,
        Generator? generator = null
    )
        : base(frozen.Inputs, frozen.Outputs)
    {
        foreach (var weight in frozen.Weights)
            weight.Trainable = false;
        (Base, Shape, Kind, this.mode) = (frozen, shape, kind, mode);
        using var scope = NewDisposeScope();
        var bound = 1 / Math.Sqrt(frozen.Inputs);
        // drawn on the CPU, so that a seed gives the same adapter on every device
        var down =
            device.type == DeviceType.META
                ? empty([shape.Rank, frozen.Inputs], ScalarType.Float32, device)
                : Upload.Of(rand([shape.Rank, frozen.Inputs], generator: generator).MultiplyInPlace(2 * bound).AddInPlace(-bound), device);
        Down = new(name + ".lora_A.weight", down) { Trainable = true };
        Up = new(name + ".lora_B.weight", zeros([frozen.Outputs, shape.Rank], ScalarType.Float32, device)) { Trainable = true };
        Magnitude = shape.Dora ? new(name, frozen, device, kind) : null;
    }

    public LinearLayer Base { get; internal set; }
    public LoraShape Shape { get; }
    public ScalarType Kind { get; }
    public Weight Down { get; }
    public Weight Up { get; }

    /// <summary>Null without DoRA.</summary>
    public DoraMagnitude? Magnitude { get; }

    public override Weight? Bias => Base.Bias;

    public override IEnumerable<Weight> Weights =>
        Magnitude is null ? [.. Base.Weights, Down, Up] : [.. Base.Weights, Down, Up, Magnitude.Weight];

    public override Tensor Forward(Tensor x) => Forward(x, null);

    internal override Tensor Forward(Tensor x, Tensor? low)
    {
        using var scope = NewDisposeScope(); // frees the intermediate tensors
        if (Magnitude is not null)
            return (Bias is { } bias ? Product(x).AddInPlace(bias.Value) : Product(x)).MoveToOuterDisposeScope();
        var flat = x.dim() == 2 ? x : x.reshape(-1, Inputs);
        return Shaped(AddLow(Base.Forward(flat), flat, low), x).MoveToOuterDisposeScope();
    }

    public override Tensor Product(Tensor x)
    {
        using var scope = NewDisposeScope();
        var flat = x.dim() == 2 ? x : x.reshape(-1, Inputs);
        var sum = Shaped(AddLow(Base.Product(flat), flat, null), x);
        return (Magnitude is null ? sum : sum * Magnitude.Factors(this).As(x.dtype)).MoveToOuterDisposeScope();
    }

    internal override Tensor? DownProjection => Magnitude is null && !Drops ? Down.Value : null;

    bool Drops => mode.Training && Shape.Dropout > 0;

    /// <summary>y + s · B(A(x)), into y: the sum is part of the second product, so that B(A(x)) needs no memory.</summary>
    /// <param name="y">(N, out)</param>
    /// <param name="x">(N, in)</param>
    Tensor AddLow(Tensor y, Tensor x, Tensor? low)
    {
        low ??= nn.functional.linear(Drops ? nn.functional.dropout(x, Shape.Dropout) : x, Down.Value.As(x.dtype));
        return y.AddMatrixProductInPlace(Shape.Scaled(low), Up.Value.As(x.dtype).t());
    }

    Tensor Shaped(Tensor flat, Tensor x) => x.dim() == 2 ? flat : Aten.Reshaped(flat, [.. x.shape[..^1], Outputs]);

    /// <summary>
    /// The adapter's contribution to the base weight (out, in): s · B A, or with magnitudes f · (W + s · B A) − W per row.
    /// </summary>
    /// <param name="weight">The base weight W (out, in).</param>
    public Tensor Delta(Tensor weight)
    {
        var low = Shape.Scaled(Up.Value.mm(Down.Value));
        return (Magnitude is null ? low : low.Plus(weight.to(ScalarType.Float32)) * Magnitude.Factors(this).unsqueeze(1) - weight).to(
            weight.dtype
        );
    }

    /// <summary>Frees the adapter's tensors, not those of the base.</summary>
    public void DisposeAdapter()
    {
        Down.Dispose();
        Up.Dispose();
        Magnitude?.Dispose();
    }
}

/// <summary>Whether the model is training, shared by all its layers.</summary>
public sealed class Mode
{
    public bool Training { get; set; }
}
