using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Quantised;

/// <summary>
/// A frozen quantised linear layer. Its weight is dequantised for each product and freed, in the forward and again in the backward pass, so
/// that only the codes stay in memory (the paper's DequantizeAndLinear).
/// </summary>
public sealed class QuantisedLinear(int inputs, int outputs, QuantisedTensor weight, Weight? bias, bool inByOut, BackwardPass pass)
    : LinearLayer(inputs, outputs)
{
    public QuantisedTensor Weight { get; } = weight;

    public override IEnumerable<Weight> Weights => bias is null ? Weight.Weights : Weight.Weights.Append(bias);

    public override Weight? Bias => bias;

    public override Tensor Forward(Tensor x) => bias is null ? Product(x) : Product(x).AddInPlace(bias.Value);

    public override Tensor Product(Tensor x) => x.requires_grad && is_grad_enabled() ? FrozenProduct.apply(x, this, pass) : Multiply(x);

    /// <summary>The dequantised weight (out, in).</summary>
    Tensor Whole(ScalarType dtype) => inByOut ? Weight.Dequantise(dtype).t() : Weight.Dequantise(dtype);

    Tensor Multiply(Tensor x)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return nn.functional.linear(x, Whole(x.dtype)).MoveToOuterDisposeScope();
    }

    /// <summary>dL/dx = dL/dy W.</summary>
    Tensor MultiplyBack(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return nn.functional.linear(gradient, Whole(gradient.dtype).t()).MoveToOuterDisposeScope();
    }

    sealed class FrozenProduct : autograd.SingleTensorFunction<FrozenProduct>
    {
        public override string Name => nameof(QuantisedLinear);

        public override Tensor forward(autograd.AutogradContext context, params object[] arguments)
        {
            context.save_data("layer", arguments[1]);
            context.save_data("pass", arguments[2]);
            return ((QuantisedLinear)arguments[1]).Multiply((Tensor)arguments[0]);
        }

        public override List<Tensor> backward(autograd.AutogradContext context, Tensor gradient)
        {
            var layer = (QuantisedLinear)context.get_data("layer");
            var pass = (BackwardPass)context.get_data("pass");
            try
            {
                return [pass.Hand(layer.MultiplyBack(gradient), gradient), null!, null!];
            }
            catch (Exception e)
            {
                pass.Keep(e);
                return [zeros([.. gradient.shape[..^1], layer.Inputs], gradient.dtype, gradient.device), null!, null!];
            }
        }
    }
}

/// <summary>A frozen quantised token embedding; only the requested rows are dequantised.</summary>
public sealed class QuantisedEmbedding(QuantisedTensor weight, ScalarType dtype) : EmbeddingLayer
{
    public override IEnumerable<Weight> Weights => weight.Weights;

    public override Tensor Forward(Tensor ids) => weight.Rows(ids, dtype);
}
