using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Layers;

/// <summary>
/// Layer norm (with bias) or root-mean-square norm (without) over the last dimension. Weights of shape (S, D) are those of S stacked
/// models; the rows of the input are then ordered by model.
/// </summary>
public sealed class Norm(Weight weight, Weight? bias, double epsilon)
{
    readonly long[] shape = [weight.Value.shape[0]];

    public IEnumerable<Weight> Weights => bias is null ? [weight] : [weight, bias];

    public Tensor Forward(Tensor x)
    {
        if (weight.Value.dim() > 1)
            return Stacked(x);
        return bias is null
            ? Aten.RmsNorm(x, shape[0], weight.Value, epsilon)
            : nn.functional.layer_norm(x, shape, weight.Value, bias.Value, epsilon);
    }

    Tensor Stacked(Tensor x)
    {
        var rows = (bias is null ? Aten.RmsNorm(x, shape[0], null, epsilon) : nn.functional.layer_norm(x, shape, eps: epsilon)).view(
            weight.Value.shape[0],
            -1,
            shape[0]
        );
        var scale = weight.Value.unsqueeze(1);
        return (bias is null ? rows * scale : bias.Value.unsqueeze(1).PlusProduct(rows, scale)).view(x.shape);
    }
}
