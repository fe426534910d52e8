using LiftLab.Engine.Runs.Events;

namespace LiftLab.Engine.Runs.Work;

/// <summary>
/// Runs in parallel with the work: writes a heartbeat every two seconds, and checks five times per second for a request to stop, to pause
/// or to cancel, for a later attempt that has taken over the run, and whether its folder is still there.
/// </summary>
sealed class WorkerWatch : IAsyncDisposable
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    const int LooksPerHeartbeat = 10;

    /// <summary>
    /// A network disk may be away for a while; after this time the folder was deleted, and nobody can ask the work to end.
    /// </summary>
    static readonly TimeSpan GonePatience = TimeSpan.FromSeconds(30);

    readonly CancellationTokenSource stopTraining = new(),
        end = new(),
        endNow = new(),
        over = new();
    readonly IEventFolder folder;
    readonly AttemptLog log;
    readonly Task watching;
    readonly TimeProvider clock;
    readonly Interruption? interruption;
    readonly Func<DeviceUse?>? device;
    (long At, TimeSpan Used)? beat;
    long? goneAt;

    /// <param name="device">Gives the state of the GPU for each heartbeat; null if the work does not use one.</param>
    /// <param name="interruption">The job's end that its launcher may ask for; null for none.</param>
    public WorkerWatch(
        IEventFolder folder,
        AttemptLog log,
        TimeProvider clock,
        Func<DeviceUse?>? device,
        CancellationToken cancel,
        Interruption? interruption = null
    )
    {
        (this.folder, this.log, this.clock, this.device, this.interruption) = (folder, log, clock, device, interruption);
        cancel.Register(Leave);
        interruption?.Token.Register(() => end.Cancel());
        See();
        watching = WatchAsync();
    }

    /// <summary>Cancelled when "stop and save" is requested.</summary>
    public CancellationToken StopTraining => stopTraining.Token;

    /// <summary>Cancelled when the work must end: the run is paused, cancelled, taken over or deleted.</summary>
    public CancellationToken End => end.Token;

    /// <summary>Cancelled when the work must end without delay: the run is cancelled, taken over or deleted.</summary>
    public CancellationToken EndNow => endNow.Token;

    /// <summary>The work ends because the run is paused: it may take the time to save.</summary>
    public bool IsPausing => end.IsCancellationRequested && !endNow.IsCancellationRequested;

    /// <summary>How an attempt ends that was asked to end: cancelled, paused by a person, or interrupted by its launcher.</summary>
    public RunEnded Asked() =>
        !IsPausing || File.Exists(folder.CancelFile) ? new(RunState.Cancelled)
        : !File.Exists(folder.PauseFile) && interruption?.Ended is { } interrupted ? interrupted
        : new(RunState.Paused);

    async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(Look, clock);
        try
        {
            for (var looks = 1; await timer.WaitForNextTickAsync(over.Token); looks++)
            {
                See();
                if (looks % LooksPerHeartbeat != 0 || endNow.IsCancellationRequested)
                    continue;
                try
                {
                    log.Write("run", Beat());
                }
                catch (IOException) { } // the work itself fails on the full disk and reports it
                catch (SupersededException) { }
            }
        }
        catch (OperationCanceledException) { }
    }

    Heartbeat Beat()
    {
        var (now, used, before) = (clock.GetTimestamp(), Environment.CpuUsage.TotalTime, beat);
        beat = (now, used);
        var busy =
            before is { } last && clock.GetElapsedTime(last.At, now) is { Ticks: > 0 } passed ? (used - last.Used) / passed : (double?)null;
        var card = device?.Invoke();
        return new(Environment.WorkingSet, card?.Used, card?.Total, busy, card?.Busy);
    }

    void See()
    {
        if (!stopTraining.IsCancellationRequested && File.Exists(folder.StopFile))
            stopTraining.Cancel();
        if (!endNow.IsCancellationRequested && (File.Exists(folder.CancelFile) || log.IsSuperseded || IsDeleted()))
            Leave();
        else if (!end.IsCancellationRequested && File.Exists(folder.PauseFile))
            end.Cancel();
    }

    bool IsDeleted()
    {
        if (!log.IsGone)
            goneAt = null;
        else
            goneAt ??= clock.GetTimestamp();
        return goneAt is { } at && clock.GetElapsedTime(at) > GonePatience;
    }

    void Leave()
    {
        endNow.Cancel();
        end.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await watching;
    }
}
