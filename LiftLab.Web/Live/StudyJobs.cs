using LiftLab.Engine.Experiments;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Tables;
using LiftLab.Web.Storage;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Live;

/// <summary>
/// Studies as jobs. They share their places with runs, and runs and studies start in the order in which they were queued. Submits each
/// study, listens to what the jobs write, ends and resumes them, and takes up again those that went on while the dashboard was away. The
/// study's own last event counts more than what is seen of its job.
/// </summary>
public sealed partial class StudyJobs(
    LabFolder lab,
    StudyQueue queue,
    RunTable runs,
    Launchers launchers,
    WorkSignal signal,
    IOptions<LabOptions> options,
    TimeProvider clock,
    ILogger<StudyJobs> log
) : IJobs
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Before the second, third, ... try.</summary>
    static readonly TimeSpan[] Pauses = [TimeSpan.Zero, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(1)];

    static readonly RunEnded FolderMissing = new(
        RunState.Failed,
        "folder-missing",
        "The study's folder is gone or has no study.json",
        "Delete the study, or put the folder back."
    );

    readonly Dictionary<string, WatchedStudy> watched = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> faults = new(StringComparer.Ordinal);
    volatile Dictionary<string, StudyProgress> progress = [];

    /// <summary>How far each running study is, by its id.</summary>
    public IReadOnlyDictionary<string, StudyProgress> Progress => progress;

    public IReadOnlyCollection<Job> Jobs => [.. watched.Values.Select(w => w.Job).OfType<Job>()];

    public async Task<bool> StepAsync(IReadOnlyDictionary<Job, JobStatus> seen, CancellationToken cancel)
    {
        foreach (var entry in queue.Unfinished)
            await WithoutStoppingOthers(
                entry,
                async () =>
                {
                    if (entry.State == RunState.Running)
                        await WatchAsync(entry, seen, cancel);
                    else if (entry.CancelRequested)
                        CancelWaiting(entry);
                }
            );
        await StartReadyAsync(cancel);
        progress = watched
            .Where(w => w.Value.Story.Planned is not null)
            .ToDictionary(
                w => w.Key,
                w => new StudyProgress(w.Value.Story.Planned!.Probes, w.Value.Story.Answered.Count, w.Value.Story.Failed.Count)
            );
        return queue.Unfinished.Any(e => e.State != RunState.Interrupted || e.CancelRequested);
    }

    async Task StartReadyAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        foreach (var entry in queue.Unfinished.Where(e => e.WaitsForPlace))
        {
            var others = await runs.UnfinishedAsync(cancel);
            var ahead = others.Count(r => r.State == RunState.Running || (r.WaitsForPlace && r.Position < entry.Position));
            if (ahead + queue.Running.Count + queue.CountBefore(entry.Position) >= options.Value.MaxParallelRuns)
                return;
            if (entry.NotBeforeUtc > now)
                continue;
            await WithoutStoppingOthers(entry, () => StartAsync(entry, cancel));
        }
    }

    /// <summary>A fault of one study must not stop the others, nor the host. The same fault is logged once, not in every round.</summary>
    async Task WithoutStoppingOthers(StudyEntry entry, Func<Task> look)
    {
        try
        {
            await look();
            faults.Remove(entry.Id);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (faults.GetValueOrDefault(entry.Id) != e.Message)
                FailedToBeWatched(log, entry.Id, e);
            faults[entry.Id] = e.Message;
        }
    }

    async Task StartAsync(StudyEntry entry, CancellationToken cancel)
    {
        if (lab.Study(entry.Id) is not { } folder)
        {
            End(entry.Id, FolderMissing);
            return;
        }
        if (Damage(folder) is { } damaged)
        {
            End(entry.Id, damaged);
            return;
        }
        var launcher = launchers.Default;
        var attemptsBefore = folder.LastAttempt;
        queue.Change(entry.Id, e => e.Launch(clock.GetUtcNow().UtcDateTime, launcher.Name, attemptsBefore));
        var study = new WatchedStudy(folder, attemptsBefore, null, clock);
        watched[entry.Id] = study;
        Job job;
        try
        {
            job = await launcher.SubmitAsync(SpecOf(folder, attemptsBefore), cancel);
        }
        catch (LaunchFailedException e)
        {
            await CloseAsync(
                entry.Id,
                study,
                new(RunState.Failed, "launch-failed", e.Message, "Correct this, then resume the study."),
                cancel
            );
            return;
        }
        catch
        {
            watched.Remove(entry.Id); // whether it was submitted is not known: the next round looks for it
            throw;
        }
        study.Job = job;
        queue.Change(entry.Id, e => e.RunsAs(job));
        Started(log, entry.Id, job.Launcher, job.Handle);
        signal.Tell();
    }

    /// <summary>The worker of a study.</summary>
    /// <param name="attemptsBefore">Number of attempts in the folder before this submission.</param>
    internal static JobSpec SpecOf(StudyFolder folder, int attemptsBefore) =>
        new(FormattableString.Invariant($"{folder.Id}.study.{attemptsBefore + 1}"), JobKind.Study, folder.Path, [], folder.LogFile);

    static RunEnded? Damage(StudyFolder folder)
    {
        try
        {
            folder.ReadSpec();
            return null;
        }
        catch (BadDataException e)
        {
            var first = e.Problems[0];
            return new(RunState.Failed, first.Code, first.What, first.WhatToDo);
        }
    }

    async Task WatchAsync(StudyEntry entry, IReadOnlyDictionary<Job, JobStatus> seen, CancellationToken cancel)
    {
        if (lab.Study(entry.Id) is not { } folder)
        {
            if (watched.GetValueOrDefault(entry.Id)?.Job is { } orphan)
                await launchers.Named(orphan.Launcher).CancelAsync(orphan, cancel);
            End(entry.Id, FolderMissing);
            return;
        }
        if (!watched.TryGetValue(entry.Id, out var study))
        {
            await AdoptAsync(entry, folder, cancel);
            return; // its job is looked at in the next round
        }
        var status = study.Job is not { } job ? new(JobState.Gone) : seen.GetValueOrDefault(job);
        study.Listen();
        if (entry.CancelRequested)
            study.ExpectEnd();
        if (status is null)
            return;
        if (status.State is JobState.Waiting or JobState.Held)
            study.Hear(); // in its launcher's queue it has nothing to say yet
        var silent = study.Silence > TimeSpan.FromSeconds(options.Value.HeartbeatTimeoutSeconds);
        if (!status.IsOver)
        {
            if (silent || study.LeavingFor > Patience)
                await launchers.Named(study.Job!.Launcher).CancelAsync(study.Job, cancel); // a later round sees that it is over
            return;
        }
        if (study.Ended is { } ended)
            await SettleAsync(entry.Id, study, ended, cancel);
        else
            await CloseAsync(
                entry.Id,
                study,
                entry.CancelRequested
                    ? new(RunState.Cancelled)
                    : Damage(folder)
                        ?? WorkerDeath.Explain(status.ExitCode, study.Attempt is not null, silent, folder.LogFile, WorkWords.Study),
                cancel
            );
    }

    /// <summary>A study that an earlier dashboard submitted, perhaps without having stored its job's handle.</summary>
    async Task AdoptAsync(StudyEntry entry, StudyFolder folder, CancellationToken cancel)
    {
        var launcher = entry.Launcher ?? launchers.Default.Name;
        var job = entry.Handle is { } handle
            ? new Job(launcher, handle)
            : await launchers.Named(launcher).FindAsync(SpecOf(folder, entry.AttemptsBefore), cancel);
        if (entry.Handle is null && job is not null)
            queue.Change(entry.Id, e => e.RunsAs(job));
        watched[entry.Id] = new(folder, entry.AttemptsBefore, job, clock);
        if (job is not null)
            Adopted(log, entry.Id, job.Launcher, job.Handle);
    }

    /// <summary>Writes into the folder how an attempt ended whose worker could not, then settles the study.</summary>
    async Task CloseAsync(string id, WatchedStudy study, RunEnded ended, CancellationToken cancel)
    {
        try
        {
            using var attempt = study.Attempt is { } number
                ? AttemptLog.Reopen(study.Folder, number, clock)
                : AttemptLog.Claim(study.Folder, clock);
            attempt.Write("run", ended);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            NotWritten(log, id, e.Message); // a full or read-only disk; the queue knows how it ended
        }
        await SettleAsync(id, study, ended, cancel);
    }

    async Task SettleAsync(string id, WatchedStudy study, RunEnded ended, CancellationToken cancel)
    {
        queue.Change(
            id,
            e =>
                e with
                {
                    Planned = study.Story.Planned?.Probes ?? e.Planned,
                    Answered = study.Story.Answered.Count,
                    Failed = study.Story.Failed.Count,
                }
        );
        if (ended.State != RunState.Interrupted)
        {
            End(id, ended);
            return;
        }
        var entry = queue.Get(id);
        if (entry.Tries >= options.Value.MaxAttempts)
        {
            End(
                id,
                new(
                    RunState.Failed,
                    "gave-up",
                    $"{entry.Tries} attempts ended early. The last: {ended.What}",
                    "Correct the cause, then resume the study."
                )
            );
            return;
        }
        var pause = Pauses[Math.Min(Math.Max(0, entry.Tries - 1), Pauses.Length - 1)];
        var front = await runs.FrontAsync(cancel);
        queue.Change(id, e => e.Requeue(ended, front, clock.GetUtcNow().UtcDateTime + pause));
        Interrupted(log, id, ended.What);
        watched.Remove(id);
        signal.Tell();
    }

    void End(string id, RunEnded ended)
    {
        queue.Change(id, e => e.End(ended, clock.GetUtcNow().UtcDateTime));
        EndedAs(log, id, ended.State, ended.What);
        watched.Remove(id);
        signal.Tell();
    }

    void CancelWaiting(StudyEntry entry)
    {
        if (lab.Study(entry.Id) is { } folder)
            using (var attempt = AttemptLog.Claim(folder, clock))
                attempt.Write("run", new RunEnded(RunState.Cancelled));
        End(entry.Id, new(RunState.Cancelled));
    }

    public async Task StopAsync(bool endJobs, CancellationToken cancel)
    {
        if (!endJobs)
            return;
        foreach (var (id, study) in watched.ToArray())
        {
            if (study.Job is { } job)
                await launchers.Named(job.Launcher).CancelAsync(job, cancel);
            study.Listen();
            if (study.Ended is { } ended)
                await SettleAsync(id, study, ended, cancel);
            else
                await CloseAsync(
                    id,
                    study,
                    new(
                        RunState.Interrupted,
                        "dashboard-stopped",
                        "The dashboard was stopped",
                        "The study goes on when the dashboard is back."
                    ),
                    cancel
                );
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Study {Id} was submitted to the launcher {Launcher} as {Handle}")]
    static partial void Started(ILogger log, string id, string launcher, string handle);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Study {Id} went on while the dashboard was away; its job {Handle} of the launcher {Launcher} is watched again"
    )]
    static partial void Adopted(ILogger log, string id, string launcher, string handle);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Study {Id} was interrupted: {What}. It waits again")]
    static partial void Interrupted(ILogger log, string id, string? what);

    [LoggerMessage(Level = LogLevel.Information, Message = "Study {Id} ended: {State} {What}")]
    static partial void EndedAs(ILogger log, string id, RunState state, string? what);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The end of study {Id} could not be written into its folder: {Why}")]
    static partial void NotWritten(ILogger log, string id, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "Study {Id} could not be watched; it is tried again")]
    static partial void FailedToBeWatched(ILogger log, string id, Exception e);
}
