namespace LiftLab.Web.Storage;

/// <summary>
/// A time in which one dashboard leads. It holds for a while after each confirmation, shorter than any other dashboard waits before it
/// acts.
/// </summary>
/// <param name="lease">Null for a term without an end.</param>
public sealed class LeadTerm(TimeProvider clock, TimeSpan? lease = null)
{
    readonly CancellationTokenSource lost = new();
    long confirmed = clock.GetTimestamp();

    /// <summary>Ask this before every act: it is exact also after a stop of the whole process.</summary>
    public bool Holds =>
        !lost.IsCancellationRequested && (lease is not { } time || clock.GetElapsedTime(Volatile.Read(ref confirmed)) < time);

    /// <summary>Cancelled when the term is known to be over.</summary>
    public CancellationToken Lost => lost.Token;

    /// <param name="asked">When the question was asked to which the answer was yes.</param>
    public void Confirm(long asked) => Volatile.Write(ref confirmed, asked);

    public void End() => lost.Cancel();
}
