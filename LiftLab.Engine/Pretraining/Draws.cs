namespace LiftLab.Engine.Pretraining;

/// <summary>Random draws of the prior, from a seeded generator.</summary>
static class Draws
{
    public static double Uniform(this Random random, double low, double high) => low + (high - low) * random.NextDouble();

    /// <summary>Uniform on a logarithmic scale.</summary>
    public static double LogUniform(this Random random, double low, double high) => low * Math.Pow(high / low, random.NextDouble());

    /// <summary>An integer from <paramref name="low"/> to <paramref name="high"/>, both inclusive; small ones are more likely.</summary>
    public static int SmallInteger(this Random random, int low, int high) => Math.Clamp((int)random.LogUniform(low, high + 1), low, high);

    public static bool Chance(this Random random, double probability) => random.NextDouble() < probability;

    public static T Pick<T>(this Random random, IReadOnlyList<T> items) => items[random.Next(items.Count)];

    public static int[] Permutation(this Random random, int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        random.Shuffle(order);
        return order;
    }
}
