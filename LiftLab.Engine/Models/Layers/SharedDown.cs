using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Layers;

/// <summary>
/// The products of one input with the down-projections of the adapters on several layers, computed as one matrix product: four products
/// with 16 outputs each read the input four times and fill a processor badly.
/// </summary>
public sealed class SharedDown
{
    readonly LinearSlot[] slots;
    readonly Tensor[] parts; // (N, r) of each slot

    SharedDown(LinearSlot[] slots, Tensor[] parts) => (this.slots, this.parts) = (slots, parts);

    /// <summary>Null where fewer than two of the layers have such an adapter, or no gradient is computed.</summary>
    /// <param name="x">(…, D) the input of all slots.</param>
    public static SharedDown? Of(Tensor x, IEnumerable<LinearSlot> slots)
    {
        if (!is_grad_enabled())
            return null;
        LinearSlot[] adapted = [.. slots.Where(s => s.Layer.DownProjection is not null)];
        if (adapted.Length < 2)
            return null;
        Tensor[] downs = [.. adapted.Select(s => s.Layer.DownProjection!)];
        using var scope = NewDisposeScope();
        var down = cat(downs, 0);
        var all = nn.functional.linear(x.reshape(-1, x.shape[^1]), down.dtype == x.dtype ? down : down.to(x.dtype));
        var parts = all.split([.. downs.Select(d => d.shape[0])], 1);
        foreach (var part in parts)
            part.MoveToOuterDisposeScope();
        return new(adapted, parts);
    }

    internal Tensor? Of(LinearSlot slot) => Array.IndexOf(slots, slot) is >= 0 and var place ? parts[place] : null;
}
