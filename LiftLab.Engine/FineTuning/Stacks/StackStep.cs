using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Stacks;

/// <summary>
/// One optimiser step of all models of a stack in one graph. Every model has its own loss and its own gradient norm; the update is
/// element-wise, so that models do not influence each other.
/// </summary>
sealed class StackStep : IDisposable
{
    readonly ModelStack stack;
    readonly TrainingPlan plan;

    public StackStep(ModelStack stack, TrainingPlan plan)
    {
        (this.stack, this.plan) = (stack, plan);
        // a matrix of a model has three dimensions in the stack
        Optimizer = new AdamW(stack.Together.Trainable, plan, matrixFrom: 3);
    }

    public Optimizer Optimizer { get; }

    /// <param name="rows">The rows of each model; none for models that take no part.</param>
    /// <returns>Per model the mean loss over its labels before the step; not a number if loss or gradient is not finite.</returns>
    public double[] Do(IReadOnlyList<IReadOnlyList<TrainingRow>> rows, double rate)
    {
        using var scope = NewDisposeScope();
        Optimizer.ClearGradients();
        var losses = StackBatch.Of(rows, stack).Losses(stack);
        losses.sum().backward();
        stack.Together.ThrowIfBackwardFailed();
        var own = losses.detach();
        // the only place of a step where the program waits for the device
        double[] read = [.. (plan.ClipNorm is null ? own : cat([own, Squares()], 0)).cpu().data<float>().Select(v => (double)v)];
        var values = read[..stack.Count];
        if (plan.ClipNorm is { } limit)
            Clip(limit, values, [.. read[stack.Count..].Select(Math.Sqrt)]);
        Optimizer.Step(rate);
        Optimizer.ClearGradients();
        return values;
    }

    Tensor[] Gradients => [.. stack.Together.Trainable.Select(w => w.Value.grad).OfType<Tensor>()];

    /// <summary>(S) the squared gradient norm of each model.</summary>
    Tensor Squares()
    {
        using var frozen = no_grad();
        return TorchSharp.torch.stack([.. Gradients.Select(g => g.reshape(stack.Count, -1)).Select(g => (g * g).sum(1))], 0).sum(dim: 0);
    }

    /// <summary>Scales the gradients of each model whose norm exceeds the limit down to it.</summary>
    void Clip(double limit, double[] losses, double[] norms)
    {
        using var frozen = no_grad();
        for (var m = 0; m < norms.Length; m++)
            if (!double.IsFinite(norms[m]))
                losses[m] = double.NaN;
        if (norms.All(n => n <= limit))
            return;
        float[] factors = [.. norms.Select(n => n > limit ? (float)(limit / (n + 1e-6)) : 1)];
        var scales = Upload.Of(factors, [factors.Length], stack.Together.Device);
        foreach (var gradient in Gradients)
        {
            long[] shape = new long[gradient.dim()];
            Array.Fill(shape, 1);
            shape[0] = stack.Count;
            gradient.mul_(scales.view(shape));
        }
    }

    public void Dispose() => Optimizer.Dispose();
}
