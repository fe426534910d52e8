using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Layers;

/// <summary>
/// Tokens of several sequences in one line without padding, where tokens that begin several sequences occur once. Only attention separates
/// the sequences; all other layers work on the line. Its last tokens are those whose hidden states are read.
/// </summary>
public abstract class PackedLine
{
    /// <summary>Number of tokens.</summary>
    public abstract int Count { get; }

    /// <summary>Token ids.</summary>
    public abstract int[] Ids { get; }

    /// <summary>Position of each token in its sequence.</summary>
    public abstract int[] Positions { get; }

    /// <summary>Unpacks to R sequences: q (1,keep,H,d) becomes (R,Q,H,d); k, v (1,N,G,d) become (R,S,G,d).</summary>
    internal abstract (Tensor Query, Tensor Key, Tensor Value) Apart(int layer, Tensor q, Tensor k, Tensor v);

    /// <summary>Packs the result: (R,Q,W) becomes (1,keep,W).</summary>
    internal abstract Tensor Together(Tensor x, int keep);

    /// <summary>The additive mask (R,1,Q,S), 0 or −∞.</summary>
    internal abstract Tensor Mask(int? window, int keep, ScalarType dtype, Device device);

    /// <summary>Whether only the tokens that are read have queries.</summary>
    internal bool IsRead(long keep) => keep != Count;

    /// <summary>
    /// The index of the first occurrence of each distinct token, and per token the index of its distinct token.
    /// </summary>
    /// <param name="byPosition">Whether equal token ids at different positions are distinct.</param>
    public (long[] Firsts, long[] Copies) Repeated(bool byPosition)
    {
        var numbers = new Dictionary<(int Id, int Position), int>();
        var (firsts, copies) = (new List<long>(), new long[Count]);
        for (var i = 0; i < Count; i++)
        {
            var key = (Ids[i], byPosition ? Positions[i] : 0);
            if (!numbers.TryGetValue(key, out var number))
            {
                numbers[key] = number = firsts.Count;
                firsts.Add(i);
            }
            copies[i] = number;
        }
        return ([.. firsts], copies);
    }
}
