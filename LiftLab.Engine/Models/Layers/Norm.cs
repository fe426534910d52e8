using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Layers;

/// <summary>Layer norm (with bias) or root-mean-square norm (without) over the last dimension.</summary>
public sealed class Norm(Weight weight, Weight? bias, double epsilon)
{
    readonly long[] shape = [weight.Value.shape[0]];

    public IEnumerable<Weight> Weights => bias is null ? [weight] : [weight, bias];

    public Tensor Forward(Tensor x) =>
        bias is null
            ? Aten.RmsNorm(x, shape[0], weight.Value, epsilon)
            : nn.functional.layer_norm(x, shape, weight.Value, bias.Value, epsilon);
}
