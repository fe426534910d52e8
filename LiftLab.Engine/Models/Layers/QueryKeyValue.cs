using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Layers;

/// <summary>Projection of the residual stream to queries, keys and values.</summary>
public abstract class QueryKeyValue
{
    public abstract IEnumerable<LinearSlot> Slots { get; }

    /// <param name="x">(B,T,D)</param>
    /// <param name="keep">Computes queries only for the last <paramref name="keep"/> positions.</param>
    /// <param name="shared">Products of x with the layers' adapters; null if they are not computed together.</param>
    /// <returns>q (B,keep,H,d); k, v (B,T,G,d)</returns>
    public abstract (Tensor Query, Tensor Key, Tensor Value) Forward(Tensor x, int keep, SharedDown? shared = null);
}

/// <summary>Projection with three matrices.</summary>
public sealed class SeparateProjections(LinearSlot query, LinearSlot key, LinearSlot value, ModelConfig config) : QueryKeyValue
{
    public override IEnumerable<LinearSlot> Slots => [query, key, value];

    public override (Tensor Query, Tensor Key, Tensor Value) Forward(Tensor x, int keep, SharedDown? shared = null)
    {
        var (rows, length) = (x.shape[0], x.shape[1]);
        return (
            (keep == length ? query.Forward(x, shared) : query.Forward(x.narrow(1, length - keep, keep))).view(
                rows,
                keep,
                config.Heads,
                config.HeadWidth
            ),
            key.Forward(x, shared).view(rows, length, config.KeyValueHeads, config.HeadWidth),
            value.Forward(x, shared).view(rows, length, config.KeyValueHeads, config.HeadWidth)
        );
    }
}

/// <summary>Projection with one matrix, whose outputs are ordered by part (query, key, value) or by head.</summary>
public sealed class FusedProjection(LinearSlot fused, ModelConfig config) : QueryKeyValue
{
    public override IEnumerable<LinearSlot> Slots => [fused];

    public override (Tensor Query, Tensor Key, Tensor Value) Forward(Tensor x, int keep, SharedDown? shared = null)
    {
        var (rows, length) = (x.shape[0], x.shape[1]);
        var byHead = config.QueryKeyValue == FusedLayout.Heads;
        var all = byHead
            ? fused.Forward(x, shared).view(rows, length, config.Heads, 3, config.HeadWidth)
            : fused.Forward(x, shared).view(rows, length, 3, config.Heads, config.HeadWidth);
        var part = byHead ? 3 : 2;
        var q = all.select(part, 0);
        return (keep == length ? q : q.narrow(1, length - keep, keep), all.select(part, 1), all.select(part, 2));
    }
}
