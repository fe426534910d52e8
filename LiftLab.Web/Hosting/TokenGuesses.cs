namespace LiftLab.Web.Hosting;

/// <summary>
/// Counts wrong tokens by address: after five in a minute every token from there is refused until the minute is over, so that a right
/// guess is not told from a wrong one.
/// </summary>
sealed class TokenGuesses(TimeProvider clock)
{
    /// <summary>Wrong tokens of one address in a minute.</summary>
    public const int Most = 5;

    static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    readonly Lock gate = new();
    readonly Dictionary<string, (int Wrong, long Since)> addresses = new(StringComparer.Ordinal);

    public bool IsBlocked(string address)
    {
        lock (gate)
            return addresses.TryGetValue(address, out var guesses) && guesses.Wrong >= Most && !IsOld(guesses.Since);
    }

    public void Add(string address)
    {
        lock (gate)
        {
            foreach (var old in addresses.Where(a => IsOld(a.Value.Since)).Select(a => a.Key).ToArray())
                addresses.Remove(old);
            addresses[address] = addresses.TryGetValue(address, out var guesses)
                ? (guesses.Wrong + 1, guesses.Since)
                : (1, clock.GetTimestamp());
        }
    }

    bool IsOld(long since) => clock.GetElapsedTime(since) > Window;
}
