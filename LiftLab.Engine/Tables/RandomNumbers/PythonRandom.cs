namespace LiftLab.Engine.Tables.RandomNumbers;

/// <summary>
/// Python 3's <c>random.seed(int)</c>, <c>random</c>, <c>randrange</c>, <c>shuffle</c> and <c>sample</c>, draw for draw. Not safe for
/// concurrent use.
/// </summary>
public sealed class PythonRandom
{
    readonly MersenneTwister bits;

    public PythonRandom(long seed)
    {
        var size = (ulong)Math.Abs(seed);
        uint[] key = size > uint.MaxValue ? [(uint)size, (uint)(size >> 32)] : [(uint)size];
        bits = new(key);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => bits.NextDouble();

    /// <summary>Uniform integer in [0, n): draws as many bits as n has, again until the number is below n.</summary>
    public int Below(int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        var shift = System.Numerics.BitOperations.LeadingZeroCount((uint)n);
        uint value;
        do value = bits.Next() >> shift;
        while (value >= (uint)n);
        return (int)value;
    }

    /// <summary>Fisher-Yates from the end, in place.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>
    /// <c>random.sample</c>: k items without replacement. Python draws from a pool or keeps a set of picks, whichever is smaller; the two
    /// give different draws, so both are implemented.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">k is negative or exceeds the number of items.</exception>
    public T[] Sample<T>(IReadOnlyList<T> items, int k)
    {
        var n = items.Count;
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, n);
        var result = new T[k];
        double setSize = 21;
        if (k > 5)
            setSize += Math.Pow(4, Math.Ceiling(Math.Log(k * 3) / Math.Log(4)));
        if (n <= setSize)
        {
            T[] pool = [.. items];
            for (var i = 0; i < k; i++)
            {
                var j = Below(n - i);
                result[i] = pool[j];
                pool[j] = pool[n - i - 1];
            }
        }
        else
        {
            var picked = new HashSet<int>();
            for (var i = 0; i < k; i++)
            {
                var j = Below(n);
                while (!picked.Add(j))
                    j = Below(n);
                result[i] = items[j];
            }
        }
        return result;
    }
}
