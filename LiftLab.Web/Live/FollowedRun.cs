using System.Collections.Immutable;
using System.Threading.Channels;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;

namespace LiftLab.Web.Live;

/// <summary>
/// One run with readers: its folder is polled once for all of them. File lengths are polled, because file notifications do not cross
/// machines.
/// </summary>
sealed class FollowedRun : IDisposable
{
    static readonly TimeSpan Lively = TimeSpan.FromMilliseconds(100),
        Over = TimeSpan.FromSeconds(1);

    // A boundary is tens of kilobytes: a reader that stalls holds a few megabytes at most, then reads on from the folder.
    const int Capacity = 512;

    readonly CancellationTokenSource stop = new();
    readonly TimeProvider clock;
    readonly RunTail tail;
    ImmutableArray<Channel<RunEvent>> channels = [];

    public FollowedRun(IEventFolder folder, TimeProvider clock)
    {
        this.clock = clock;
        tail = new(folder, RunTail.LastSequence(folder));
        _ = FollowAsync(stop.Token);
    }

    /// <summary>Guarded by the feed.</summary>
    public int Readers { get; set; }

    public Channel<RunEvent> Register()
    {
        var channel = Channel.CreateBounded<RunEvent>(
            new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }
        );
        ImmutableInterlocked.Update(ref channels, list => list.Add(channel));
        if (stop.IsCancellationRequested)
            channel.Writer.TryComplete();
        return channel;
    }

    public void Remove(Channel<RunEvent> channel) => ImmutableInterlocked.Update(ref channels, list => list.Remove(channel));

    async Task FollowAsync(CancellationToken cancel)
    {
        await Task.Yield();
        var pause = Lively;
        try
        {
            while (!cancel.IsCancellationRequested)
            {
                try
                {
                    foreach (var e in tail.Read())
                    {
                        foreach (var channel in channels)
                            channel.Writer.TryWrite(e);
                        pause = e.Body is RunEnded ? Over : Lively;
                    }
                }
                catch (DirectoryNotFoundException)
                {
                    break;
                }
                catch (FileNotFoundException)
                {
                    break;
                }
                catch (IOException)
                {
                    pause = Over;
                } // a network file system may come back
                await Task.Delay(pause, clock, cancel);
            }
        }
        catch (OperationCanceledException) { }
        await stop.CancelAsync();
        foreach (var channel in channels)
            channel.Writer.TryComplete();
    }

    public void Dispose() => stop.Cancel();
}
