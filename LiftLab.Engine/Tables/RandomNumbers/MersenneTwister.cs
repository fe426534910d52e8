namespace LiftLab.Engine.Tables.RandomNumbers;

/// <summary>
/// MT19937 (Matsumoto and Nishimura, 1998), the generator of numpy's RandomState and of Python's random, which differ only in seeding.
/// </summary>
sealed class MersenneTwister
{
    const int N = 624,
        M = 397;
    readonly uint[] state = new uint[N];
    int position = N;

    /// <summary>The reference <c>init_genrand</c>.</summary>
    public MersenneTwister(uint seed) => Fill(seed);

    /// <summary>The reference <c>init_by_array</c>.</summary>
    public MersenneTwister(ReadOnlySpan<uint> key)
    {
        Fill(19650218);
        int i = 1,
            j = 0;
        for (var k = Math.Max(N, key.Length); k > 0; k--)
        {
            state[i] = (state[i] ^ ((state[i - 1] ^ (state[i - 1] >> 30)) * 1664525)) + key[j] + (uint)j;
            if (++i >= N)
            {
                state[0] = state[N - 1];
                i = 1;
            }
            if (++j >= key.Length)
                j = 0;
        }
        for (var k = N - 1; k > 0; k--)
        {
            state[i] = (state[i] ^ ((state[i - 1] ^ (state[i - 1] >> 30)) * 1566083941)) - (uint)i;
            if (++i >= N)
            {
                state[0] = state[N - 1];
                i = 1;
            }
        }
        state[0] = 0x80000000;
    }

    /// <summary>32 random bits.</summary>
    public uint Next()
    {
        if (position == N)
            Twist();
        var y = state[position++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >> 18);
    }

    /// <summary>Uniform in [0, 1) with 53 random bits, from two draws.</summary>
    public double NextDouble()
    {
        var high = Next() >> 5;
        var low = Next() >> 6;
        return (high * 67108864.0 + low) / 9007199254740992.0;
    }

    void Fill(uint seed)
    {
        state[0] = seed;
        for (uint i = 1; i < N; i++)
            state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >> 30)) + i;
    }

    void Twist()
    {
        for (var i = 0; i < N; i++)
        {
            var y = (state[i] & 0x80000000) | (state[(i + 1) % N] & 0x7fffffff);
            state[i] = state[(i + M) % N] ^ (y >> 1) ^ ((y & 1) == 0 ? 0 : 0x9908b0df);
        }
        position = 0;
    }
}
