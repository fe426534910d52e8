using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Adapters;

/// <summary>How low-rank adapters are made.</summary>
/// <param name="Rank">Width of the bottleneck, r.</param>
/// <param name="Alpha">The adapter's output is scaled by Alpha / Rank; null for a factor of 1, as in the paper.</param>
/// <param name="Dropout">Share of the adapter's inputs set to 0 while training.</param>
/// <param name="Dora">Adapters change directions only; magnitudes learn apart, see <see cref="DoraMagnitude"/>.</param>
public sealed record LoraShape(int Rank = 16, double? Alpha = null, double Dropout = 0, bool Dora = false)
{
    public double Scale => Alpha is { } alpha ? alpha / Rank : 1;

    /// <summary>s · x</summary>
    internal Tensor Scaled(Tensor x) => Scale == 1 ? x : x.Times(Scale);
}

/// <summary>
/// base(x) + s · B(A(x)) with A (r, in) and B (out, r). A starts uniform in ±1/√in and B at zero, so that the adapted layer starts
/// equal to its base, which stays frozen. Source: the paper's code, LoRA on every linear layer. Adapters are float32 whatever the base is:
/// steps as small as theirs are lost in two bytes; the product is done in the base's number type.
/// </summary>
public sealed class LoraLinear : LinearLayer
{
    readonly Mode mode;

    /// <param name="kind">What the base computes in.</param>
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
        // drawn on the processor, so that one seed gives one adapter on every device
        var down =
            device.type == DeviceType.META
                ? empty([shape.Rank, frozen.Inputs], ScalarType.Float32, device)
                : rand([shape.Rank, frozen.Inputs], generator: generator).MultiplyInPlace(2 * bound).AddInPlace(-bound).to(device);
        Down = new(name + ".lora_A.weight", down) { Trainable = true };
        Up = new(name + ".lora_B.weight", zeros([frozen.Outputs, shape.Rank], ScalarType.Float32, device)) { Trainable = true };
        Magnitude = shape.Dora ? new(name, frozen, device, kind) : null;
    }

    public LinearLayer Base { get; }
    public LoraShape Shape { get; }
    public ScalarType Kind { get; }
    public Weight Down { get; }
    public Weight Up { get; }

    /// <summary>Null unless the shape says DoRA.</summary>
    public DoraMagnitude? Magnitude { get; }

    public override Weight? Bias => Base.Bias;

    public override IEnumerable<Weight> Weights =>
        Magnitude is null ? [.. Base.Weights, Down, Up] : [.. Base.Weights, Down, Up, Magnitude.Weight];

    public override Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope(); // what the sum is made of is not needed behind it
        var sum =
            Magnitude is null ? Base.Forward(x).AddInPlace(Low(x))
            : Bias is { } bias ? Product(x).AddInPlace(bias.Value)
            : Product(x);
        return sum.MoveToOuterDisposeScope();
    }

    public override Tensor Product(Tensor x)
    {
        using var scope = NewDisposeScope();
        var sum = Base.Product(x).AddInPlace(Low(x));
        return (Magnitude is null ? sum : sum * Magnitude.Factors(this).As(x.dtype)).MoveToOuterDisposeScope();
    }

    Tensor Low(Tensor x)
    {
        var dropped = mode.Training && Shape.Dropout > 0 ? nn.functional.dropout(x, Shape.Dropout) : x;
        return nn.functional.linear(Shape.Scaled(nn.functional.linear(dropped, Down.Value.As(x.dtype))), Up.Value.As(x.dtype));
    }

    /// <summary>What the adapter adds to the base weight, s · B A, or with magnitudes f · (W + s · B A) − W row by row. (out, in)</summary>
    /// <param name="weight">W (out, in)</param>
    public Tensor Delta(Tensor weight)
    {
        var low = Shape.Scaled(Up.Value.mm(Down.Value));
        return (Magnitude is null ? low : low.Plus(weight.to(ScalarType.Float32)) * Magnitude.Factors(this).unsqueeze(1) - weight).to(
            weight.dtype
        );
    }

    /// <summary>Frees what the adapter itself has; the base stays.</summary>
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
