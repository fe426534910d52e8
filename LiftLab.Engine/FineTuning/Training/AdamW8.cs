using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Quantised;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Training;

/// <summary>
/// AdamW with 8-bit moments: the first in the signed dynamic code, the second, which is never negative, in the unsigned one, with one scale
/// per block of 256 (Dettmers et al. 2022, 8-bit optimizers via block-wise quantization). A step dequantises the moments, updates the
/// weight with them, and quantises them again. Tensors of fewer than 4096 weights keep float32 moments.
/// </summary>
sealed class AdamW8 : Optimizer
{
    const int SmallestRounded = 4096;

    /// <summary>Weights updated at once, a multiple of the block length: limits the memory of the dequantised moments.</summary>
    const long Stretch = 1 << 18;

    readonly Moment[] first,
        second;

    public AdamW8(IEnumerable<Weight> trainable, TrainingPlan plan)
        : base(trainable, plan)
    {
        using var scope = NewDisposeScope();
        first = [.. Weights.Select(w => Moment.Zeros(w.Value, w.Value.numel() < SmallestRounded ? null : Codebook.SignedMoment))];
        second = [.. Weights.Select(w => Moment.Zeros(w.Value, w.Value.numel() < SmallestRounded ? null : Codebook.UnsignedMoment))];
    }

    protected override void Move(int[] moved, double rate, double decay)
    {
        var step = new AdamStep(Plan, Steps, rate, decay);
        foreach (var i in moved)
        {
            using var outer = NewDisposeScope();
            var (weight, gradient) = (Weights[i].Value.view(-1), Weights[i].Value.grad!.reshape(-1));
            for (long start = 0; start < weight.shape[0]; start += Stretch)
            {
                using var scope = NewDisposeScope();
                var count = Math.Min(Stretch, weight.shape[0] - start);
                var (m, v) = (first[i].Whole(start, count), second[i].Whole(start, count));
                step.Move(weight.narrow(0, start, count), gradient.narrow(0, start, count).to(ScalarType.Float32), m, v);
                first[i].Put(start, m);
                second[i].Put(start, v);
            }
        }
    }

    public override IEnumerable<(string Name, Tensor Value)> State =>
        Weights.SelectMany((w, i) => first[i].State("first", w.Name).Concat(second[i].State("second", w.Name)));

    public override void Dispose()
    {
        base.Dispose();
        foreach (var moment in first.Concat(second))
            moment.Dispose();
    }
}
