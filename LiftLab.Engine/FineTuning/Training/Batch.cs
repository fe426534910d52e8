using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Training;

/// <summary>
/// Rows as tensors, padded on the left with id 0, which the mask hides. The last token of a row is never an input, since nothing is
/// predicted from it; and the model's
/// last block and head work only where a label stands.
/// </summary>
public sealed class Batch
{
    Batch(Tensor ids, Tensor? mask, Tensor where, Tensor targets, int keep, int tokens) =>
        (Ids, Mask, Where, Targets, Keep, Tokens) = (ids, mask, where, targets, keep, tokens);

    /// <summary>(B,T)</summary>
    public Tensor Ids { get; }

    /// <summary>(B,T) 1 for tokens and 0 for padding; null where nothing is padded.</summary>
    public Tensor? Mask { get; }

    /// <summary>(N) where labels stand, counted in the flattened last <see cref="Keep"/> columns.</summary>
    public Tensor Where { get; }

    /// <summary>(N) the ids to predict.</summary>
    public Tensor Targets { get; }

    /// <summary>How many last columns hold all labels.</summary>
    public int Keep { get; }

    /// <summary>Tokens of all rows, padding not counted.</summary>
    public int Tokens { get; }
    public long TargetCount => Targets.shape[0];

    /// <exception cref="ArgumentException">No row, or none with a label that has a token before it.</exception>
    public static Batch Of(IReadOnlyList<TrainingRow> rows, Device device)
    {
        if (rows.Count == 0)
            throw new ArgumentException("a batch needs a row", nameof(rows));
        var width = rows.Max(r => r.Length) - 1;
        var (first, tokens, padded) = (width, 0, false);
        var targets = new List<long>();
        var columns = new List<(int Row, int Column)>();
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            var shift = width - row.Length; // column of a token's predecessor, less the token's place
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
            tensor(ids, [rows.Count, width], device: device),
            mask is null ? null : tensor(mask, [rows.Count, width], device: device),
            tensor(where, device: device),
            tensor(targets.ToArray(), device: device),
            keep,
            tokens
        );
    }
}
