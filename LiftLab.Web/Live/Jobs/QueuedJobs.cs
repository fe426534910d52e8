using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Web.Live.Jobs.Watching;
using LiftLab.Web.Storage.Queue;

namespace LiftLab.Web.Live.Jobs;

/// <summary>
/// Runs or studies as jobs. Submits what has a place, listens to what the jobs write, ends and resumes them, and takes up again those that
/// went on while the dashboard was away. The last event in the folder counts more than what is seen of the job.
/// </summary>
public abstract partial class QueuedJobs<TEntry, TWatched>(JobServices services, WorkWords words, ILogger log) : IJobs
    where TEntry : IQueued
    where TWatched : WatchedJob
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>For a job that its launcher still shows after the last event in the folder and after it was cancelled.</summary>
    static readonly TimeSpan Stubborn = TimeSpan.FromSeconds(60);

    readonly Dictionary<string, TWatched> watched = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> faults = new(StringComparer.Ordinal);
    bool settled;
    volatile Dictionary<string, LabJob> views = [];

    /// <summary>The jobs of those that run, by the id of the run or study.</summary>
    public IReadOnlyDictionary<string, LabJob> Views => views;

    public IReadOnlyCollection<Job> Jobs => [.. watched.Values.Select(w => w.Job).OfType<Job>()];

    public bool NeedsLead => true;

    protected IReadOnlyDictionary<string, TWatched> Watched => watched;

    protected JobServices Services => services;

    protected DateTime Now => services.Clock.GetUtcNow().UtcDateTime;

    /// <summary>Those that run, wait, or are to be cancelled, in the order of the queue.</summary>
    protected abstract Task<IReadOnlyList<TEntry>> UnfinishedAsync(CancellationToken cancel);

    protected abstract Task<TEntry> GetAsync(string id, CancellationToken cancel);

    /// <summary>Null where the folder is gone.</summary>
    protected abstract TWatched? Open(TEntry entry, int attemptsBefore);

    /// <summary>What is missing on the disk, in words; null for nothing.</summary>
    protected abstract string? Lacks(TEntry entry);

    /// <summary>Why it cannot be started, whatever the launcher; null where it can.</summary>
    protected virtual RunEnded? Damage(TWatched work) => null;

    /// <summary>The keys of providers that its worker needs.</summary>
    protected abstract JobSecrets Secrets(TWatched work);

    protected abstract Task LaunchAsync(string id, string launcher, int attemptsBefore, CancellationToken cancel);

    protected abstract Task RunsAsAsync(string id, Job job, CancellationToken cancel);

    protected virtual Task BeginAttemptAsync(string id, int attempt, CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Puts it back to the front of the queue.</summary>
    /// <param name="forgiven">The attempt does not count against the number of attempts.</param>
    protected abstract Task RequeueAsync(string id, RunEnded ended, bool forgiven, DateTime notBefore, CancellationToken cancel);

    /// <summary>Stores how it ended.</summary>
    protected abstract Task KeepEndAsync(string id, RunEnded ended, CancellationToken cancel);

    /// <summary>Of work that has several workers: submits again what its launcher has lost.</summary>
    /// <returns>The status of the whole, which is over where no worker is left and none is to come.</returns>
    protected virtual Task<JobStatus> TendAsync(TEntry entry, TWatched work, JobStatus status, CancellationToken cancel) =>
        Task.FromResult(status);

    /// <summary>After each round: what pages show of those that run and wait.</summary>
    protected virtual void Explain(IReadOnlyList<TEntry> entries) { }

    public async Task<bool> StepAsync(IReadOnlyDictionary<Job, JobStatus> seen, CancellationToken cancel)
    {
        var entries = await UnfinishedAsync(cancel);
        foreach (var id in watched.Keys.Except(entries.Select(e => e.Id)).ToArray())
            watched.Remove(id); // its entry is gone, and with it its claim to a place
        foreach (var entry in entries)
            await WithoutStoppingOthers(
                entry,
                async () =>
                {
                    if (entry.State == RunState.Running)
                        await WatchAsync(entry, seen, cancel);
                    else if (entry.CancelRequested)
                        await CancelWaitingAsync(entry, cancel);
                }
            );
        if (settled)
        {
            settled = false;
            return true; // the places are given with the next look at the queue: what was interrupted may be back in it
        }
        var ready = entries.Where(e => e.WaitsForPlace && !(e.NotBeforeUtc > Now)).ToArray();
        if (ready.Length > 0)
        {
            var places = await services.Places.FreeAsync(cancel);
            foreach (var entry in ready.Where(e => places.Contains(e.Id)))
                await WithoutStoppingOthers(entry, () => StartAsync(entry, cancel));
        }
        Show();
        Explain(entries);
        return entries.Count > 0;
    }

    public void Forget()
    {
        watched.Clear();
        faults.Clear();
        settled = false;
    }

    /// <summary>For pages: what the leading dashboard knows of the jobs.</summary>
    internal void Show(Dictionary<string, LabJob> seen) => views = seen;

    void Show()
    {
        var next = watched
            .Where(w => w.Value.Job is not null)
            .ToDictionary(
                w => w.Key,
                w => new LabJob(
                    w.Value.Job!.Launcher,
                    w.Value.Job.Handle,
                    w.Value.Status is { } status ? status with { Tasks = [] } : null,
                    services.Launchers.Silence(w.Value.Job.Launcher)
                )
                {
                    Tasks = w.Value.Tasks,
                },
                StringComparer.Ordinal
            );
        var same = next.Count == views.Count && next.All(v => views.TryGetValue(v.Key, out var before) && before.IsSame(v.Value));
        views = next;
        if (!same)
            services.Signal.Tell();
    }

    /// <summary>A fault of one must not stop the others, nor the host. The same fault is logged once, not in every round.</summary>
    async Task WithoutStoppingOthers(TEntry entry, Func<Task> look)
    {
        try
        {
            Demand(default);
            await look();
            faults.Remove(entry.Id);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (faults.GetValueOrDefault(entry.Id) != e.GetType().Name)
                FailedToBeWatched(log, words.Noun, entry.Id, e);
            faults[entry.Id] = e.GetType().Name; // its message may differ from round to round
        }
    }

    /// <summary>Nothing is done where another dashboard may have taken over meanwhile.</summary>
    protected void Demand(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        services.Lead.Demand();
    }

    async Task StartAsync(TEntry entry, CancellationToken cancel)
    {
        if (Open(entry, 0) is not { } found)
        {
            await EndAsync(entry.Id, Missing(Lacks(entry)), cancel);
            return;
        }
        if ((Damage(found) ?? found.DoneBefore) is { } settled)
        {
            await EndAsync(entry.Id, settled, cancel);
            return;
        }
        var named = services.Places.LauncherOf(entry);
        if (!services.Launchers.Has(named))
        {
            await EndAsync(
                entry.Id,
                new(
                    RunState.Failed,
                    "no-launcher",
                    $"The launcher '{named}' is not set up in LiftLab:Launchers",
                    $"Set it up again, or send the {words.Noun} to another launcher, then resume it."
                ),
                cancel
            );
            return;
        }
        var launcher = services.Launchers.Named(named);
        Demand(cancel);
        var attemptsBefore = found.Folder.LastAttempt;
        await LaunchAsync(entry.Id, launcher.Name, attemptsBefore, cancel);
        var work = Open(await GetAsync(entry.Id, cancel), attemptsBefore)!;
        watched[entry.Id] = work;
        Job job;
        try
        {
            Demand(cancel);
            job = await launcher.SubmitAsync(work.Spec with { Secrets = Secrets(work) }, cancel);
        }
        catch (LaunchFailedException e)
        {
            var ended = new RunEnded(RunState.Failed, "launch-failed", e.Message, $"Correct this, then resume the {words.Noun}.");
            await CloseAsync(entry.Id, work, ended, cancel);
            return;
        }
        catch
        {
            watched.Remove(entry.Id); // whether it was submitted is not known: the next round looks for it
            throw;
        }
        work.Job = job;
        await RunsAsAsync(entry.Id, job, cancel);
        Started(log, words.Noun, entry.Id, job.Launcher, job.Handle);
        services.Signal.Tell();
    }

    async Task WatchAsync(TEntry entry, IReadOnlyDictionary<Job, JobStatus> seen, CancellationToken cancel)
    {
        if (!watched.TryGetValue(entry.Id, out var work))
        {
            await AdoptAsync(entry, cancel);
            return; // its job is looked at in the next round
        }
        var lacks = Lacks(entry);
        if (work.Miss(lacks is not null) > Patience)
        {
            if (work.Job is { } lost)
                await services.Launchers.Named(lost.Launcher).CancelAsync(lost, cancel);
            await EndAsync(entry.Id, Missing(lacks), cancel);
        }
        if (lacks is not null)
            return; // a network file system may come back
        var status = work.Job is not { } job ? new(JobState.Gone) : seen.GetValueOrDefault(job);
        work.Status = status ?? work.Status;
        if (work.Listen() && work.Attempt is { } attempt)
        {
            await BeginAttemptAsync(entry.Id, attempt, cancel);
            services.Signal.Tell();
        }
        if (entry.CancelRequested)
            work.ExpectEnd();
        if (work.Ended is { } final && work.LeavingFor > (status is null ? Patience : Stubborn))
        {
            // the folder decides: its launcher does not answer, or shows a job for ever whose work is done
            await SettleAsync(entry.Id, work, final, cancel);
            return;
        }
        if (status is null)
            return;
        status = await TendAsync(entry, work, status, cancel);
        if (status.State is JobState.Waiting or JobState.Held)
            work.Hear(); // in its launcher's queue it has nothing to say yet
        var silent = work.Silence > TimeSpan.FromSeconds(services.Options.Value.HeartbeatTimeoutSeconds);
        if (!status.IsOver)
        {
            if (silent || work.LeavingFor > Patience)
                work.IsEnding = true;
            if (work.IsEnding)
                await services.Launchers.Named(work.Job!.Launcher).CancelAsync(work.Job, cancel); // a later round sees that it is over
            return;
        }
        if ((work.Ended ?? work.DoneBefore) is { } ended)
            await SettleAsync(entry.Id, work, CancelledThere(entry, work, status, ended, cancel), cancel);
        else if (entry.CancelRequested)
            await CloseAsync(entry.Id, work, new(RunState.Cancelled), cancel);
        else if (status.IsCancelled && !work.IsEnding)
            await CloseAsync(entry.Id, work, CancelledBy(work), cancel);
        else
            await CloseAsync(
                entry.Id,
                work,
                Damage(work) ?? work.GivenUp ?? WorkerDeath.Explain(status, work.Attempt is not null, silent, work.LogFile, words),
                cancel
            );
    }

    static RunEnded CancelledBy(TWatched work) =>
        new(
            RunState.Cancelled,
            "cancelled-at-launcher",
            $"Somebody cancelled the job at the launcher {work.Job!.Launcher}",
            "Resume it to go on from its last checkpoint."
        );

    /// <summary>
    /// A worker that hears the signal saves a checkpoint and ends as interrupted, whoever ends its job. Where somebody cancelled the job it
    /// must not begin again by itself.
    /// </summary>
    RunEnded CancelledThere(TEntry entry, TWatched work, JobStatus status, RunEnded ended, CancellationToken cancel)
    {
        if (ended.State != RunState.Interrupted || !status.IsCancelled || work.IsEnding || File.Exists(work.Folder.PauseFile))
            return ended;
        Demand(cancel);
        return WriteEnd(entry.Id, work, CancelledBy(work), mayLive: true);
    }

    /// <summary>What an earlier dashboard submitted, perhaps without having stored the job's handle.</summary>
    async Task AdoptAsync(TEntry entry, CancellationToken cancel)
    {
        if (Open(entry, entry.AttemptsBefore) is not { } work)
        {
            await EndAsync(entry.Id, Missing(Lacks(entry)), cancel);
            return;
        }
        var launcher = entry.Launcher ?? services.Launchers.Default.Name;
        work.Job = entry.Handle is { } handle
            ? new Job(launcher, handle)
            : await services.Launchers.Named(launcher).FindAsync(work.Spec, cancel);
        if (entry.Handle is null && work.Job is not null)
            await RunsAsAsync(entry.Id, work.Job, cancel);
        watched[entry.Id] = work;
        if (work.Job is { } job)
            Adopted(log, words.Noun, entry.Id, job.Launcher, job.Handle);
    }

    RunEnded Missing(string? what) =>
        new(
            RunState.Failed,
            "folder-missing",
            $"{what ?? $"The {words.Noun}'s folder"} is gone",
            $"Delete the {words.Noun}, or put the folder back and resume it."
        );

    async Task CancelWaitingAsync(TEntry entry, CancellationToken cancel)
    {
        if (Open(entry, 0) is { } work)
            WriteEnd(entry.Id, work, new(RunState.Cancelled));
        await EndAsync(entry.Id, new(RunState.Cancelled), cancel);
    }

    public async Task StopAsync(bool endJobs, CancellationToken cancel)
    {
        if (!endJobs)
        {
            if (watched.Count > 0)
                GoOn(log, watched.Count, words.Noun);
            return;
        }
        foreach (var (id, work) in watched.ToArray())
        {
            if (work.Job is { } job)
                await services.Launchers.Named(job.Launcher).CancelAsync(job, cancel);
            work.Listen();
            if (work.Ended is { } ended)
                await SettleAsync(id, work, ended, cancel);
            else
                await CloseAsync(
                    id,
                    work,
                    new(
                        RunState.Interrupted,
                        "dashboard-stopped",
                        "The dashboard was stopped",
                        $"The {words.Noun} goes on when the dashboard is back."
                    ),
                    cancel
                );
        }
    }
}
