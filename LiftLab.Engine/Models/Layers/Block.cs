using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Layers;

/// <summary>One layer of the model: attention and feed-forward around the residual stream, in the order the configuration says.</summary>
public sealed class Block(BlockShape shape, Norm firstNorm, Norm? secondNorm, Attention attention, FeedForward feedForward)
{
    public IEnumerable<Norm> Norms => secondNorm is null ? [firstNorm] : [firstNorm, secondNorm];

    public IEnumerable<LinearSlot> Slots => [.. attention.Slots, .. feedForward.Slots];

    /// <param name="x">(B,T,D)</param>
    /// <param name="keep">
    /// How many last positions the result is wanted for. The last block of a model needs only those that are read; keys and values
    /// are still made for all.
    /// </param>
    /// <param name="copies">
    /// (T) which vector of x stands at each position, where x has equal ones once: what is computed token by token is then computed once
    /// for them. Everything is kept.
    /// </param>
    /// <returns>(B,keep,D)</returns>
    public Tensor Forward(Tensor x, AttentionPlan plan, Tensor? turns, KeyValueCache? cache, int keep, Tensor? copies = null)
    {
        using var scope = NewDisposeScope(); // wrappers of what the graph does not need go at once, and with them their memory
        var normed = firstNorm.Forward(x);
        var attended = attention.Forward(normed, plan, turns, cache, keep, copies);
        if (copies is not null)
            return FromCopies(x, normed, attended, copies).MoveToOuterDisposeScope();
        var kept = Last(x, keep);
        var result = shape switch
        {
            BlockShape.ParallelOneNorm => attended.AddInPlace(feedForward.Forward(Last(normed, keep))).AddInPlace(kept),
            BlockShape.ParallelTwoNorms => attended.AddInPlace(feedForward.Forward(secondNorm!.Forward(kept))).AddInPlace(kept),
            _ => Sequential(attended.AddInPlace(kept)),
        };
        return result.MoveToOuterDisposeScope();
    }

    Tensor FromCopies(Tensor x, Tensor normed, Tensor attended, Tensor copies) =>
        shape switch
        {
            BlockShape.ParallelOneNorm => attended.AddInPlace(feedForward.Forward(normed).AddInPlace(x).index_select(1, copies)),
            BlockShape.ParallelTwoNorms => attended.AddInPlace(
                feedForward.Forward(secondNorm!.Forward(x)).AddInPlace(x).index_select(1, copies)
            ),
            _ => Sequential(attended.AddInPlace(x.index_select(1, copies))),
        };

    Tensor Sequential(Tensor x) => feedForward.Forward(secondNorm!.Forward(x)).AddInPlace(x);

    static Tensor Last(Tensor x, int keep) => keep == x.shape[1] ? x : x.narrow(1, x.shape[1] - keep, keep);
}
