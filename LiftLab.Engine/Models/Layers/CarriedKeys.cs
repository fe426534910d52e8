using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Layers;

/// <summary>Keys and values of the prefix that the next pass's first sequence shares with the last sequence of the previous pass.</summary>
/// <param name="layers">Number of layers of the model.</param>
public sealed class CarriedKeys(int layers) : IDisposable
{
    readonly (Tensor Keys, Tensor Values)?[] held = new (Tensor, Tensor)?[layers];

    /// <summary>Number of tokens of the prefix.</summary>
    public int Length { get; private set; }

    /// <summary>
    /// Returns the held keys and values followed by the new ones, (held + T, G, d), and keeps those that the next pass needs.
    /// </summary>
    /// <param name="keys">(T,G,d)</param>
    /// <param name="keep">(next) indices of the tokens to keep; null for none.</param>
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
