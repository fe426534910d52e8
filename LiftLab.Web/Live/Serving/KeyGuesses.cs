namespace LiftLab.Web.Live.Serving;

/// <summary>
/// Counts wrong keys by address: after ten in a minute every key from there is refused until the minute is over, so that a right guess is
/// not told from a wrong one. Thread-safe.
/// </summary>
public sealed class KeyGuesses(TimeProvider clock)
{
    /// <summary>Wrong keys of one address in a minute.</summary>
    public const int Most = 10;

    static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    readonly Lock gate = new();
    readonly Dictionary<string, (int Wrong, long Since)> addresses = new(StringComparer.Ordinal);

    /// <summary>How long keys from this address are refused; null where they are not.</summary>
    public TimeSpan? WaitOf(string address)
    {
        lock (gate)
            return
                addresses.TryGetValue(address, out var guesses)
                && guesses.Wrong >= Most
                && Window - Since(guesses.Since) is var left
                && left > TimeSpan.Zero
                ? left
                : null;
    }

    public void Add(string address)
    {
        lock (gate)
        {
            foreach (var old in addresses.Where(a => Since(a.Value.Since) > Window).Select(a => a.Key).ToArray())
                addresses.Remove(old);
            addresses[address] = addresses.TryGetValue(address, out var guesses)
                ? (guesses.Wrong + 1, guesses.Since)
                : (1, clock.GetTimestamp());
        }
    }

    TimeSpan Since(long timestamp) => clock.GetElapsedTime(timestamp);
}
