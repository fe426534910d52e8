using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Adapters;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Kept;

/// <summary>
/// Merges adapters into the weights that they adapt, W + s · B A (with DoRA, each row is then scaled to its magnitude), so that the model
/// no longer needs them.
/// </summary>
public static class AdapterMerge
{
    /// <summary>
    /// Replaces every adapted layer by a plain one. A model without adapters is unchanged. Embedding and head that share a weight get one
    /// each if an adapter changes one of them (decision record 077).
    /// </summary>
    /// <exception cref="ModelFolderException">A base weight is quantised.</exception>
    public static void Apply(LanguageModel model)
    {
        var linears = model.Linears.Where(s => s.Layer is LoraLinear).Select(s => (Slot: s, Layer: (LoraLinear)s.Layer)).ToArray();
        var embedding = model.Tokens.Layer as LoraEmbedding;
        if (linears.FirstOrDefault(l => l.Layer.Base is not DenseLinear) is { Slot: { } quantised })
            throw new ModelFolderException(
                "merge-quantised",
                $"the weight of {quantised.Name} is quantised",
                "Load the base model unquantised before merging."
            );
        var head = model.Linears.Last();
        if (embedding is not null || head.Layer is LoraLinear)
            model.Untie();
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var (slot, layer) in linears)
        {
            var plain = (DenseLinear)layer.Base;
            using var inner = NewDisposeScope();
            var outByIn = plain.InByOut ? plain.Weight.Value.t() : plain.Weight.Value;
            outByIn.AddInPlace(layer.Delta(outByIn));
            slot.Layer = plain;
            layer.DisposeAdapter();
        }
        if (embedding is null)
            return;
        var plainEmbedding = (TokenEmbedding)embedding.Base;
        plainEmbedding.Weight.Value.AddInPlace(embedding.Delta());
        model.Tokens.Layer = plainEmbedding;
        embedding.Down.Dispose();
        embedding.Up.Dispose();
    }
}
