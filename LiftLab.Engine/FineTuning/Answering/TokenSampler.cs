using LiftLab.Engine.FineTuning.Recipes;

namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>Samples the tokens of one row from logits.</summary>
/// <param name="row">Index of the row: each row has its own random stream.</param>
sealed class TokenSampler(Decoding decoding, int row)
{
    readonly Random random = new(unchecked(decoding.Seed * 1_000_003 + row));

    /// <summary>Whether the most likely token is always taken (argmax), so that the logits need not leave the device.</summary>
    public static bool IsGreedy(Decoding decoding) => decoding.Temperature <= 0 || decoding.TopK == 1;

    /// <summary>A draw with the next random number of the row, for <see cref="DeviceSampling"/>.</summary>
    public TokenDraw Next() => new(decoding.Temperature, 1, random.NextDouble());

    /// <returns>The token and its log-probability over the whole vocabulary at temperature 1, in nats.</returns>
    public (int Token, double LogProbability) Draw(ReadOnlySpan<float> logits)
    {
        var top = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(logits);
        double max = logits[top],
            sum = 0;
        foreach (var logit in logits)
            sum += Math.Exp(logit - max);
        var token = IsGreedy(decoding) ? top : Sample(logits, max);
        return (token, logits[token] - max - Math.Log(sum));
    }

    int Sample(ReadOnlySpan<float> logits, double max)
    {
        var weights = new double[logits.Length];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = Math.Exp((logits[i] - max) / decoding.Temperature);
        var count = decoding.TopK is { } k ? Math.Clamp(k, 1, weights.Length) : weights.Length;
        var order = decoding.TopK is null ? null : Likeliest(weights, count);
        double total = 0;
        for (var i = 0; i < count; i++)
            total += weights[Place(i)];
        var at = random.NextDouble() * total;
        for (var i = 0; i < count; i++)
            if ((at -= weights[Place(i)]) < 0)
                return Place(i);
        return Place(count - 1);

        int Place(int i) => order is null ? i : order[i];
    }

    /// <summary>
    /// Indices of the largest weights in descending order; ties by ascending index. Uses a heap of <paramref name="count"/> entries, so the
    /// whole vocabulary is not sorted.
    /// </summary>
    static int[] Likeliest(double[] weights, int count)
    {
        var worst = Comparer<int>.Create((a, b) => weights[a] != weights[b] ? weights[a].CompareTo(weights[b]) : b.CompareTo(a));
        var kept = new PriorityQueue<int, int>(count, worst);
        for (var i = 0; i < weights.Length; i++)
            if (kept.Count < count)
                kept.Enqueue(i, i);
            else if (weights[i] > weights[kept.Peek()])
                kept.EnqueueDequeue(i, i);
        var order = new int[count];
        for (var i = count - 1; i >= 0; i--)
            order[i] = kept.Dequeue();
        return order;
    }
}
