using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Layers;

/// <summary>One transformer block: attention and feed-forward on the residual stream, in the order of the configuration.</summary>
public sealed class Block(BlockShape shape, Norm firstNorm, Norm? secondNorm, Attention attention, FeedForward feedForward)
{
    public IEnumerable<Norm> Norms => secondNorm is null ? [firstNorm] : [firstNorm, secondNorm];

    public IEnumerable<LinearSlot> Slots => [.. attention.Slots, .. feedForward.Slots];

    /// <param name="x">(B,T,D)</param>
    /// <param name="keep"> Computes the result only for the last <paramref name="keep"/> positions. The last block of a model needs only
    /// the positions that are read; keys and values are still computed for all. </param>
    /// <param name="copies"> (T) index into x of the vector at each position, if x contains each distinct vector once: per-token operations
    /// are then computed once per distinct vector, and <paramref name="keep"/> must be T. Null if x has one vector per position. </param>
    /// <returns>(B,keep,D)</returns>
    public Tensor Forward(Tensor x, AttentionPlan plan, Tensor? turns, KeyValueCache? cache, int keep, Tensor? copies = null)
    {
        using var scope = NewDisposeScope(); // frees intermediate tensors that the autograd graph does not need
        var normed = firstNorm.Forward(x);
        var whole = keep == x.shape[1] || copies is not null;
        var parallel = shape == BlockShape.ParallelOneNorm;
        var shared = !whole
            ? null
            : SharedDown.Of(normed, parallel ? attention.InputSlots.Concat(feedForward.InputSlots) : attention.InputSlots);
        var attended = attention.Forward(normed, plan, turns, cache, keep, copies, shared);
        if (copies is not null)
            return FromCopies(x, normed, attended, copies, shared).MoveToOuterDisposeScope();
        var kept = Last(x, keep);
        var result = shape switch
        {
            BlockShape.ParallelOneNorm => attended.AddInPlace(feedForward.Forward(Last(normed, keep), shared)).AddInPlace(kept),
            BlockShape.ParallelTwoNorms => attended.AddInPlace(SecondPart(kept)).AddInPlace(kept),
            _ => Sequential(attended.AddInPlace(kept)),
        };
        return result.MoveToOuterDisposeScope();
    }

    Tensor SecondPart(Tensor x)
    {
        var normed = secondNorm!.Forward(x);
        return feedForward.Forward(normed, SharedDown.Of(normed, feedForward.InputSlots));
    }

    Tensor FromCopies(Tensor x, Tensor normed, Tensor attended, Tensor copies, SharedDown? shared) =>
        shape switch
        {
            BlockShape.ParallelOneNorm => attended.AddInPlace(feedForward.Forward(normed, shared).AddInPlace(x).index_select(1, copies)),
            BlockShape.ParallelTwoNorms => attended.AddInPlace(
                feedForward.Forward(secondNorm!.Forward(x)).AddInPlace(x).index_select(1, copies)
            ),
            _ => Sequential(attended.AddInPlace(x.index_select(1, copies))),
        };

    Tensor Sequential(Tensor x) => SecondPart(x).AddInPlace(x);

    static Tensor Last(Tensor x, int keep) => keep == x.shape[1] ? x : x.narrow(1, x.shape[1] - keep, keep);
}
