using System.Threading.Channels;

namespace LiftLab.Web.Live;

/// <summary>Tells the supervisor that there is something to do, and pages that something has changed. Safe for concurrent use.</summary>
public sealed class WorkSignal
{
    readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>A run was added, removed, or changed its state or its place in the queue. Raised on any thread.</summary>
    public event Action? Changed;

    /// <summary>Something was put into a queue or is asked of a job: look now.</summary>
    public void Wake()
    {
        wake.Writer.TryWrite(true);
        Tell();
    }

    /// <summary>Raises <see cref="Changed"/>.</summary>
    public void Tell() => Changed?.Invoke();

    /// <summary>Returns when woken, at the latest after a time.</summary>
    internal async Task WaitAsync(TimeSpan longest, CancellationToken cancel)
    {
        using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        pause.CancelAfter(longest);
        try
        {
            await wake.Reader.ReadAsync(pause.Token);
        }
        catch (OperationCanceledException) { }
    }
}
