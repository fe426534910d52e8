using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Tables;
using LiftLab.Web.Storage;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Live;

/// <summary>
/// Runs as jobs. Their queue is stored as rows of the database. Submits each run, listens to what the jobs write, ends and resumes
/// them, and takes up again those that went on while the dashboard was away. The run's own last event counts more than what is seen of its
/// job.
/// </summary>
public sealed partial class RunJobs(
    LabFolder lab,
    RunTable runs,
    StudyQueue studies,
    Launchers launchers,
    WorkSignal signal,
    IOptions<LabOptions> options,
    TimeProvider clock,
    ILogger<RunJobs> log
) : IJobs
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Before the second, third, ... try: a machine that is out of memory needs a moment.</summary>
    static readonly TimeSpan[] Pauses = [TimeSpan.Zero, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(1)];

    static RunEnded Missing(string what) =>
        new(RunState.Failed, "folder-missing", $"{what} is gone", "Delete the run, or put the folder back and resume the run.");

    readonly Dictionary<string, WatchedRun> watched = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> faults = new(StringComparer.Ordinal);
    volatile Dictionary<string, string> reasons = [];
    bool settled;

    public IReadOnlyCollection<Job> Jobs => [.. watched.Values.Select(w => w.Job).OfType<Job>()];

    /// <summary>Why each waiting run and study waits, and how long each running run takes, by its id.</summary>
    public IReadOnlyDictionary<string, string> Reasons => reasons;

    public async Task<bool> StepAsync(IReadOnlyDictionary<Job, JobStatus> seen, CancellationToken cancel)
    {
        var rows = await runs.UnfinishedAsync(cancel);
        foreach (var id in watched.Keys.Except(rows.Select(r => r.Id)).ToArray())
            watched.Remove(id); // its entry is gone, and with it its claim to a place
        foreach (var row in rows)
            await WithoutStoppingOthers(
                row,
                async () =>
                {
                    if (row.State == RunState.Running)
                        await WatchAsync(row, seen, cancel);
                    else if (row.CancelRequested)
                        await CancelWaitingAsync(row, cancel);
                }
            );
        if (settled)
        {
            settled = false;
            return true; // the places are given with the next look at the queue: an interrupted run may be back in it
        }
        var now = clock.GetUtcNow().UtcDateTime;
        var kept = 0;
        foreach (var row in rows.Where(r => r.WaitsForPlace))
        {
            var taken = watched.Count + kept + studies.Running.Count + studies.CountBefore(row.Position);
            if (taken >= options.Value.MaxParallelRuns)
                break;
            if (row.NotBeforeUtc > now)
                kept++; // it was interrupted and keeps its place
            else
                await WithoutStoppingOthers(row, () => StartAsync(row, cancel));
        }
        Explain(rows, now);
        return rows.Count > 0;
    }

    /// <summary>A fault of one run must not stop the others, nor the host. The same fault is logged once, not in every round.</summary>
    async Task WithoutStoppingOthers(RunRow row, Func<Task> look)
    {
        try
        {
            await look();
            faults.Remove(row.Id);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (faults.GetValueOrDefault(row.Id) != e.GetType().Name)
                RunFailedToBeWatched(log, row.Id, e);
            faults[row.Id] = e.GetType().Name; // its message may differ from round to round
        }
    }

    /// <summary>Explains runs and studies alike: they wait in one queue.</summary>
    void Explain(IReadOnlyList<RunRow> rows, DateTime now)
    {
        var running = rows.Where(r => watched.ContainsKey(r.Id))
            .Select(r => new WaitingReason.Ahead(r.Name, watched[r.Id].TimeLeft))
            .Concat(studies.Running.Select(s => new WaitingReason.Ahead(s.Name, null, IsStudy: true)))
            .ToArray();
        var waiting = rows.Where(r => r.State == RunState.Queued && !watched.ContainsKey(r.Id))
            .Select(WaitingReason.Waiting.Of)
            .Concat(studies.Unfinished.Where(s => s.State == RunState.Queued).Select(WaitingReason.Waiting.Of))
            .OrderBy(w => w.Position)
            .ToArray();
        if (waiting is [{ Name: var again, NotBeforeUtc: { } at }, ..] && at > now && running.Length == 0)
            running = [new(again, null, StartsAgain: true)];
        var next = waiting
            .Select((w, i) => (w.Id, Words: WaitingReason.Of(w, i, running, now)))
            .Concat(rows.Where(r => watched.ContainsKey(r.Id)).Select(r => (r.Id, Words: WaitingReason.Running(watched[r.Id].TimeLeft))))
            .ToDictionary(r => r.Id, r => r.Words);
        var same = next.Count == reasons.Count && next.All(r => reasons.TryGetValue(r.Key, out var before) && before == r.Value);
        reasons = next;
        if (!same)
            signal.Tell();
    }

    async Task StartAsync(RunRow row, CancellationToken cancel)
    {
        if (lab.Run(row.Id) is not { } folder)
        {
            await EndAsync(row.Id, Missing(Lacks(row) ?? "The run's folder"), cancel);
            return;
        }
        var launcher = launchers.Default;
        var attemptsBefore = folder.LastAttempt;
        await runs.ChangeAsync(row.Id, r => r.Launch(clock.GetUtcNow().UtcDateTime, launcher.Name, attemptsBefore), cancel);
        var run = new WatchedRun(folder, row.Learner, attemptsBefore, null, clock);
        watched[row.Id] = run;
        Job job;
        try
        {
            job = await launcher.SubmitAsync(JobSpec.Of(folder, attemptsBefore), cancel);
        }
        catch (LaunchFailedException e)
        {
            await CloseAsync(row.Id, run, new(RunState.Failed, "launch-failed", e.Message, "Correct this, then resume the run."), cancel);
            return;
        }
        catch
        {
            watched.Remove(row.Id); // whether it was submitted is not known: the next round looks for it
            throw;
        }
        run.Job = job;
        await runs.ChangeAsync(row.Id, r => r.RunsAs(job), cancel);
        Started(log, row.Id, job.Launcher, job.Handle);
        signal.Tell();
    }

    async Task WatchAsync(RunRow row, IReadOnlyDictionary<Job, JobStatus> seen, CancellationToken cancel)
    {
        if (!watched.TryGetValue(row.Id, out var run))
        {
            if (lab.Run(row.Id) is not { } folder)
                await EndAsync(row.Id, Missing(Lacks(row) ?? "The run's folder"), cancel);
            else
                await AdoptAsync(row, folder, cancel);
            return; // its job is looked at in the next round
        }
        var lacks = Lacks(row);
        if (run.Miss(lacks is not null) > Patience)
        {
            if (run.Job is { } lost)
                await launchers.Named(lost.Launcher).CancelAsync(lost, cancel);
            await EndAsync(row.Id, Missing(lacks!), cancel);
        }
        if (lacks is not null)
            return; // a network file system may come back
        var status = run.Job is not { } job ? new(JobState.Gone) : seen.GetValueOrDefault(job);
        if (run.Listen() && run.Attempt is { } attempt)
        {
            await runs.ChangeAsync(row.Id, r => r.BeginAttempt(attempt), cancel);
            signal.Tell();
        }
        if (row.CancelRequested)
            run.ExpectEnd();
        if (status is null)
            return;
        if (status.State is JobState.Waiting or JobState.Held)
            run.Hear(); // in its launcher's queue it has nothing to say yet
        var silent = run.Silence > TimeSpan.FromSeconds(options.Value.HeartbeatTimeoutSeconds);
        if (!status.IsOver)
        {
            if (silent || run.LeavingFor > Patience)
                await launchers.Named(run.Job!.Launcher).CancelAsync(run.Job, cancel); // a later round sees that it is over
            return;
        }
        if (run.Ended is { } ended)
            await SettleAsync(row.Id, ended, cancel);
        else
            await CloseAsync(
                row.Id,
                run,
                row.CancelRequested
                    ? new(RunState.Cancelled)
                    : WorkerDeath.Explain(status.ExitCode, run.Attempt is not null, silent, run.Folder.LogFile, WorkWords.Run),
                cancel
            );
    }

    /// <summary>A run that an earlier dashboard submitted, perhaps without having stored its job's handle.</summary>
    async Task AdoptAsync(RunRow row, RunFolder folder, CancellationToken cancel)
    {
        var launcher = row.Launcher ?? launchers.Default.Name;
        var job = row.Handle is { } handle
            ? new Job(launcher, handle)
            : await launchers.Named(launcher).FindAsync(JobSpec.Of(folder, row.AttemptsBefore), cancel);
        if (row.Handle is null && job is not null)
            await runs.ChangeAsync(row.Id, r => r.RunsAs(job), cancel);
        watched[row.Id] = new(folder, row.Learner, row.AttemptsBefore, job, clock);
        if (job is not null)
            Adopted(log, row.Id, job.Launcher, job.Handle);
    }

    /// <summary>Writes into the folder how an attempt ended whose worker could not, then settles the run.</summary>
    async Task CloseAsync(string id, WatchedRun run, RunEnded ended, CancellationToken cancel)
    {
        try
        {
            using var attempt = run.Attempt is { } number
                ? AttemptLog.Reopen(run.Folder, number, clock)
                : AttemptLog.Claim(run.Folder, clock);
            attempt.Write("run", ended);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            NotWritten(log, id, e.Message); // a full or read-only disk; the index knows how it ended
        }
        await SettleAsync(id, ended, cancel);
    }

    async Task SettleAsync(string id, RunEnded ended, CancellationToken cancel)
    {
        if (ended.State == RunState.Interrupted && lab.Run(id) is { } folder && File.Exists(folder.PauseFile))
            ended = new(RunState.Paused); // it was to be paused; its last checkpoint counts
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
                            "Correct the cause, then resume the run."
                        ),
                        clock.GetUtcNow().UtcDateTime
                    );
                else
                    r.Requeue(
                        await runs.FirstPositionAsync(db, cancel) - 1,
                        clock.GetUtcNow().UtcDateTime + Pauses[Math.Min(r.Tries - 1, Pauses.Length - 1)]
                    );
            },
            cancel
        );
        Interrupted(log, id, ended.What, row.State);
        watched.Remove(id);
        settled = true;
        signal.Tell();
    }

    async Task EndAsync(string id, RunEnded ended, CancellationToken cancel)
    {
        var report = ended.State == RunState.Succeeded ? ReportOf(id) : null;
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
        watched.Remove(id);
        settled = true;
        signal.Tell();
    }

    RunReport? ReportOf(string id)
    {
        try
        {
            return lab.Run(id)?.ReadReport();
        }
        catch (Exception e) when (e is BadDataException or IOException or UnauthorizedAccessException)
        {
            NotRead(log, id, e.Message);
            return null;
        }
    }

    /// <summary>What the run lacks on the disk, in words; null for nothing.</summary>
    string? Lacks(RunRow row) =>
        !Directory.Exists(lab.RunPath(row.Id)) ? "The run's folder"
        : lab.Run(row.Id) is not { } folder ? "The run's spec.json"
        : row.Attempt > 0 && !File.Exists(folder.AttemptFile(row.Attempt)) ? $"The run's log of attempt {row.Attempt}"
        : null;

    async Task CancelWaitingAsync(RunRow row, CancellationToken cancel)
    {
        try
        {
            if (lab.Run(row.Id) is { } folder)
                using (var attempt = AttemptLog.Claim(folder, clock))
                    attempt.Write("run", new RunEnded(RunState.Cancelled));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            NotWritten(log, row.Id, e.Message);
        }
        await EndAsync(row.Id, new(RunState.Cancelled), cancel);
    }

    public async Task StopAsync(bool endJobs, CancellationToken cancel)
    {
        if (!endJobs)
        {
            if (watched.Count > 0)
                GoOn(log, watched.Count);
            return;
        }
        foreach (var (id, run) in watched.ToArray())
        {
            if (run.Job is { } job)
                await launchers.Named(job.Launcher).CancelAsync(job, cancel);
            run.Listen();
            if (run.Ended is { } ended)
                await SettleAsync(id, ended, cancel);
            else
                await CloseAsync(
                    id,
                    run,
                    new(
                        RunState.Interrupted,
                        "dashboard-stopped",
                        "The dashboard was stopped",
                        "The run goes on when the dashboard is back."
                    ),
                    cancel
                );
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Run {Id} was submitted to the launcher {Launcher} as {Handle}")]
    static partial void Started(ILogger log, string id, string launcher, string handle);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Run {Id} went on while the dashboard was away; its job {Handle} of the launcher {Launcher} is watched again"
    )]
    static partial void Adopted(ILogger log, string id, string launcher, string handle);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {Id} was interrupted: {What}. It is now {State}")]
    static partial void Interrupted(ILogger log, string id, string? what, RunState state);

    [LoggerMessage(Level = LogLevel.Information, Message = "Run {Id} ended: {State} {What}")]
    static partial void Ended(ILogger log, string id, RunState state, string? what);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} runs go on without the dashboard; start it again to see them")]
    static partial void GoOn(ILogger log, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "How run {Id} ended could not be written into its folder: {Reason}")]
    static partial void NotWritten(ILogger log, string id, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The report of run {Id} could not be read: {Reason}")]
    static partial void NotRead(ILogger log, string id, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {Id} could not be watched; it is tried again")]
    static partial void RunFailedToBeWatched(ILogger log, string id, Exception e);
}
