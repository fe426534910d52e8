using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Runs;

/// <summary>
/// Beside the work: says every two seconds that the worker lives, and looks five times a second for a request to stop or to end,
/// and for a later attempt that has taken the run over.
/// </summary>
sealed class WorkerWatch : IAsyncDisposable
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    const int LooksPerHeartbeat = 10;

    readonly CancellationTokenSource stopTraining = new(), end = new(), over = new();
    readonly RunFolder folder;
    readonly AttemptLog log;
    readonly Task watching;

    public WorkerWatch(RunFolder folder, AttemptLog log, TimeProvider clock, CancellationToken cancel)
    {
        (this.folder, this.log) = (folder, log);
        cancel.Register(end.Cancel);
        See();
        watching = WatchAsync(clock);
    }

    /// <summary>"Stop and save" was asked for.</summary>
    public CancellationToken StopTraining => stopTraining.Token;

    /// <summary>The work shall end now: cancelled, or taken over.</summary>
    public CancellationToken End => end.Token;

    async Task WatchAsync(TimeProvider clock)
    {
        using var timer = new PeriodicTimer(Look, clock);
        try
        {
            for (var looks = 1; await timer.WaitForNextTickAsync(over.Token); looks++)
            {
                See();
                if (looks % LooksPerHeartbeat != 0 || end.IsCancellationRequested) continue;
                try { log.Write("run", new Heartbeat(Environment.WorkingSet)); }
                catch (IOException) { } // the work itself meets the full disk, and says so
                catch (SupersededException) { }
            }
        }
        catch (OperationCanceledException) { }
    }

    void See()
    {
        if (!stopTraining.IsCancellationRequested && File.Exists(folder.StopFile)) stopTraining.Cancel();
        if (!end.IsCancellationRequested && (File.Exists(folder.CancelFile) || log.IsSuperseded)) end.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await watching;
    }
}
