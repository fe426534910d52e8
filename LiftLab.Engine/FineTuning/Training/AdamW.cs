using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Training;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019), all weights in one call of the fused kernel.</summary>
sealed class AdamW : Optimizer
{
    readonly Tensor[] first,
        second;
    readonly Tensor count;
    bool fused;

    /// <param name="fused">Whether the fused kernel is tried.</param>
    public AdamW(IEnumerable<Weight> trainable, TrainingPlan plan, int matrixFrom = 2, bool fused = true)
        : base(trainable, plan, matrixFrom)
    {
        this.fused = fused;
        using var scope = NewDisposeScope(); // what is detached below shares its memory with a tensor of this scope
        first = [.. Weights.Select(w => zeros_like(w.Value).detach().DetachFromDisposeScope())];
        second = [.. Weights.Select(w => zeros_like(w.Value).detach().DetachFromDisposeScope())];
        count = zeros([], ScalarType.Float32, Weights[0].Value.device).DetachFromDisposeScope();
    }

    protected override void Move(int[] moved, double rate, double decay)
    {
        Tensor[] gradients = [.. moved.Select(i => Weights[i].Value.grad!)];
        if (fused)
        {
            try
            {
                count.Fill(Steps);
                Aten.FusedAdamW(
                    [.. moved.Select(i => Weights[i].Value)],
                    gradients,
                    [.. moved.Select(i => first[i])],
                    [.. moved.Select(i => second[i])],
                    [.. moved.Select(_ => count)],
                    rate,
                    Plan.Beta1,
                    Plan.Beta2,
                    decay,
                    Plan.Epsilon
                );
                return;
            }
            catch (Exception e)
                when (e is InvalidOperationException or EntryPointNotFoundException or DllNotFoundException && !OutOfMemory.Is(e))
            {
                fused = false; // this device or build has no fused kernel
            }
        }
        Remark =
            "The fused kernel of AdamW is not available on this device or in this libtorch: the optimiser's part of a step takes several times longer.";
        var step = new AdamStep(Plan, Steps, rate, decay);
        for (var k = 0; k < moved.Length; k++)
            step.Move(Weights[moved[k]].Value, gradients[k], first[moved[k]], second[moved[k]]);
    }

    /// <summary>The first and second moment of every weight.</summary>
    public override IEnumerable<(string Name, Tensor Value)> State =>
        Weights.SelectMany((w, i) => new[] { ("first." + w.Name, first[i]), ("second." + w.Name, second[i]) });

    public override void Dispose()
    {
        base.Dispose();
        count.Dispose();
    }
}
