using LiftLab.Engine.FineTuning.Answering;

namespace LiftLab.Engine.FineTuning.Writing;

/// <summary>Draws tokens from log-probabilities, at a temperature and from the most probable ones only.</summary>
/// <param name="topP">The drawn tokens together have this probability (0–1); 1 for all.</param>
sealed class NucleusSampler(double temperature, double topP, int seed)
{
    readonly Random random = new(seed);

    /// <summary>Whether the most probable token is always taken.</summary>
    public bool IsGreedy { get; } = temperature <= 0 || topP <= 0;

    /// <summary>A draw with the next random number, for <see cref="DeviceSampling"/>.</summary>
    public TokenDraw Next() => new(temperature, Math.Clamp(topP, 0, 1), IsGreedy ? 0 : random.NextDouble());

    /// <param name="logs">Log-probabilities of the vocabulary at temperature 1.</param>
    public int Draw(ReadOnlySpan<float> logs)
    {
        var top = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(logs);
        if (IsGreedy)
            return top;
        var weights = new double[logs.Length];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = Math.Exp((logs[i] - logs[top]) / temperature);
        if (topP >= 1)
            return Draw(weights, [.. Enumerable.Range(0, weights.Length)]);
        int[] order = [.. Enumerable.Range(0, weights.Length)];
        Array.Sort(order, (a, b) => weights[a] != weights[b] ? weights[b].CompareTo(weights[a]) : a.CompareTo(b));
        var (all, sum, count) = (weights.Sum(), 0.0, 0);
        while (count < order.Length && (count == 0 || sum < topP * all))
            sum += weights[order[count++]];
        return Draw(weights, order.AsSpan(0, count));
    }

    int Draw(double[] weights, ReadOnlySpan<int> places)
    {
        double total = 0;
        foreach (var place in places)
            total += weights[place];
        var at = random.NextDouble() * total;
        foreach (var place in places)
            if ((at -= weights[place]) < 0)
                return place;
        return places[^1];
    }
}
