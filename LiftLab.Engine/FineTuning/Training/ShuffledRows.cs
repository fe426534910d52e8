using LiftLab.Engine.Learning;

namespace LiftLab.Engine.FineTuning.Training;

/// <summary>
/// Every row once per epoch, in an order given by the seed and the epoch. Rows of similar length share a batch: rows are sorted by length
/// within groups of batches, then the batches are shuffled. This keeps padding small and the order random.
/// </summary>
public sealed class ShuffledRows : BatchSource
{
    /// <summary>Number of batches in a group whose rows are sorted by length.</summary>
    internal const int BatchesInStretch = 16;
    readonly IReadOnlyList<TrainingRow> rows;
    readonly int batchSize,
        seed;
    readonly int? tokenBudget;
    readonly bool sameLength;
    int epochInHand = -1;
    List<TrainingRow[]> batches = [];

    /// <param name="tokenBudget">Maximum tokens per batch, padding included; batches of long rows then hold fewer rows. The number of steps
    /// is that of epoch 0.</param>
    public ShuffledRows(IReadOnlyList<TrainingRow> rows, int batchSize, int seed, int? tokenBudget = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(rows.Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        (this.rows, this.batchSize, this.seed, this.tokenBudget) = (rows, batchSize, seed, tokenBudget);
        sameLength = rows.All(r => r.Length == rows[0].Length);
        StepsPerEpoch = Epoch(0).Count;
    }

    public override int StepsPerEpoch { get; }

    public override IReadOnlyList<TrainingRow> Rows(int step)
    {
        var (epoch, at) = Math.DivRem(step, StepsPerEpoch);
        if (epoch != epochInHand)
            (batches, epochInHand) = (Epoch(epoch), epoch);
        return batches[at];
    }

    List<TrainingRow[]> Epoch(int epoch)
    {
        var random = SeedStream.From(seed).Epoch(epoch).Random();
        TrainingRow[] order = [.. rows];
        random.Shuffle(order);
        if (sameLength && tokenBudget is null)
            return [.. order.Chunk(batchSize)];
        // with a budget the batch limits depend only on the lengths, so that every epoch has the same number of steps
        var stretch = tokenBudget is null ? batchSize * BatchesInStretch : order.Length;
        var made = new List<TrainingRow[]>();
        foreach (var part in order.Chunk(stretch))
            Cut([.. part.OrderBy(r => r.Length)], made);
        var shuffled = made.ToArray();
        random.Shuffle(shuffled);
        return [.. shuffled];
    }

    void Cut(TrainingRow[] sorted, List<TrainingRow[]> made)
    {
        for (var start = 0; start < sorted.Length; )
        {
            var count = 1;
            while (
                start + count < sorted.Length
                && count < batchSize
                && (tokenBudget is null || sorted[start + count].Length * (count + 1) <= tokenBudget)
            )
                count++;
            made.Add(sorted[start..(start + count)]);
            start += count;
        }
    }
}
