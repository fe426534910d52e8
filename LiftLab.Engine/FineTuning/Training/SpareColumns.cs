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
    /// Null if nothing can be removed: the tokenizer has no level tokens for more columns, the head is tied to the embedding, layers have
    /// adapters, or a row contains such a token (as text in a cell).
    /// </summary>
    /// <param name="columns">Number of columns of the table.</param>
    /// <param name="largest">The largest token id of all rows.</param>
    public static SpareColumns? Of(LanguageModel model, Tokenizer tokenizer, int columns, int largest = 0)
    {
        var used = Used(tokenizer, columns);
        var slot = model.Linears.Last();
        return
            columns < tokenizer.LevelColumns
            && largest < used
            && model.Tokens.Layer is TokenEmbedding tokens
            && slot.Layer is DenseLinear { InByOut: false } head
            && head.Weight != tokens.Weight
            ? new(model, tokens, slot, head, used)
            : null;
    }

    /// <summary>
    /// Number of ids, from 0, that rows of a table contain: bytes, separators, shared levels, and the levels of its columns. All ids if the
    /// table has as many columns as the tokenizer or more.
    /// </summary>
    public static int Used(Tokenizer tokenizer, int columns) =>
        columns < tokenizer.LevelColumns ? tokenizer.FirstLevelId + (1 + columns) * tokenizer.Levels : tokenizer.VocabularySize;

    static Weight First(Weight whole, int used) =>
        new(whole.Name, whole.Value.detach().narrow(0, 0, used).clone()) { Trainable = whole.Trainable };

    /// <summary>Gives the model its full matrices, with the trained part copied in, for a piece of work.</summary>
    public void WithWhole(Action work)
    {
        var (learned, named) = (model.Tokens.Layer, slot.Layer);
        CopyBack();
        (model.Tokens.Layer, slot.Layer) = (tokens, head);
        try
        {
            work();
        }
        finally
        {
            (model.Tokens.Layer, slot.Layer) = (learned, named);
        }
    }

    void CopyBack()
    {
        using (NewDisposeScope())
        using (no_grad())
            foreach (var (whole, part) in tokens.Weights.Concat(head.Weights).Zip(model.Tokens.Layer.Weights.Concat(slot.Layer.Weights)))
                whole.Value.narrow(0, 0, part.Value.shape[0]).copy_(part.Value);
    }

    public void Dispose()
    {
        var (learned, named) = (model.Tokens.Layer, slot.Layer);
        CopyBack();
        (model.Tokens.Layer, slot.Layer) = (tokens, head);
        foreach (var part in learned.Weights.Concat(named.Weights))
            part.Dispose();
    }
}
