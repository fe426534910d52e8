using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Torch;

/// <summary>
/// Activation checkpointing: discards the intermediate results of a part of the model and recomputes them in the backward pass (Chen et al.
/// 2016). If the part is deterministic, gradients are bit-identical.
/// </summary>
sealed class Recomputed : autograd.SingleTensorFunction<Recomputed>
{
    public override string Name => nameof(Recomputed);

    public static Tensor Apply(Tensor x, Func<Tensor, Tensor> stretch, BackwardPass pass)
    {
        // autograd calls backward only if an input requires a gradient; with frozen embeddings the first block's input does not
        var input = x.requires_grad ? x : x.detach().requires_grad_();
        return apply(input, stretch, pass);
    }

    public override Tensor forward(autograd.AutogradContext context, params object[] arguments)
    {
        var (x, stretch) = ((Tensor)arguments[0], (Func<Tensor, Tensor>)arguments[1]);
        context.save_for_backward([x]);
        context.save_data("stretch", stretch);
        context.save_data("pass", arguments[2]);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return stretch(x).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext context, Tensor gradient)
    {
        try
        {
            using var scope = NewDisposeScope();
            var x = context.get_saved_variables()[0].detach().requires_grad_();
            using (enable_grad())
            {
                var y = ((Func<Tensor, Tensor>)context.get_data("stretch"))(x);
                autograd.backward([y], [gradient]);
            }
            return [((BackwardPass)context.get_data("pass")).Hand(x.grad!, gradient), null!, null!];
        }
        catch (Exception e)
        {
            // an exception that leaves this method ends the process: store it for the trainer and return a zero gradient
            ((BackwardPass)context.get_data("pass")).Keep(e);
            return [zeros_like(context.get_saved_variables()[0]), null!, null!];
        }
    }
}
