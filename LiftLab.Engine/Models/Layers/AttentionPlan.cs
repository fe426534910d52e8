using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Layers;

/// <summary>
/// Who may look at whom in one forward pass, and where each token stands: made once, used by every layer.
/// New tokens are the last T of S; the first S − T are in the cache. With padding, a token's position counts real tokens only.
/// </summary>
public sealed class AttentionPlan
{
    readonly Dictionary<(int? Window, int Keep), Tensor> masks = [];
    readonly Tensor? allowed;
    readonly Tensor? real;
    readonly Tensor? places; // (B,S) positions of all tokens, where some are padding
    readonly int queries,
        keys;
    readonly ScalarType dtype;
    readonly Device device;

    /// <param name="real">(B,S) 1 for tokens, 0 for padding; null where nothing is padded.</param>
    public AttentionPlan(int queries, int keys, Tensor? real, ScalarType dtype, Device device)
    {
        (this.queries, this.keys, this.real, this.dtype, this.device, PositionBound) = (queries, keys, real, dtype, device, keys);
        places = real?.cumsum(1).AddInPlace(-1).NotNegativeInPlace();
        Positions = places?.narrow(1, keys - queries, queries);
    }

    /// <summary>A plan of one's own, for token trees. The first S − T tokens are in a cache, at positions 0 and on.</summary>
    /// <param name="positions">(B|1,T)</param>
    /// <param name="allowed">(B|1,T,S) true where the query may look; never empty for a query.</param>
    public AttentionPlan(Tensor positions, Tensor allowed, ScalarType dtype)
    {
        (queries, keys) = ((int)allowed.shape[1], (int)allowed.shape[2]);
        (this.allowed, Positions, this.dtype, device, PositionBound) = (allowed, positions, dtype, allowed.device, keys);
    }

    /// <summary>A plan for sequences packed into one line.</summary>
    public AttentionPlan(PackedAttention packed, ScalarType dtype, Device device)
    {
        var sequences = packed.Sequences;
        (queries, keys, this.dtype, this.device, Packed) = (sequences.Count, sequences.Count, dtype, device, packed);
        Positions = tensor(Array.ConvertAll(sequences.Positions, p => (long)p), [1, sequences.Count], device: device);
        PositionBound = sequences.Positions.Max() + 1;
    }

    /// <summary>Null where tokens lie row by row.</summary>
    public PackedAttention? Packed { get; }

    /// <summary>(B,T), or null where every row stands at <see cref="FirstPosition"/> and on.</summary>
    public Tensor? Positions { get; }

    public int FirstPosition => keys - queries;

    /// <summary>The largest position plus one.</summary>
    public int PositionBound { get; }

    /// <summary>Plain causal attention over new tokens only: no mask is needed, the kernel knows this case.</summary>
    public bool IsPlainCausal(int? window, int keep) =>
        real is null
        && allowed is null
        && Packed is null
        && keep == queries
        && queries == keys
        && queries > 1
        && (window is null || window >= keys);

    /// <summary>
    /// Makes the mask of the last <paramref name="keep"/> queries. It belongs to the dispose scope of the call, which must live as long
    /// as the pass and, where blocks are recomputed, until gradients are done.
    /// </summary>
    public void Prepare(int? window, int keep)
    {
        if (!NeedsMask(ref window, keep) || masks.ContainsKey((window, keep)))
            return;
        using var scope = NewDisposeScope();
        if (Packed is { } packed)
        {
            var read = packed.IsRead(keep);
            var each = read ? packed.Sequences.ReadEach : packed.Sequences.Queries;
            masks[(window, keep)] = tensor(
                    packed.Sequences.Mask(window, read),
                    [packed.Sequences.Rows, 1, each, packed.Sequences.Keys],
                    dtype: dtype,
                    device: device
                )
                .MoveToOuterDisposeScope();
            return;
        }
        var open = allowed is null ? Causal(window, keep) : Tree(window).narrow(1, queries - keep, keep);
        var mask = zeros(open.shape, dtype, device).ReplaceInPlace(open.logical_not(), double.NegativeInfinity).unsqueeze(1);
        masks[(window, keep)] = mask.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// 0 where the query may look and −∞ elsewhere, (B|1,1,keep,S), or of sequences taken apart; null where none is needed. It must have
    /// been prepared.
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
        if (window is { } w) // by positions: between a short row of a cache and its next token stands padding
            open = open.logical_and(
                (
                    places is null ? (query - key).unsqueeze(0) : places.narrow(1, keys - keep, keep).unsqueeze(2) - places.unsqueeze(1)
                ).Below(w)
            );
        // a padding token looks at itself, or its softmax would be over nothing and give NaN
        return real is null ? open : open.logical_and(real.to(ScalarType.Bool).unsqueeze(1)).logical_or((key == query).unsqueeze(0));
    }
}
