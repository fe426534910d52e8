using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Training;

/// <summary>One AdamW step in elementary tensor operations, for devices without a fused kernel and for 8-bit moments.</summary>
/// <param name="steps">Number of steps, including this one (for bias correction).</param>
sealed class AdamStep(TrainingPlan plan, int steps, double rate, double decay)
{
    readonly double correction1 = 1 - Math.Pow(plan.Beta1, steps),
        correction2 = Math.Sqrt(1 - Math.Pow(plan.Beta2, steps));

    /// <summary>Updates <paramref name="weight"/> and both moments in place; all four tensors have the same shape.</summary>
    public void Move(Tensor weight, Tensor gradient, Tensor first, Tensor second)
    {
        using var scope = NewDisposeScope();
        weight.MultiplyInPlace(1 - rate * decay);
        first.MultiplyInPlace(plan.Beta1).AddInPlace(gradient, 1 - plan.Beta1);
        second.MultiplyInPlace(plan.Beta2).AddProductInPlace(gradient, gradient, 1 - plan.Beta2);
        weight.AddQuotientInPlace(first, second.sqrt().DivideInPlace(correction2).AddInPlace(plan.Epsilon), -rate / correction1);
    }
}
