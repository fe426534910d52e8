using System.Threading.Channels;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Web.Storage;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Live;

/// <summary>
/// The hosted background service that runs happen through: it takes runs from the queue (rows of the index), starts each as a
/// process of its own, listens to what the processes write, ends and resumes them, and takes up again those that went on while
/// the dashboard was away. The run's own last word beats what is seen of its process.
/// </summary>
public sealed partial class Supervisor(
    LabFolder lab,
    RunTable runs,
    ILauncher launcher,
    IOptions<LabOptions> options,
    TimeProvider clock,
    ILogger<Supervisor> log
) : BackgroundService
{
    static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(200),
        Idle = TimeSpan.FromSeconds(5),
        Patience = TimeSpan.FromSeconds(3);

    /// <summary>Before the second, third, ... try: a machine that is out of memory needs a moment.</summary>
    static readonly TimeSpan[] Pauses = [TimeSpan.Zero, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(1)];

    readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly Dictionary<string, WatchedRun> watched = new(StringComparer.Ordinal);

    /// <summary>A run was added, removed or changed its state.</summary>
    public event Action? Changed;

    /// <summary>Something was put into the queue or asked of a run: look now.</summary>
    public void Wake()
    {
        wake.Writer.TryWrite(true);
        Changed?.Invoke();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var busy = true;
            try
            {
                busy = await LookAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LookFailed(log, e);
            }
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            pause.CancelAfter(busy ? Busy : Idle);
            try
            {
                await wake.Reader.ReadAsync(pause.Token);
            }
            catch (OperationCanceledException) { }
        }
    }

    /// <summary>One round over all runs that are not over. True while there are any.</summary>
    async Task<bool> LookAsync(CancellationToken cancel)
    {
        var rows = await runs.UnfinishedAsync(cancel);
        foreach (var row in rows)
            await WithoutStoppingOthers(
                row,
                async () =>
                {
                    if (row.State == RunState.Running)
                        await WatchAsync(row, cancel);
                    else if (row.CancelRequested)
                        await CancelWaitingAsync(row, cancel);
                }
            );
        var now = clock.GetUtcNow().UtcDateTime;
        foreach (var row in rows)
        {
            if (watched.Count >= options.Value.MaxParallelRuns)
                break;
            if (row.State == RunState.Queued && !row.CancelRequested && !(row.NotBeforeUtc > now))
                await WithoutStoppingOthers(row, () => StartAsync(row, cancel));
        }
        return rows.Count > 0;
    }

    /// <summary>One bad run must not stop the others, nor the host.</summary>
    async Task WithoutStoppingOthers(RunRow row, Func<Task> look)
    {
        try
        {
            await look();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            RunFailedToBeWatched(log, row.Id, e);
        }
    }

    async Task StartAsync(RunRow row, CancellationToken cancel)
    {
        if (lab.Run(row.Id) is not { } folder)
        {
            await EndAsync(
                row.Id,
                new(RunState.Failed, "folder-missing", "The run's folder is gone", "Delete the run, or put the folder back."),
                cancel
            );
            return;
        }
        await runs.ChangeAsync(row.Id, r => r.Launch(clock.GetUtcNow().UtcDateTime), cancel);
        var run = new WatchedRun(folder, folder.LastAttempt, null, clock);
        watched[row.Id] = run;
        try
        {
            run.Worker = launcher.Start(folder);
        }
        catch (LaunchFailedException e)
        {
            await CloseAsync(row.Id, run, new(RunState.Failed, "launch-failed", e.Message, "Mend this, then resume the run."), cancel);
            return;
        }
        await runs.ChangeAsync(row.Id, r => r.RunsAs(run.Worker.ProcessId, run.Worker.StartMark), cancel);
        Started(log, row.Id, run.Worker.ProcessId);
        Changed?.Invoke();
    }

    async Task WatchAsync(RunRow row, CancellationToken cancel)
    {
        if (!watched.TryGetValue(row.Id, out var run))
        {
            if (lab.Run(row.Id) is not { } folder)
            {
                await EndAsync(
                    row.Id,
                    new(RunState.Failed, "folder-missing", "The run's folder is gone", "Delete the run, or put the folder back."),
                    cancel
                );
                return;
            }
            watched[row.Id] = run = WatchedRun.Adopt(folder, new(row.ProcessId, row.ProcessMark), launcher, clock);
            if (run.Worker is { } found)
            {
                await runs.ChangeAsync(row.Id, r => r.RunsAs(found.ProcessId, found.StartMark), cancel);
                Adopted(log, row.Id, found.ProcessId);
            }
        }
        // Asked before listening: whatever a worker wrote before it was seen dead is then heard.
        var alive = run.Worker is { } worker && launcher.IsAlive(worker);
        if (run.Listen() && run.Attempt is { } attempt)
        {
            await runs.ChangeAsync(row.Id, r => r.BeginAttempt(attempt), cancel);
            Changed?.Invoke();
        }
        if (row.CancelRequested)
            run.ExpectEnd();
        var silent = run.Silence > TimeSpan.FromSeconds(options.Value.HeartbeatTimeoutSeconds);
        if (alive && (silent || run.LeavingFor > Patience))
            launcher.Kill(run.Worker!);
        else if (alive)
            return;
        else if (run.Ended is { } ended)
            await SettleAsync(row.Id, ended, cancel);
        else
            await CloseAsync(
                row.Id,
                run,
                row.CancelRequested
                    ? new(RunState.Cancelled)
                    : WorkerDeath.Explain(
                        run.Worker is { } dead ? launcher.ExitCode(dead) : null,
                        run.Attempt is not null,
                        silent,
                        run.Folder
                    ),
                cancel
            );
    }

    /// <summary>Writes into the folder how an attempt ended whose worker could not, then settles the run.</summary>
    async Task CloseAsync(string id, WatchedRun run, RunEnded ended, CancellationToken cancel)
    {
        using (var attempt = run.Attempt is { } number ? AttemptLog.Reopen(run.Folder, number, clock) : AttemptLog.Claim(run.Folder, clock))
            attempt.Write("run", ended);
        await SettleAsync(id, ended, cancel);
    }

    async Task SettleAsync(string id, RunEnded ended, CancellationToken cancel)
    {
        if (ended.State != RunState.Interrupted)
        {
            await EndAsync(id, ended, cancel);
            return;
        }
        var row = await runs.ChangeAsync(
            id,
            async (db, r) =>
            {
                r.Interrupt(ended.Code, ended.What, ended.WhatToDo);
                if (r.Tries >= options.Value.MaxAttempts)
                    r.End(
                        new(
                            RunState.Failed,
                            "gave-up",
                            $"{r.Tries} attempts ended early. The last: {ended.What}",
                            "Resume it once the cause is mended."
                        ),
                        clock.GetUtcNow().UtcDateTime
                    );
                else
                    r.Requeue(
                        await RunTable.FirstPositionAsync(db, cancel) - 1,
                        clock.GetUtcNow().UtcDateTime + Pauses[Math.Min(r.Tries - 1, Pauses.Length - 1)]
                    );
            },
            cancel
        );
        Interrupted(log, id, ended.What, row.State);
        Forget(id);
        Changed?.Invoke();
    }

    async Task EndAsync(string id, RunEnded ended, CancellationToken cancel)
    {
        var report = ended.State == RunState.Succeeded && lab.Run(id) is { } folder ? LabIndex.ReportOf(folder) : null;
        await runs.ChangeAsync(
            id,
            r =>
            {
                r.End(ended, clock.GetUtcNow().UtcDateTime);
                if (report is not null)
                    r.Show(report);
            },
            cancel
        );
        Ended(log, id, ended.State, ended.What);
        Forget(id);
        Changed?.Invoke();
    }

    void Forget(string id)
    {
        if (watched.Remove(id, out var run) && run.Worker is { } worker)
            launcher.ExitCode(worker); // lets go of the process
    }

    async Task CancelWaitingAsync(RunRow row, CancellationToken cancel)
    {
        if (lab.Run(row.Id) is { } folder)
            using (var attempt = AttemptLog.Claim(folder, clock))
                attempt.Write("run", new RunEnded(RunState.Cancelled));
        await EndAsync(row.Id, new(RunState.Cancelled), cancel);
    }

    /// <summary>Workers are processes of their own and go on without the dashboard, unless the settings say otherwise.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (!options.Value.StopRunsOnShutdown)
        {
            if (watched.Count > 0)
                GoOn(log, watched.Count);
            return;
        }
        foreach (var (id, run) in watched.ToArray())
        {
            if (run.Worker is { } worker)
                launcher.Kill(worker);
            run.Listen();
            if (run.Ended is { } ended)
                await SettleAsync(id, ended, cancellationToken);
            else
                await CloseAsync(
                    id,
                    run,
                    new(RunState.Interrupted, "dashboard-stopped", "The dashboard was stopped", "It goes on when the dashboard is back."),
                    cancellationToken
                );
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Run {Id} started as process {ProcessId}")]
    static partial void Started(ILogger log, string id, int processId);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Run {Id} went on while the dashboard was away; process {ProcessId} is watched again"
    )]
    static partial void Adopted(ILogger log, string id, int processId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {Id} was interrupted: {What}. It is now {State}")]
    static partial void Interrupted(ILogger log, string id, string? what, RunState state);

    [LoggerMessage(Level = LogLevel.Information, Message = "Run {Id} ended: {State} {What}")]
    static partial void Ended(ILogger log, string id, RunState state, string? what);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} runs go on without the dashboard; start it again to see them")]
    static partial void GoOn(ILogger log, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {Id} could not be watched; it is tried again")]
    static partial void RunFailedToBeWatched(ILogger log, string id, Exception e);

    [LoggerMessage(Level = LogLevel.Error, Message = "The queue could not be read; it is tried again")]
    static partial void LookFailed(ILogger log, Exception e);
}
