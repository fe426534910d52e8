using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Memory;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Training;

/// <summary>Updates the trainable weights. The state is stored by name, so that a checkpoint restores it exactly.</summary>
abstract class Optimizer : IDisposable
{
    readonly int matrixFrom;

    /// <param name="matrixFrom">Number of dimensions from which a weight is a matrix, to which weight decay applies.</param>
    protected Optimizer(IEnumerable<Weight> trainable, TrainingPlan plan, int matrixFrom = 2)
    {
        (Weights, Plan, this.matrixFrom) = ([.. trainable], plan, matrixFrom);
        if (Weights.Length == 0)
            throw new InvalidOperationException("nothing is trainable: add an adapter or unfreeze the model");
    }

    public static Optimizer Of(IEnumerable<Weight> trainable, TrainingPlan plan) =>
        plan.Moments == OptimizerMemory.Adam8 ? new AdamW8(trainable, plan) : new AdamW(trainable, plan);

    protected Weight[] Weights { get; }

    protected TrainingPlan Plan { get; }

    public int Steps { get; private set; }

    /// <summary>What a person should know about the steps so far; null if there is nothing.</summary>
    public string? Remark { get; protected set; }

    public void ClearGradients()
    {
        foreach (var weight in Weights)
            weight.Value.grad = null;
    }

    /// <summary>The global norm of all gradients, a float32 scalar on the device.</summary>
    public Tensor Norm()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return stack([.. Gradients.Select(g => g.norm().to(ScalarType.Float32))]).norm().MoveToOuterDisposeScope();
    }

    /// <summary>Scales all gradients down if their global norm exceeds <paramref name="limit"/>.</summary>
    /// <param name="norm">The value of <see cref="Norm"/>.</param>
    public void Clip(double norm, double limit)
    {
        if (norm <= limit)
            return;
        using var frozen = no_grad();
        foreach (var gradient in Gradients)
            gradient.MultiplyInPlace(limit / (norm + 1e-6));
    }

    IEnumerable<Tensor> Gradients => Weights.Select(w => w.Value.grad).OfType<Tensor>();

    public void Step(double rate)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Steps++;
        // weight decay applies to matrices only, not to norms and biases
        foreach (
            var group in Enumerable
                .Range(0, Weights.Length)
                .Where(i => Weights[i].Value.grad is not null)
                .GroupBy(i => Weights[i].Value.dim() >= matrixFrom)
        )
            Move([.. group], rate, group.Key ? Plan.WeightDecay : 0);
    }

    /// <summary>One step for the weights with these indices; each has a gradient.</summary>
    protected abstract void Move(int[] moved, double rate, double decay);

    /// <summary>Optimiser state for the checkpoint, by name.</summary>
    public abstract IEnumerable<(string Name, Tensor Value)> State { get; }

    public void Restore(int steps, Func<string, Tensor> read)
    {
        Steps = steps;
        using var frozen = no_grad();
        foreach (var (name, value) in State)
        {
            using var scope = NewDisposeScope();
            value.copy_(read(name));
        }
    }

    public virtual void Dispose()
    {
        ClearGradients();
        foreach (var (_, tensor) in State)
            tensor.Dispose();
        GC.SuppressFinalize(this);
    }
}
