using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Training;

/// <summary>The language-model loss: cross-entropy of the labelled tokens, in nats.</summary>
public static class Objective
{
    /// <summary>Sum over the labels of the batch: a scalar with gradient.</summary>
    public static Tensor Sum(LanguageModel model, Batch batch) =>
        nn.functional.cross_entropy(Logits(model, batch), batch.Targets, reduction: nn.Reduction.Sum);

    /// <summary>Mean over the labels of the batch, as in the paper.</summary>
    public static Tensor Mean(LanguageModel model, Batch batch) => Sum(model, batch).DividedBy(batch.TargetCount);

    /// <summary>Mean loss over the labels of all rows, without gradients, in nats.</summary>
    public static double Mean(LanguageModel model, IReadOnlyList<TrainingRow> rows, int batchSize, CancellationToken cancel = default)
    {
        using var frozen = no_grad();
        var training = model.Training;
        model.Training = false;
        try
        {
            using var whole = NewDisposeScope();
            var sums = new List<Tensor>();
            long count = 0;
            foreach (var chunk in rows.OrderBy(r => r.Length).Chunk(batchSize))
            {
                cancel.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                foreach (var row in chunk)
                    model.CheckRow(row.Ids);
                var batch = Batch.Of(chunk, model.Device);
                sums.Add(Sum(model, batch).MoveToOuterDisposeScope());
                count += batch.TargetCount;
            }
            return stack(sums).cpu().data<float>().Sum(s => (double)s) / count; // waits for the device once
        }
        finally
        {
            model.Training = training;
        }
    }

    static Tensor Logits(LanguageModel model, Batch batch)
    {
        var hidden = batch.Line is { } line
            ? model.Hidden(batch.Ids, new AttentionPlan(line, model.Dtype, model.Device), last: batch.Keep)
            : model.Hidden(batch.Ids, batch.Mask, last: batch.Keep);
        var flat = hidden.reshape(-1, model.Config.Width);
        var inOrder = batch.Line is null && batch.TargetCount == flat.shape[0];
        var labelled = inOrder ? flat : flat.index_select(0, batch.Where);
        var logits = model.Head(labelled);
        return logits.dtype == ScalarType.Float32 ? logits : logits.to(ScalarType.Float32);
    }
}
