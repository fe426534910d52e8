using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Torch;
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

    /// <summary>Keeps the weights of some models of a stack; those kept before for the others are unchanged.</summary>
    public void Keep(IReadOnlyList<int> models)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var index = Upload.Of(models, model.Device);
        foreach (var weight in model.Trainable)
            if (models.Count == weight.Value.shape[0] || !kept.TryGetValue(weight.Name, out var old))
            {
                Keep();
                return;
            }
            else
                old.index_copy_(0, index, weight.Value.detach().index_select(0, index));
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
