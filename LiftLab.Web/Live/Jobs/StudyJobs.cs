using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live.Jobs.Watching;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Queue;

namespace LiftLab.Web.Live.Jobs;

/// <summary>Studies as jobs. Their queue is stored as one file each.</summary>
public sealed partial class StudyJobs(JobServices services, StudyQueue queue, RunTable runs, ILogger<StudyJobs> log)
    : QueuedJobs<StudyEntry, WatchedStudy>(services, WorkWords.Study, log)
{
    volatile Dictionary<string, StudyProgress> progress = [];

    /// <summary>How far each running study is, by its id.</summary>
    public IReadOnlyDictionary<string, StudyProgress> Progress => progress;

    protected override Task<IReadOnlyList<StudyEntry>> UnfinishedAsync(CancellationToken cancel) => Task.FromResult(queue.Unfinished);

    protected override Task<StudyEntry> GetAsync(string id, CancellationToken cancel) => Task.FromResult(queue.Get(id));

    protected override WatchedStudy? Open(StudyEntry entry, int attemptsBefore) =>
        Services.Lab.Study(entry.Id) is not { } folder ? null
        : entry is { State: RunState.Running, Shares: { } count } ? OpenArray(folder, attemptsBefore, count)
        : new(folder, attemptsBefore, Services.Clock);

    protected override string? Lacks(StudyEntry entry) =>
        Services.Lab.Study(entry.Id) is null ? "The study's folder, or its study.json," : null;

    protected override RunEnded? Damage(WatchedStudy work)
    {
        try
        {
            work.Study.ReadSpec();
            return null;
        }
        catch (BadDataException e)
        {
            var first = e.Problems[0];
            return new(RunState.Failed, first.Code, first.What, first.WhatToDo);
        }
    }

    protected override JobSecrets Secrets(WatchedStudy work) => Services.Providers.Shelf.SecretsFor(work.Study.ReadSpec().Learners);

    protected override Task LaunchAsync(string id, string launcher, int attemptsBefore, CancellationToken cancel) =>
        Change(id, e => e.Launch(Now, launcher, attemptsBefore, Divide(id, launcher)));

    protected override Task RunsAsAsync(string id, Job job, CancellationToken cancel) => Change(id, e => e.RunsAs(job));

    protected override async Task RequeueAsync(string id, RunEnded ended, bool forgiven, DateTime notBefore, CancellationToken cancel)
    {
        var front = await runs.FrontAsync(cancel);
        await Change(id, e => (forgiven ? Counted(e).Forgive() : Counted(e)).Requeue(ended, front, notBefore));
    }

    protected override Task KeepEndAsync(string id, RunEnded ended, CancellationToken cancel) =>
        Change(id, e => Counted(e).End(ended, Now));

    protected override void Explain(IReadOnlyList<StudyEntry> entries) =>
        progress = Watched
            .Where(w => w.Value.Story.Planned is not null)
            .ToDictionary(
                w => w.Key,
                w => new StudyProgress(w.Value.Story.Planned!.Probes, w.Value.Story.Answered.Count, w.Value.Story.Failed.Count)
            );

    internal void Show(Dictionary<string, LabJob> seen, Dictionary<string, StudyProgress> far)
    {
        Show(seen);
        progress = far;
    }

    /// <summary>With the predictions of its last attempt, where one was watched.</summary>
    StudyEntry Counted(StudyEntry entry) =>
        Watched.GetValueOrDefault(entry.Id) is not { } work
            ? entry
            : entry with
            {
                Planned = work.Story.Planned?.Probes ?? entry.Planned,
                Answered = work.Story.Answered.Count,
                Failed = work.Story.Failed.Count,
            };

    Task Change(string id, Func<StudyEntry, StudyEntry> verb)
    {
        queue.Change(id, verb);
        return Task.CompletedTask;
    }
}
