using LiftLab.Engine.Models.Layers;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.FineTuning.Answering;

/// <summary>A layer that asks libtorch for more memory than any address space has, so that what it throws is the library's own.</summary>
sealed class GreedyLayer(LinearLayer inner) : LinearLayer(inner.Inputs, inner.Outputs)
{
    const long TooMuch = 1L << 47;

    public override IEnumerable<Weight> Weights => inner.Weights;
    public override Weight? Bias => inner.Bias;

    public override Tensor Forward(Tensor x) => Product(x);

    public override Tensor Product(Tensor x) => zeros([TooMuch]);

    /// <summary>What libtorch throws when memory runs out.</summary>
    public static Exception Thrown()
    {
        try
        {
            using var never = zeros([TooMuch]);
        }
        catch (Exception e)
        {
            return e;
        }
        throw new InvalidOperationException("libtorch gave half a petabyte");
    }
}
