using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Layers;

/// <summary>
/// Keys and values of the previous tokens, so that a new token needs the computation of one position only. Buffers are filled in place.
/// </summary>
/// <param name="capacity">Maximum tokens per row, prompt and answer together.</param>
/// <param name="rows">Number of rows, needed for <see cref="Fill"/>.</param>
public sealed class KeyValueCache(int layers, int capacity, int rows = 0) : IDisposable
{
    readonly Tensor?[] keys = new Tensor?[layers],
        values = new Tensor?[layers];
    Tensor? real;

    /// <summary>Tokens per row, padding included.</summary>
    public int Length { get; private set; }

    public int Capacity => capacity;

    /// <summary>(B, Length + new), 1 for tokens and 0 for padding; null without padding.</summary>
    internal Tensor? RealWith(int rows, int fresh, Tensor? mask, Device device)
    {
        if (mask is null && real is null)
            return null;
        var now = mask?.to(ScalarType.Int64) ?? ones([rows, fresh], ScalarType.Int64, device);
        var before = real ?? ones([rows, Length], ScalarType.Int64, device);
        return Length == 0 ? now : cat([before, now], 1);
    }

    /// <summary>Appends the new tokens' keys and values of one layer and returns all.</summary>
    /// <param name="k">(B,G,T,d)</param>
    internal (Tensor Keys, Tensor Values) Append(int layer, Tensor k, Tensor v)
    {
        var fresh = k.shape[2];
        if (Length + fresh > capacity)
            throw new InvalidOperationException(
                $"the key-value cache has a capacity of {capacity} tokens per row and was given {Length + fresh}"
            );
        keys[layer] ??= empty([k.shape[0], k.shape[1], capacity, k.shape[3]], k.dtype, k.device).DetachFromDisposeScope();
        values[layer] ??= empty([v.shape[0], v.shape[1], capacity, v.shape[3]], v.dtype, v.device).DetachFromDisposeScope();
        keys[layer]!.narrow(2, Length, fresh).copy_(k);
        values[layer]!.narrow(2, Length, fresh).copy_(v);
        return (keys[layer]!.narrow(2, 0, Length + fresh), values[layer]!.narrow(2, 0, Length + fresh));
    }

    /// <summary>
    /// Writes one layer's keys and values of some rows, from the first column on. Call <see cref="Filled"/> after all rows are written.
    /// </summary>
    /// <param name="k">(R,T,G,d)</param>
    internal void Fill(int layer, int firstRow, Tensor k, Tensor v)
    {
        (keys[layer], values[layer]) = (Into(keys[layer], k), Into(values[layer], v));

        Tensor Into(Tensor? held, Tensor fresh)
        {
            held ??= empty([rows, fresh.shape[2], capacity, fresh.shape[3]], fresh.dtype, fresh.device).DetachFromDisposeScope();
            var (filled, part) = (fresh.shape[1], held.narrow(0, firstRow, fresh.shape[0]));
            part.narrow(2, 0, filled).copy_(fresh.transpose(1, 2));
            // uninitialised memory may contain NaN, and 0 · NaN is NaN even where the mask excludes it
            if (filled < capacity)
                part.narrow(2, filled, capacity - filled).zero_();
            return held;
        }
    }

    /// <summary>Sets the length and the padding mask after all rows are written with <see cref="Fill"/>.</summary>
    /// <param name="lengths">Number of tokens of each row.</param>
    public void Filled(IReadOnlyList<int> lengths, Device device)
    {
        Length = lengths.Max();
        if (lengths.All(l => l == Length))
            return;
        var marks = new long[lengths.Count * Length];
        for (var r = 0; r < lengths.Count; r++)
            Array.Fill(marks, 1, r * Length, lengths[r]);
        real = Upload.Of(marks, [lengths.Count, Length], device).DetachFromDisposeScope();
    }

    internal void Advance(int fresh, Tensor? allReal)
    {
        Length += fresh;
        if (allReal is null)
            return;
        var old = real;
        real = allReal.clone().DetachFromDisposeScope(); // not alias(): its native function has no error handling
        old?.Dispose();
    }

    /// <summary>Keeps these rows, in this order: removes finished rows, or repeats a row for a repeated prompt.</summary>
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

    static Tensor? Selected(Tensor? from, Tensor rows)
    {
        if (from is null)
            return null;
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
