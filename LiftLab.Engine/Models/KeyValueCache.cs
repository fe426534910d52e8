using static TorchSharp.torch;

namespace LiftLab.Engine.Models;

/// <summary>Keys and values of the tokens so far, so that each new token costs one position. Buffers are filled in place.</summary>
/// <param name="capacity">Most tokens a row will have, prompt and answer together.</param>
public sealed class KeyValueCache(int layers, int capacity) : IDisposable
{
    readonly Tensor?[] keys = new Tensor?[layers], values = new Tensor?[layers];
    Tensor? real;

    /// <summary>Tokens a row, padding included.</summary>
    public int Length { get; private set; }

    public int Capacity => capacity;

    /// <summary>(B, Length + new) 1 for tokens and 0 for padding; null where nothing is padded.</summary>
    internal Tensor? RealWith(int rows, int fresh, Tensor? mask, Device device)
    {
        if (mask is null && real is null) return null;
        var now = mask?.to(ScalarType.Int64) ?? ones([rows, fresh], ScalarType.Int64, device);
        var before = real ?? ones([rows, Length], ScalarType.Int64, device);
        return Length == 0 ? now : cat([before, now], 1);
    }

    /// <summary>Adds the new tokens of one layer and returns all there are.</summary>
    /// <param name="k">(B,G,T,d)</param>
    internal (Tensor Keys, Tensor Values) Append(int layer, Tensor k, Tensor v)
    {
        var fresh = k.shape[2];
        if (Length + fresh > capacity) throw new InvalidOperationException($"the key-value cache holds {capacity} tokens a row and was given {Length + fresh}");
        keys[layer] ??= empty([k.shape[0], k.shape[1], capacity, k.shape[3]], k.dtype, k.device).DetachFromDisposeScope();
        values[layer] ??= empty([v.shape[0], v.shape[1], capacity, v.shape[3]], v.dtype, v.device).DetachFromDisposeScope();
        keys[layer]!.narrow(2, Length, fresh).copy_(k);
        values[layer]!.narrow(2, Length, fresh).copy_(v);
        return (keys[layer]!.narrow(2, 0, Length + fresh), values[layer]!.narrow(2, 0, Length + fresh));
    }

    internal void Advance(int fresh, Tensor? allReal)
    {
        Length += fresh;
        if (allReal is null) return;
        var old = real;
        real = allReal.clone().DetachFromDisposeScope(); // not alias(): its native entry has no error handling
        old?.Dispose();
    }

    /// <summary>Keeps these rows, in this order: drops rows that are finished, or repeats one (a prefix that all prompts share).</summary>
    /// <param name="rows">(n) int64</param>
    public void Select(Tensor rows)
    {
        using var scope = NewDisposeScope();
        for (var i = 0; i < layers; i++)
        {
            keys[i] = Selected(keys[i], rows);
            values[i] = Selected(values[i], rows);
        }
        real = Selected(real, rows);
    }

    /// <summary>A cache of so many rows that all begin with what this one's only row holds.</summary>
    /// <param name="capacity">Most tokens a row will have, those held here counted.</param>
    public KeyValueCache Fork(int rows, int capacity)
    {
        if (real is not null || keys[0]?.shape[0] != 1) throw new InvalidOperationException("only a cache of one row without padding can be forked");
        using var scope = NewDisposeScope();
        var fork = new KeyValueCache(layers, capacity) { Length = Length };
        for (var i = 0; i < layers; i++) (fork.keys[i], fork.values[i]) = (Forked(keys[i]!), Forked(values[i]!));
        return fork;

        Tensor Forked(Tensor held)
        {
            var room = empty([rows, held.shape[1], capacity, held.shape[3]], held.dtype, held.device).DetachFromDisposeScope();
            room.narrow(2, 0, Length).copy_(held.narrow(2, 0, Length)); // the row is repeated by the copy
            return room;
        }
    }

    static Tensor? Selected(Tensor? from, Tensor rows)
    {
        if (from is null) return null;
        var chosen = from.index_select(0, rows).DetachFromDisposeScope();
        from.Dispose();
        return chosen;
    }

    public void Dispose()
    {
        for (var i = 0; i < layers; i++)
        {
            keys[i]?.Dispose();
            values[i]?.Dispose();
        }
        real?.Dispose();
    }
}
