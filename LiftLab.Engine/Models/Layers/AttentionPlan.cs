using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Layers;

/// <summary>
/// Attention masks and token positions of one forward pass, computed once and shared by all layers. The new tokens are the last T of S; the
/// first S − T are in the cache. Positions do not count padding.
/// </summary>
public sealed class AttentionPlan
{
    readonly Dictionary<(int? Window, int Keep), Tensor> masks = [];
    readonly Tensor? allowed;
    readonly Tensor? real;
    readonly Tensor? places; // (B,S) positions of all tokens; null without padding
    readonly int queries,
        keys;
    readonly ScalarType dtype;
    readonly Device device;

    /// <param name="real">(B,S), 1 for tokens and 0 for padding; null without padding.</param>
    public AttentionPlan(int queries, int keys, Tensor? real, ScalarType dtype, Device device)
    {
        (this.queries, this.keys, this.real, this.dtype, this.device, PositionBound) = (queries, keys, real, dtype, device, keys);
        places = real?.cumsum(1).AddInPlace(-1).NotNegativeInPlace();
        Positions = places?.narrow(1, keys - queries, queries);
    }

    /// <summary>
    /// A plan with explicit positions and mask, for token trees. The first S − T tokens are in a cache, at positions 0, 1, ….
    /// </summary>
    /// <param name="positions">(B|1,T)</param>
    /// <param name="allowed">(B|1,T,S) true where the query attends to the key; every query needs at least one key.</param>
    public AttentionPlan(Tensor positions, Tensor allowed, ScalarType dtype)
    {
        (queries, keys) = ((int)allowed.shape[1], (int)allowed.shape[2]);
        (this.allowed, Positions, this.dtype, device, PositionBound) = (allowed, positions, dtype, allowed.device, keys);
    }

    /// <summary>A plan for packed sequences.</summary>
    public AttentionPlan(PackedLine packed, ScalarType dtype, Device device)
    {
        (queries, keys, this.dtype, this.device, Packed) = (packed.Count, packed.Count, dtype, device, packed);
        Positions = Upload.Of(Array.ConvertAll(packed.Positions, p => (long)p), [1, packed.Count], device);
        PositionBound = packed.Positions.Max() + 1;
    }

    /// <summary>The packed sequences; null for an ordinary batch.</summary>
    public PackedLine? Packed { get; }

    /// <summary>
    /// (B,T) positions; null if every row has the positions <see cref="FirstPosition"/>, <see cref="FirstPosition"/> + 1, ….
    /// </summary>
    public Tensor? Positions { get; }

    public int FirstPosition => keys - queries;

    /// <summary>The largest position plus one.</summary>
    public int PositionBound { get; }

    /// <summary>Whether attention is plain causal attention over new tokens only, which the kernel supports without a mask.</summary>
    public bool IsPlainCausal(int? window, int keep) =>
        real is null
        && allowed is null
        && Packed is null
        && keep == queries
        && queries == keys
        && queries > 1
        && (window is null || window >= keys);

    /// <summary>
    /// Creates the mask of the last <paramref name="keep"/> queries in the caller's dispose scope, which must last as long as the forward
    /// pass and, if blocks are recomputed, until the backward pass is done.
    /// </summary>
    public void Prepare(int? window, int keep)
    {
        if (!NeedsMask(ref window, keep) || masks.ContainsKey((window, keep)))
            return;
        using var scope = NewDisposeScope();
        if (Packed is { } packed)
        {
            masks[(window, keep)] = packed.Mask(window, keep, dtype, device).MoveToOuterDisposeScope();
            return;
        }
        var open = allowed is null ? Causal(window, keep) : Tree(window).narrow(1, queries - keep, keep);
        var mask = zeros(open.shape, dtype, device).ReplaceInPlace(open.logical_not(), double.NegativeInfinity).unsqueeze(1);
        masks[(window, keep)] = mask.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The additive mask, (B|1,1,keep,S), or (Rows,1,queries,Keys) for packed sequences: 0 where the query attends, −∞ elsewhere. Null if
    /// none is needed. Requires a call of <see cref="Prepare"/>.
    /// </summary>
    public Tensor? Mask(int? window, int keep) => NeedsMask(ref window, keep) ? masks[(window, keep)] : null;

    bool NeedsMask(ref int? window, int keep)
    {
        if (window >= PositionBound)
            window = null;
        return !IsPlainCausal(window, keep)
            && (Packed is not null || real is not null || allowed is not null || window is not null || keep > 1);
    }

    Tensor Tree(int? window)
    {
        if (window is not { } w)
            return allowed!;
        var before = Arithmetic.Range(0, FirstPosition, device).unsqueeze(0).expand(Positions!.shape[0], FirstPosition);
        return allowed!.logical_and((Positions.unsqueeze(2) - cat([before, Positions], 1).unsqueeze(1)).Below(w));
    }

    Tensor Causal(int? window, int keep)
    {
        var key = Arithmetic.Range(0, keys, device).unsqueeze(0);
        var query = Arithmetic.Range(keys - keep, keys, device).unsqueeze(1);
        var open = (key <= query).unsqueeze(0);
        if (window is { } w) // by positions, because padding can lie between a short row in the cache and its next token
            open = open.logical_and(
                (
                    places is null ? (query - key).unsqueeze(0) : places.narrow(1, keys - keep, keep).unsqueeze(2) - places.unsqueeze(1)
                ).Below(w)
            );
        // a padding token attends to itself, because a softmax over no keys gives NaN
        return real is null ? open : open.logical_and(real.to(ScalarType.Bool).unsqueeze(1)).logical_or((key == query).unsqueeze(0));
    }
}
