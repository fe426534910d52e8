using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Training;

/// <summary>
/// Rows as tensors, left-padded with id 0, which the attention mask hides, or packed in one line without padding. The last token of a row
/// is not an input, since nothing is predicted from it; the model's last block and head run only on positions with a label.
/// </summary>
public sealed class Batch
{
    Batch(Tensor ids, Tensor? mask, Tensor where, Tensor targets, int keep, int tokens, PackedRows? line = null) =>
        (Ids, Mask, Where, Targets, Keep, Tokens, Line) = (ids, mask, where, targets, keep, tokens, line);

    /// <summary>The rows in one line; null if they are padded.</summary>
    public PackedRows? Line { get; }

    /// <summary>(B,T) input token ids; (1,N) in a line.</summary>
    public Tensor Ids { get; }

    /// <summary>(B,T) attention mask, 1 for tokens and 0 for padding; null without padding.</summary>
    public Tensor? Mask { get; }

    /// <summary>(N) indices of the labelled positions in the flattened last <see cref="Keep"/> columns.</summary>
    public Tensor Where { get; }

    /// <summary>(N) token ids to predict.</summary>
    public Tensor Targets { get; }

    /// <summary>Number of trailing columns that contain all labels. In a line, all of them are read.</summary>
    public int Keep { get; }

    /// <summary>Number of tokens of all rows, without padding.</summary>
    public int Tokens { get; }
    public long TargetCount => Targets.shape[0];

    /// <summary>The rows in one line.</summary>
    /// <exception cref="ArgumentException">No row has a label after its first token.</exception>
    public static Batch Packed(IReadOnlyList<TrainingRow> rows, RowTree tree, Device device)
    {
        var (where, targets) = (new List<long>(), new List<long>());
        for (var i = 0; i < rows.Count; i++)
            foreach (var t in rows[i].LabelPlaces)
            {
                where.Add(tree.ReadPlace(i, t - 1));
                targets.Add(rows[i].Labels[t]);
            }
        if (targets.Count == 0)
            throw new ArgumentException("no row of the batch has a label", nameof(rows));
        return new(
            Upload.Of(tree.Ids, [1, tree.Count], device),
            null,
            Upload.Of(where.ToArray(), device),
            Upload.Of(targets.ToArray(), device),
            tree.Read,
            rows.Sum(r => r.Length),
            new(tree, device)
        );
    }

    /// <exception cref="ArgumentException">There is no row, or no row has a label after its first token.</exception>
    public static Batch Of(IReadOnlyList<TrainingRow> rows, Device device)
    {
        if (rows.Count == 0)
            throw new ArgumentException("a batch needs at least one row", nameof(rows));
        var width = rows.Max(r => r.Length) - 1;
        var (first, tokens, padded) = (width, 0, false);
        var targets = new List<long>();
        var columns = new List<(int Row, int Column)>();
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            var shift = width - row.Length; // column of a token's predecessor minus the token's position
            padded |= shift >= 0;
            tokens += row.Length;
            for (var t = 1; t < row.Length; t++)
            {
                if (row.Labels[t] == TrainingRow.Unlabelled)
                    continue;
                targets.Add(row.Labels[t]);
                columns.Add((i, shift + t));
                first = Math.Min(first, shift + t);
            }
        }
        if (targets.Count == 0)
            throw new ArgumentException("no row of the batch has a label", nameof(rows));
        var keep = width - first;
        var (ids, mask) = (new long[rows.Count * width], padded ? new long[rows.Count * width] : null);
        for (var i = 0; i < rows.Count; i++)
        {
            var start = width - rows[i].Length + 1;
            for (var t = 0; t < rows[i].Length - 1; t++)
            {
                ids[i * width + start + t] = rows[i].Ids[t];
                if (mask is not null)
                    mask[i * width + start + t] = 1;
            }
        }
        long[] where = [.. columns.Select(c => (long)c.Row * keep + c.Column - first)];
        return new(
            Upload.Of(ids, [rows.Count, width], device),
            mask is null ? null : Upload.Of(mask, [rows.Count, width], device),
            Upload.Of(where, device),
            Upload.Of(targets.ToArray(), device),
            keep,
            tokens
        );
    }
}
