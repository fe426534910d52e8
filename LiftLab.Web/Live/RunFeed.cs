using System.Runtime.CompilerServices;
using System.Threading.Channels;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Web.Storage;

namespace LiftLab.Web.Live;

/// <summary>
/// The events of a run or study for any number of readers: first those in the folder, then new ones, in order, none missing and none
/// twice. A folder without readers takes no memory; each reader has a bounded channel.
/// </summary>
public sealed class RunFeed(LabFolder lab, TimeProvider clock)
{
    /// <summary>The shortest time between two batches.</summary>
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromMilliseconds(150);

    readonly Lock gate = new();
    readonly Dictionary<string, FollowedRun> followed = new(StringComparer.Ordinal);

    /// <summary>How many watch this run.</summary>
    public int ReaderCount(string runId)
    {
        lock (gate)
            return followed.TryGetValue(runId, out var run) ? run.Readers : 0;
    }

    /// <summary>
    /// Events after the given sequence number (0 for all), in batches at most every <see cref="DefaultInterval"/> once the
    /// events so far have been sent. Ends when the run is deleted; a run that is over may be resumed, so its stream stays open.
    /// </summary>
    /// <exception cref="KeyNotFoundException">There is no such run.</exception>
    public IAsyncEnumerable<IReadOnlyList<RunEvent>> WatchAsync(string runId, long afterSequence, CancellationToken cancel = default) =>
        WatchAsync(runId, afterSequence, DefaultInterval, cancel);

    public async IAsyncEnumerable<IReadOnlyList<RunEvent>> WatchAsync(
        string runId,
        long afterSequence,
        TimeSpan interval,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        var folder = lab.Events(runId) ?? throw new KeyNotFoundException($"There is no run or study '{runId}'.");
        // Register the channel before reading the folder: events written meanwhile arrive twice and are dropped; none is missed.
        var run = Join(folder);
        var channel = run.Register();
        try
        {
            var last = afterSequence;
            var past = new RunTail(folder, last);
            while (await ReadOnAsync(past, cancel) is { Count: > 0 } events)
            {
                last = past.Sequence;
                yield return events;
            }
            while (await channel.Reader.WaitToReadAsync(cancel))
            {
                var batch = new List<RunEvent>();
                while (channel.Reader.TryRead(out var e))
                {
                    if (e.Sequence <= last)
                        continue;
                    if (e.Sequence != last + 1)
                    {
                        // This reader was too slow for its channel: read the dropped events from the folder.
                        var missed = new RunTail(folder, last);
                        while (await ReadOnAsync(missed, cancel) is { Count: > 0 } events)
                            batch.AddRange(events);
                        last = missed.Sequence;
                        continue;
                    }
                    batch.Add(e);
                    last = e.Sequence;
                }
                if (batch.Count == 0)
                    continue;
                yield return batch;
                await Task.Delay(interval, clock, cancel);
            }
        }
        finally
        {
            Leave(folder.Id, run, channel);
        }
    }

    /// <summary>
    /// Reads on another thread, because a page's own thread also handles its clicks. Empty for a run that has been deleted.
    /// </summary>
    static Task<IReadOnlyList<RunEvent>> ReadOnAsync(RunTail tail, CancellationToken cancel) =>
        Task.Run(
            () =>
            {
                try
                {
                    return tail.Read();
                }
                catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
                {
                    return [];
                }
            },
            cancel
        );

    FollowedRun Join(IEventFolder folder)
    {
        lock (gate)
        {
            if (!followed.TryGetValue(folder.Id, out var run))
                followed[folder.Id] = run = new(folder, clock);
            run.Readers++;
            return run;
        }
    }

    void Leave(string runId, FollowedRun run, Channel<RunEvent> channel)
    {
        run.Remove(channel);
        lock (gate)
        {
            if (--run.Readers > 0)
                return;
            followed.Remove(runId);
        }
        run.Dispose();
    }
}
