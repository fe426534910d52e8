using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Layers;

/// <summary>The same linear layer of S models as one batched product. The rows of the input are ordered by model.</summary>
/// <param name="weight">(S, Inputs, Outputs), so that its gradient needs no transposition.</param>
/// <param name="bias">(S, Outputs)</param>
public sealed class StackedLinear(int inputs, int outputs, Weight weight, Weight? bias = null) : LinearLayer(inputs, outputs)
{
    public Weight Weight { get; } = weight;
    public override Weight? Bias { get; } = bias;

    public override IEnumerable<Weight> Weights => Bias is null ? [Weight] : [Weight, Bias];

    /// <param name="x">(S·R, …, Inputs)</param>
    public override Tensor Forward(Tensor x)
    {
        var (rows, shape) = ByModel(x);
        var product = rows.bmm(Weight.Value);
        return (Bias is null ? product : product.AddInPlace(Bias.Value.unsqueeze(1))).view(shape);
    }

    public override Tensor Product(Tensor x)
    {
        var (rows, shape) = ByModel(x);
        return rows.bmm(Weight.Value).view(shape);
    }

    (Tensor Rows, long[] Result) ByModel(Tensor x)
    {
        var shape = x.shape;
        shape[^1] = Outputs;
        return (x.reshape(Weight.Value.shape[0], -1, Inputs), shape);
    }
}
