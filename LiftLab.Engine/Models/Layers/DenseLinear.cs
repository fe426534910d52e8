using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Layers;

/// <summary>A linear layer with an unquantised weight.</summary>
/// <param name="weight">(Outputs, Inputs), or (Inputs, Outputs) if <paramref name="inByOut"/>.</param>
/// <param name="bias">(Outputs)</param>
public sealed class DenseLinear(int inputs, int outputs, Weight weight, Weight? bias = null, bool inByOut = false)
    : LinearLayer(inputs, outputs)
{
    public Weight Weight { get; } = weight;
    public override Weight? Bias { get; } = bias;
    public bool InByOut { get; } = inByOut;

    public override IEnumerable<Weight> Weights => Bias is null ? [Weight] : [Weight, Bias];

    public override Tensor Forward(Tensor x) => nn.functional.linear(x, OutByIn, Bias?.Value);

    public override Tensor Product(Tensor x) => nn.functional.linear(x, OutByIn);

    Tensor OutByIn => InByOut ? Weight.Value.t() : Weight.Value;
}
