namespace LiftLab.Engine.Tables.RandomNumbers;

/// <summary>
/// numpy's <c>RandomState(seed)</c>, draw for draw: splits and synthetic tables are equal to those of the paper's code.
/// Not safe for concurrent use.
/// </summary>
/// <param name="seed">0 to 2^32 - 1.</param>
public sealed class NumpyRandom(uint seed)
{
    readonly MersenneTwister bits = new(seed);
    double? spareNormal;

    /// <exception cref="ArgumentOutOfRangeException">The seed is negative; numpy refuses it too.</exception>
    public NumpyRandom(int seed)
        : this(checked(seed >= 0 ? (uint)seed : throw new ArgumentOutOfRangeException(nameof(seed), seed, "the seed must be 0 or more")))
    { }

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => bits.NextDouble();

    /// <summary>Uniform in [low, high).</summary>
    public double Uniform(double low, double high) => low + (high - low) * bits.NextDouble();

    /// <summary>Standard normal by Marsaglia's polar method, which gives two numbers; the second is returned by the next call.</summary>
    public double Normal()
    {
        if (spareNormal is { } spare)
        {
            spareNormal = null;
            return spare;
        }
        double x1,
            x2,
            r2;
        do
        {
            x1 = 2.0 * bits.NextDouble() - 1.0;
            x2 = 2.0 * bits.NextDouble() - 1.0;
            r2 = x1 * x1 + x2 * x2;
        } while (r2 >= 1.0 || r2 == 0.0);
        var f = Math.Sqrt(-2.0 * Math.Log(r2) / r2);
        spareNormal = f * x1;
        return f * x2;
    }

    public double Normal(double mean, double deviation) => mean + deviation * Normal();

    /// <summary>Uniform integer in [0, <paramref name="max"/>], by masked rejection (legacy <c>rk_interval</c>).</summary>
    public uint Interval(uint max)
    {
        if (max == 0)
            return 0;
        var mask = uint.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount(max);
        uint value;
        do value = bits.Next() & mask;
        while (value > max);
        return value;
    }

    /// <summary><c>randint(low, high)</c> of the default 64-bit integer type: uniform in [low, high). Ranges up to 2^32.</summary>
    public int Integer(int low, int high) => low + (int)Interval((uint)(high - low - 1));

    /// <summary>Fisher-Yates from the end, in place.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = (int)Interval((uint)i);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>0 to n - 1 in random order.</summary>
    public int[] Permutation(int n)
    {
        int[] items = [.. Enumerable.Range(0, n)];
        Shuffle(items.AsSpan());
        return items;
    }

    /// <summary>A shuffled copy.</summary>
    public int[] Permutation(IReadOnlyList<int> items)
    {
        int[] copy = [.. items];
        Shuffle(copy.AsSpan());
        return copy;
    }

    /// <summary><c>choice(items, count, replace=False)</c>: the first <paramref name="count"/> items of a permutation.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> exceeds the number of items.</exception>
    public int[] Choice(IReadOnlyList<int> items, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, items.Count);
        return [.. Permutation(items.Count).Take(count).Select(i => items[i])];
    }

    /// <summary><c>choice(n, count, replace=False)</c>.</summary>
    public int[] Choice(int n, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, n);
        return Permutation(n)[..count];
    }
}
