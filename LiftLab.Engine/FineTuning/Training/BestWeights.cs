using LiftLab.Engine.Models;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Training;

/// <summary>A copy of the trainable weights at the best epoch.</summary>
sealed class BestWeights(LanguageModel model) : IDisposable
{
    readonly Dictionary<string, Tensor> kept = [];

    public IEnumerable<(string Name, Tensor Value)> Kept => kept.Select(p => (p.Key, p.Value));

    public void Keep()
    {
        using var frozen = no_grad();
        foreach (var weight in model.Trainable)
            if (kept.TryGetValue(weight.Name, out var old))
                old.copy_(weight.Value);
            else
                kept[weight.Name] = weight.Value.detach().clone().DetachFromDisposeScope();
    }

    public void Put(string name, Tensor value) => kept[name] = value.DetachFromDisposeScope();

    /// <summary>Copies the best weights back into the model; does nothing if none were kept.</summary>
    public void Restore()
    {
        using var frozen = no_grad();
        foreach (var weight in model.Trainable)
            if (kept.TryGetValue(weight.Name, out var value))
                weight.Value.copy_(value);
    }

    public void Dispose()
    {
        foreach (var value in kept.Values)
            value.Dispose();
    }
}
