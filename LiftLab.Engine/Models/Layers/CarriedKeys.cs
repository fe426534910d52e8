using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Layers;

/// <summary>Keys and values of a beginning, which the next pass's sequences share with the last of the one before.</summary>
/// <param name="layers">Layers of the model.</param>
public sealed class CarriedKeys(int layers) : IDisposable
{
    readonly (Tensor Keys, Tensor Values)?[] held = new (Tensor, Tensor)?[layers];

    /// <summary>Tokens held.</summary>
    public int Length { get; private set; }

    /// <summary>What is held and behind it what is new, (held + T, G, d); keeps of these what the next pass is to find.</summary>
    /// <param name="keys">(T,G,d)</param>
    /// <param name="keep">(next) places of what is kept; null for nothing.</param>
    internal (Tensor Keys, Tensor Values) Extend(int layer, Tensor keys, Tensor values, Tensor? keep)
    {
        var before = held[layer];
        if (before is { } old)
            (keys, values) = (cat([old.Keys, keys], 0), cat([old.Values, values], 0));
        held[layer] = keep is null
            ? null
            : (keys.index_select(0, keep).DetachFromDisposeScope(), values.index_select(0, keep).DetachFromDisposeScope());
        Dispose(before);
        return (keys, values);
    }

    internal void Advance(int tokens) => Length = tokens;

    static void Dispose((Tensor Keys, Tensor Values)? pair)
    {
        pair?.Keys.Dispose();
        pair?.Values.Dispose();
    }

    public void Dispose()
    {
        foreach (var pair in held)
            Dispose(pair);
    }
}
