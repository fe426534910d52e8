using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Stacks;

/// <summary>
/// The rows of all models of a stack for one step, ordered by model, as in <see cref="Batch"/>. Models with fewer rows or labels than
/// others get padding rows without labels and labels that the loss ignores.
/// </summary>
sealed class StackBatch
{
    StackBatch(Tensor ids, Tensor? mask, Tensor? where, Tensor targets, Tensor shares, int keep) =>
        (Ids, Mask, Where, Targets, Shares, Keep) = (ids, mask, where, targets, shares, keep);

    /// <summary>(S·B,T) input token ids.</summary>
    public Tensor Ids { get; }

    /// <summary>(S·B,T), 1 for tokens and 0 for padding; null without padding.</summary>
    public Tensor? Mask { get; }

    /// <summary>(S·N) indices of the labelled positions in the flattened last <see cref="Keep"/> columns; null for all.</summary>
    public Tensor? Where { get; }

    /// <summary>(S·N) places of the labels in the models' heads; <see cref="TrainingRow.Unlabelled"/> for padding.</summary>
    public Tensor Targets { get; }

    /// <summary>(S,1) one over the number of a model's labels; 0 for a model without rows.</summary>
    public Tensor Shares { get; }

    /// <summary>Number of trailing columns that contain all labels.</summary>
    public int Keep { get; }

    /// <param name="rows">The rows of each model; none for models that take no part.</param>
    public static StackBatch Of(IReadOnlyList<IReadOnlyList<TrainingRow>> rows, ModelStack stack)
    {
        var device = stack.Together.Device;
        var (models, most) = (rows.Count, rows.Max(r => r.Count));
        var width = rows.Max(r => r.Count == 0 ? 0 : r.Max(row => row.Length)) - 1;
        var labels = new List<(int Column, int Row, int Target)>[models];
        var first = width;
        for (var m = 0; m < models; m++)
        {
            labels[m] = [];
            var places = stack.Places(m);
            for (var i = 0; i < rows[m].Count; i++)
            {
                var row = rows[m][i];
                var shift = width - row.Length; // column of a token's predecessor minus the token's position
                for (var t = 1; t < row.Length; t++)
                {
                    if (row.Labels[t] == TrainingRow.Unlabelled)
                        continue;
                    labels[m].Add((shift + t, m * most + i, places[row.Labels[t]]));
                    first = Math.Min(first, shift + t);
                }
            }
        }
        var (keep, count) = (width - first, labels.Max(l => l.Count));
        var (where, targets) = (new long[models * count], new long[models * count]);
        for (var m = 0; m < models; m++)
        for (var n = 0; n < count; n++)
        {
            var (column, row, target) = n < labels[m].Count ? labels[m][n] : (first, m * most, TrainingRow.Unlabelled);
            (where[m * count + n], targets[m * count + n]) = ((long)row * keep + column - first, target);
        }
        var (ids, mask) = Padded(rows, most, width);
        float[] shares = [.. labels.Select(l => l.Count == 0 ? 0 : 1f / l.Count)];
        var whole = count == most * keep && labels.All(l => l.Count == count);
        return new(
            Upload.Of(ids, [models * most, width], device),
            mask is null ? null : Upload.Of(mask, [models * most, width], device),
            whole ? null : Upload.Of(where, device),
            Upload.Of(targets, device),
            Upload.Of(shares, [models, 1], device),
            keep
        );
    }

    static (long[] Ids, long[]? Mask) Padded(IReadOnlyList<IReadOnlyList<TrainingRow>> rows, int most, int width)
    {
        var ids = new long[rows.Count * most * width];
        var padded = rows.Any(r => r.Count < most || r.Any(row => row.Length - 1 < width));
        var mask = padded ? new long[ids.Length] : null;
        for (var m = 0; m < rows.Count; m++)
        for (var i = 0; i < rows[m].Count; i++)
        {
            var row = rows[m][i].Ids;
            var start = (m * most + i + 1) * width - (row.Length - 1);
            for (var t = 0; t < row.Length - 1; t++)
            {
                ids[start + t] = row[t];
                if (mask is not null)
                    mask[start + t] = 1;
            }
        }
        return (ids, mask);
    }

    /// <summary>The mean loss of each model over its labels, in nats: (S) with gradient. 0 for a model without rows.</summary>
    public Tensor Losses(ModelStack stack)
    {
        var together = stack.Together;
        var flat = together.Hidden(Ids, Mask, last: Keep).reshape(-1, together.Config.Width);
        var logits = together.Head(Where is null ? flat : flat.index_select(0, Where));
        return nn
            .functional.cross_entropy(logits, Targets, ignore_index: TrainingRow.Unlabelled, reduction: nn.Reduction.None)
            .view(stack.Count, -1)
            .mul(Shares)
            .sum(1);
    }
}
