using static TorchSharp.torch;

namespace LiftLab.Engine.Models;

/// <summary>How low-rank adapters are made.</summary>
/// <param name="Rank">Width of the bottleneck, r.</param>
/// <param name="Alpha">The adapter's output is scaled by Alpha / Rank; null for a factor of 1, as in the paper.</param>
/// <param name="Dropout">Share of the adapter's inputs set to 0 while training.</param>
public sealed record LoraShape(int Rank = 16, double? Alpha = null, double Dropout = 0)
{
    public double Scale => Alpha is { } alpha ? alpha / Rank : 1;
}

/// <summary>
/// base(x) + s · B(A(x)) with A (r, in) and B (out, r). A starts uniform in ±1/√in and B at zero, so that the adapted layer starts
/// equal to its base, which stays frozen. Source: the paper's code, LoRA on every linear layer.
/// </summary>
public sealed class LoraLinear : LinearLayer
{
    readonly Mode mode;

    public LoraLinear(string name, LinearLayer frozen, LoraShape shape, Mode mode, Device device, ScalarType dtype, Generator? generator = null) : base(frozen.Inputs, frozen.Outputs)
    {
        foreach (var weight in frozen.Weights) weight.Trainable = false;
        (Base, Shape, this.mode) = (frozen, shape, mode);
        using var scope = NewDisposeScope();
        var bound = 1 / Math.Sqrt(frozen.Inputs);
        // drawn on the processor, so that one seed gives one adapter on every device
        var down = device.type == TorchSharp.DeviceType.META ? empty([shape.Rank, frozen.Inputs], dtype, device)
            : rand([shape.Rank, frozen.Inputs], generator: generator).Multiply(2 * bound).Add(-bound).to(dtype).to(device);
        Down = new(name + ".lora_A.weight", down) { Trainable = true };
        Up = new(name + ".lora_B.weight", zeros([frozen.Outputs, shape.Rank], dtype, device)) { Trainable = true };
    }

    public LinearLayer Base { get; }
    public LoraShape Shape { get; }
    public Weight Down { get; }
    public Weight Up { get; }

    public override IEnumerable<Weight> Weights => [.. Base.Weights, Down, Up];

    public override Tensor Forward(Tensor x)
    {
        var dropped = mode.Training && Shape.Dropout > 0 ? nn.functional.dropout(x, Shape.Dropout) : x;
        var low = nn.functional.linear(dropped, Down.Value);
        if (Shape.Scale != 1) low = low.Times(Shape.Scale);
        return Base.Forward(x).Plus(nn.functional.linear(low, Up.Value));
    }

    /// <summary>s · B A, what the adapter adds to the base weight. (out, in)</summary>
    public Tensor Delta() => Up.Value.mm(Down.Value).Times(Shape.Scale);
}

/// <summary>Whether the model is training, shared by all its layers.</summary>
public sealed class Mode
{
    public bool Training { get; set; }
}
