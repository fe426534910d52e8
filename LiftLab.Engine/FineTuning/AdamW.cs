using LiftLab.Engine.Models;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019), all weights in one native call.</summary>
sealed class AdamW : IDisposable
{
    readonly Weight[] weights;
    readonly Tensor[] first, second;
    readonly Tensor count;
    readonly TrainingPlan plan;
    bool fused = true;

    public AdamW(IEnumerable<Weight> trainable, TrainingPlan plan)
    {
        (weights, this.plan) = ([.. trainable], plan);
        if (weights.Length == 0) throw new InvalidOperationException("nothing is trainable: add an adapter or unfreeze the model");
        first = [.. weights.Select(w => zeros_like(w.Value).detach().DetachFromDisposeScope())];
        second = [.. weights.Select(w => zeros_like(w.Value).detach().DetachFromDisposeScope())];
        count = zeros([], ScalarType.Float32, weights[0].Value.device).DetachFromDisposeScope();
    }

    public int Steps { get; private set; }

    public void ClearGradients()
    {
        foreach (var weight in weights) weight.Value.grad = null;
    }

    /// <summary>The norm of all gradients together; they are scaled down where it is above <paramref name="limit"/>.</summary>
    public double Clip(double limit)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Tensor[] gradients = [.. weights.Select(w => w.Value.grad).OfType<Tensor>()];
        var norm = stack([.. gradients.Select(g => g.norm())]).norm().to(ScalarType.Float32).item<float>();
        if (norm > limit)
            foreach (var gradient in gradients) gradient.Multiply(limit / (norm + 1e-6));
        return norm;
    }

    public void Step(double rate)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Steps++;
        count.Fill(Steps);
        // weight decay is for matrices: norms and biases have no size to keep small
        foreach (var group in Enumerable.Range(0, weights.Length).Where(i => weights[i].Value.grad is not null).GroupBy(i => weights[i].Value.dim() > 1))
            Move([.. group], rate, group.Key ? plan.WeightDecay : 0);
    }

    void Move(int[] moved, double rate, double decay)
    {
        Tensor[] gradients = [.. moved.Select(i => weights[i].Value.grad!)];
        if (fused)
        {
            try
            {
                Aten.FusedAdamW([.. moved.Select(i => weights[i].Value)], gradients, [.. moved.Select(i => first[i])],
                    [.. moved.Select(i => second[i])], [.. moved.Select(_ => count)], rate, plan.Beta1, plan.Beta2, decay, plan.Epsilon);
                return;
            }
            catch (Exception e) when (e is InvalidOperationException or EntryPointNotFoundException or DllNotFoundException)
            {
                fused = false; // this device or build has no fused kernel
            }
        }
        for (var k = 0; k < moved.Length; k++) PlainStep(weights[moved[k]].Value, gradients[k], first[moved[k]], second[moved[k]], rate, decay);
    }

    void PlainStep(Tensor weight, Tensor gradient, Tensor m, Tensor v, double rate, double decay)
    {
        using var scope = NewDisposeScope();
        weight.Multiply(1 - rate * decay);
        m.Multiply(plan.Beta1).Add(gradient, 1 - plan.Beta1);
        v.Multiply(plan.Beta2).AddProduct(gradient, gradient, 1 - plan.Beta2);
        var deviation = v.sqrt().Divide(Math.Sqrt(1 - Math.Pow(plan.Beta2, Steps))).Add(plan.Epsilon);
        weight.AddQuotient(m, deviation, -rate / (1 - Math.Pow(plan.Beta1, Steps)));
    }

    /// <summary>Both moments of every weight, by name, for a checkpoint.</summary>
    public IEnumerable<(string Name, Tensor Value)> State =>
        weights.SelectMany((w, i) => new[] { ("first." + w.Name, first[i]), ("second." + w.Name, second[i]) });

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

    public void Dispose()
    {
        ClearGradients();
        foreach (var tensor in first.Concat(second)) tensor.Dispose();
        count.Dispose();
    }
}
