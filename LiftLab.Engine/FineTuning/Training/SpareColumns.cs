using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Tokens;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Training;

/// <summary>
/// Removes the level tokens of columns that a table does not have from embedding and head while all weights are trained. They are most of a
/// small model's vocabulary and occur in no row and no answer. Dispose restores the full matrices with the trained part copied in.
/// </summary>
sealed class SpareColumns : IDisposable
{
    readonly LanguageModel model;
    readonly TokenEmbedding tokens;
    readonly LinearSlot slot;
    readonly DenseLinear head;

    SpareColumns(LanguageModel model, TokenEmbedding tokens, LinearSlot slot, DenseLinear head, int used)
    {
        (this.model, this.tokens, this.slot, this.head) = (model, tokens, slot, head);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        model.Tokens.Layer = new TokenEmbedding(First(tokens.Weight, used));
        slot.Layer = new DenseLinear(head.Inputs, used, First(head.Weight, used), head.Bias is null ? null : First(head.Bias, used));
    }

    /// <summary>
    /// Null if nothing can be removed: the tokenizer has no level tokens for more columns, the head is tied to the embedding, or layers
    /// have adapters.
    /// </summary>
    /// <param name="columns">Number of columns of the table.</param>
    public static SpareColumns? Of(LanguageModel model, Tokenizer tokenizer, int columns)
    {
        var used = tokenizer.FirstLevelId + (1 + columns) * tokenizer.Levels;
        var slot = model.Linears.Last();
        return
            columns < tokenizer.LevelColumns
            && model.Tokens.Layer is TokenEmbedding tokens
            && slot.Layer is DenseLinear { InByOut: false } head
            && head.Weight != tokens.Weight
            ? new(model, tokens, slot, head, used)
            : null;
    }

    static Weight First(Weight whole, int used) =>
        new(whole.Name, whole.Value.detach().narrow(0, 0, used).clone()) { Trainable = whole.Trainable };

    public void Dispose()
    {
        var (learned, named) = (model.Tokens.Layer, slot.Layer);
        using (NewDisposeScope())
        using (no_grad())
            foreach (var (whole, part) in tokens.Weights.Concat(head.Weights).Zip(learned.Weights.Concat(named.Weights)))
                whole.Value.narrow(0, 0, part.Value.shape[0]).copy_(part.Value);
        (model.Tokens.Layer, slot.Layer) = (tokens, head);
        foreach (var part in learned.Weights.Concat(named.Weights))
            part.Dispose();
    }
}
