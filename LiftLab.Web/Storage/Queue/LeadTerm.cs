namespace LiftLab.Web.Storage.Queue;

/// <summary>
/// A time in which one dashboard leads. It holds for a while after each confirmation, shorter than any other dashboard waits before it
/// acts.
/// </summary>
public sealed class LeadTerm : IDisposable
{
    readonly CancellationTokenSource lost = new();
    readonly TimeProvider clock;
    readonly TimeSpan? lease;
    long confirmed;

    public LeadTerm(TimeProvider clock, TimeSpan? lease = null)
    {
        (this.clock, this.lease, Lost) = (clock, lease, lost.Token);
        confirmed = clock.GetTimestamp();
    }

    /// <summary>Ask this before every act: it is exact also after a stop of the whole process.</summary>
    public bool Holds =>
        !Lost.IsCancellationRequested && (lease is not { } time || clock.GetElapsedTime(Volatile.Read(ref confirmed)) < time);

    /// <summary>Cancelled when the term is known to be over.</summary>
    public CancellationToken Lost { get; }

    /// <param name="asked">When the question was asked to which the answer was yes.</param>
    public void Confirm(long asked) => Volatile.Write(ref confirmed, asked);

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        if (Lost.IsCancellationRequested)
            return;
        lost.Cancel();
        lost.Dispose();
    }
}
