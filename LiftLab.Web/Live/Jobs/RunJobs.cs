using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live.Jobs.Watching;
using LiftLab.Web.Live.Providers;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Queue;

namespace LiftLab.Web.Live.Jobs;

/// <summary>Runs as jobs. Their queue is stored as rows of the database.</summary>
public sealed partial class RunJobs(JobServices services, RunTable runs, StudyQueue studies, ILogger<RunJobs> log)
    : QueuedJobs<RunRow, WatchedRun>(services, WorkWords.Run, log)
{
    volatile Dictionary<string, string> reasons = [];

    /// <summary>Why each waiting run and study waits, and how long each running run takes, by its id.</summary>
    public IReadOnlyDictionary<string, string> Reasons => reasons;

    protected override async Task<IReadOnlyList<RunRow>> UnfinishedAsync(CancellationToken cancel) => await runs.UnfinishedAsync(cancel);

    protected override Task<RunRow> GetAsync(string id, CancellationToken cancel) => runs.GetAsync(id, cancel);

    protected override WatchedRun? Open(RunRow row, int attemptsBefore) =>
        Services.Lab.Run(row.Id) is { } folder ? new(folder, row.Learner, attemptsBefore, Services.Clock) : null;

    protected override JobSecrets Secrets(WatchedRun work) => Services.Providers.Shelf.SecretsFor(RunFolder.Open(work.Folder.Path));

    protected override Task LaunchAsync(string id, string launcher, int attemptsBefore, CancellationToken cancel) =>
        ChangeAsync(id, r => r.Launch(Now, launcher, attemptsBefore), cancel);

    protected override Task RunsAsAsync(string id, Job job, CancellationToken cancel) => ChangeAsync(id, r => r.RunsAs(job), cancel);

    protected override Task BeginAttemptAsync(string id, int attempt, CancellationToken cancel) =>
        ChangeAsync(id, r => r.BeginAttempt(attempt), cancel);

    protected override Task RequeueAsync(string id, RunEnded ended, bool forgiven, DateTime notBefore, CancellationToken cancel) =>
        runs.ChangeAsync(
            id,
            async (db, r) =>
            {
                await Services.Lead.DemandAsync(db, cancel);
                r.Interrupt(ended.Code, ended.What, ended.WhatToDo);
                if (forgiven)
                    r.Forgive();
                r.Requeue(await runs.FirstPositionAsync(db, cancel) - 1, notBefore);
            },
            cancel
        );

    /// <summary>Changes a run in the name of the leading dashboard: the database refuses one that does not lead any more.</summary>
    Task<RunRow> ChangeAsync(string id, Action<RunRow> verb, CancellationToken cancel) =>
        runs.ChangeAsync(
            id,
            async (db, row) =>
            {
                await Services.Lead.DemandAsync(db, cancel);
                verb(row);
            },
            cancel
        );

    protected override async Task KeepEndAsync(string id, RunEnded ended, CancellationToken cancel)
    {
        var report = ended.State == RunState.Succeeded ? ReportOf(id) : null;
        await ChangeAsync(
            id,
            r =>
            {
                r.End(ended, Now);
                if (report is not null)
                    r.Show(report);
            },
            cancel
        );
        if (ended.State == RunState.Cancelled && Services.Lab.Run(id) is { } folder && LabProviders.OpenJobs(folder).Count > 0)
            _ = EndJobsAsync(id, folder); // its worker is gone, and its jobs cost money
    }

    async Task EndJobsAsync(string id, RunFolder folder)
    {
        try
        {
            foreach (var trouble in await Services.Providers.CancelJobsAsync(folder, CancellationToken.None))
                JobGoesOn(log, id, trouble);
        }
        catch (Exception e) when (e is BadDataException or IOException or UnauthorizedAccessException)
        {
            JobGoesOn(log, id, e.Message);
        }
    }

    internal void Show(Dictionary<string, LabJob> seen, Dictionary<string, string> why)
    {
        Show(seen);
        reasons = why;
    }

    /// <summary>Explains runs and studies alike: they wait in one queue.</summary>
    protected override void Explain(IReadOnlyList<RunRow> entries)
    {
        var now = Now;
        IQueued[] all = [.. entries, .. studies.Unfinished];
        var next = all.GroupBy(Services.Places.LauncherOf)
            .SelectMany(launcher => ExplainWaiting([.. launcher], now))
            .Concat(
                entries
                    .Where(r => Watched.ContainsKey(r.Id))
                    .Select(r => (r.Id, Words: WaitingReason.Running(Watched[r.Id].TimeLeft, Views.GetValueOrDefault(r.Id))))
            )
            .ToDictionary(r => r.Id, r => r.Words);
        var same = next.Count == reasons.Count && next.All(r => reasons.TryGetValue(r.Key, out var before) && before == r.Value);
        reasons = next;
        if (!same)
            Services.Signal.Tell();
    }

    /// <summary>Those that wait for a place of one launcher.</summary>
    IEnumerable<(string Id, string Words)> ExplainWaiting(IQueued[] entries, DateTime now)
    {
        var running = entries
            .OfType<RunRow>()
            .Where(r => Watched.ContainsKey(r.Id))
            .Select(r => new WaitingReason.Ahead(r.Name, Watched[r.Id].TimeLeft))
            .Concat(
                entries
                    .OfType<StudyEntry>()
                    .Where(s => s.State == RunState.Running)
                    .Select(s => new WaitingReason.Ahead(s.Name, null, IsStudy: true))
            )
            .ToArray();
        var waiting = entries
            .Where(e => e.State == RunState.Queued && !Watched.ContainsKey(e.Id))
            .Select(WaitingReason.Waiting.Of)
            .OrderBy(w => w.Position)
            .ToArray();
        if (waiting is [{ Name: var again, NotBeforeUtc: { } at }, ..] && at > now && running.Length == 0)
            running = [new(again, null, StartsAgain: true)];
        return waiting.Select((w, i) => (w.Id, WaitingReason.Of(w, i, running, now)));
    }

    RunReport? ReportOf(string id)
    {
        try
        {
            return Services.Lab.Run(id)?.ReadReport();
        }
        catch (Exception e) when (e is BadDataException or IOException or UnauthorizedAccessException)
        {
            NotRead(log, id, e.Message);
            return null;
        }
    }

    protected override string? Lacks(RunRow row) =>
        !Directory.Exists(Services.Lab.RunPath(row.Id)) ? "The run's folder"
        : Services.Lab.Run(row.Id) is not { } folder ? "The run's spec.json"
        : row.Attempt > 0 && !File.Exists(folder.AttemptFile(row.Attempt)) ? $"The run's log of attempt {row.Attempt}"
        : null;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {Id} was cancelled, and its provider still works for it: {Trouble}")]
    static partial void JobGoesOn(ILogger log, string id, string trouble);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The report of run {Id} could not be read: {Reason}")]
    static partial void NotRead(ILogger log, string id, string reason);
}
