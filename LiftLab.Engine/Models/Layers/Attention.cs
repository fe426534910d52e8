using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Layers;

/// <summary>Causal multi-head attention. The projections are injected and may be quantised or adapted layers.</summary>
public sealed class Attention(QueryKeyValue projections, LinearSlot output, Rotary? rotary, ModelConfig config, int layer)
{
    readonly int? window = config.Window(layer);
    readonly double? scale = config.Scale(layer);

    public IEnumerable<LinearSlot> Slots => [.. projections.Slots, output];

    /// <summary>The layers whose input is that of the attention.</summary>
    public IEnumerable<LinearSlot> InputSlots => projections.Slots;

    /// <param name="x">(B,T,D)</param>
    /// <param name="turns">Rotations from <see cref="Rotary.Turns"/> for all T positions; null without rotary embeddings.</param>
    /// <param name="keep">Computes the result only for the last <paramref name="keep"/> positions.</param>
    /// <param name="copies">(T) index into x of the vector at each position, if x contains each distinct vector once; then <paramref
    /// name="keep"/> must be T. Null if x has one vector per position.</param>
    /// <param name="shared">Products of x with the adapters of the projections; null if they are not computed together.</param>
    /// <returns>(B,keep,D)</returns>
    public Tensor Forward(
        Tensor x,
        AttentionPlan plan,
        Tensor? turns,
        KeyValueCache? cache,
        int keep,
        Tensor? copies = null,
        SharedDown? shared = null
    )
    {
        using var scope = NewDisposeScope();
        var (q, k, v) = projections.Forward(x, copies is null ? keep : (int)x.shape[1], shared);
        if (copies is not null)
            (q, k, v) = (q.index_select(1, copies), k.index_select(1, copies), v.index_select(1, copies));
        if (turns is not null)
        {
            var length = k.shape[1];
            q = rotary!.Turn(q, keep == length ? turns : turns.narrow(turns.dim() - 3, length - keep, keep));
            k = rotary.Turn(k, turns);
        }
        if (plan.Packed is { } apart)
            (q, k, v) = apart.Apart(layer, q, k, v);
        (q, k, v) = (q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2)); // (B,H,T,d)
        if (cache is not null)
            (k, v) = cache.Append(layer, k, v);

        var causal = plan.IsPlainCausal(window, keep);
        var mask = causal ? null : plan.Mask(window, keep);
        var grouped = config.KeyValueHeads != config.Heads;
        var mixed =
            grouped || scale is not null
                ? Aten.ScaledDotProductAttention(q, k, v, mask, causal, scale, grouped)
                : nn.functional.scaled_dot_product_attention(q, k, v, mask, 0, causal);
        var attended = mixed.transpose(1, 2).flatten(2); // (B,keep,H·d)
        return output.Forward(plan.Packed?.Together(attended, keep) ?? attended).MoveToOuterDisposeScope();
    }
}
