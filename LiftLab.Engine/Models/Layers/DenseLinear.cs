using LiftLab.Engine.Models.Torch;
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

    public override Tensor Forward(Tensor x)
    {
        if (Bias is null || x.dim() < 3 || !is_grad_enabled())
            return nn.functional.linear(x, OutByIn, Bias?.Value);
        // with a bias, libtorch returns a view, and every change of it in place would copy its gradient three times
        using var scope = NewDisposeScope();
        var flat = nn.functional.linear(x.reshape(-1, Inputs), OutByIn, Bias.Value);
        return Aten.Reshaped(flat, [.. x.shape[..^1], Outputs]).MoveToOuterDisposeScope();
    }

    public override Tensor Product(Tensor x) => nn.functional.linear(x, OutByIn);

    Tensor OutByIn => InByOut ? Weight.Value.t() : Weight.Value;
}
