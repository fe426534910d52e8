using LiftLab.Engine.Experiments;
using LiftLab.Engine.Experiments.Work;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;

namespace LiftLab.Web.Live.Jobs.Watching;

/// <summary>
/// A running study whose shares are the tasks of one array. What their workers log goes into the study's own log, which this dashboard
/// writes as one attempt.
/// </summary>
sealed class WatchedArray : WatchedStudy
{
    readonly StudyGathering gathering;
    readonly WatchedShare[] shares;
    readonly List<(WatchedShare Share, RunEvent Event)> untold = [];
    AttemptStarted? started;
    bool isSuperseded;

    /// <param name="count">Number of shares.</param>
    /// <exception cref="LiftLab.Engine.Tables.BadDataException">The specification cannot be read.</exception>
    public WatchedArray(StudyFolder folder, int attemptsBefore, int count, Func<string, LearnerEntry> find, TimeProvider clock)
        : base(folder, attemptsBefore, clock)
    {
        var cells = StudyCells.Of(folder.ReadSpec(), find);
        gathering = new(folder, cells, find, clock);
        Take();
        var fits = StudyShare.Divide(cells.Fits, find, count);
        shares = [.. fits.Select((f, i) => WatchedShare.Open(folder, i, f, Story, clock))];
    }

    public override JobSpec Spec => SpecOf([.. shares.Where(s => !s.IsDone).Select(s => s.Index)], 0);

    /// <summary>The submission of some tasks. Those of earlier submissions go on.</summary>
    /// <param name="submissions">How often tasks were submitted since the study was started; it makes the name unique, because each
    /// submission leaves an attempt.</param>
    public JobSpec SpecOf(IReadOnlyList<int> tasks, int submissions) =>
        SpecOf(Study, AttemptsBefore + submissions) with
        {
            LogFile = Path.Combine(Path.GetDirectoryName(Study.Share(0).Path)!, JobArray.TaskPlace, Path.GetFileName(LogFile)),
            Array = new(shares.Length, tasks, Job),
        };

    public override IReadOnlyList<LabTask>? Tasks => [.. shares.Select(s => s.Task)];

    public override RunEnded? GivenUp =>
        shares.Where(s => s.GivenUp is not null).OrderByDescending(s => s.GivenUp!.State == RunState.Failed).FirstOrDefault()
            is { GivenUp: { } why } share
            ? why with
            {
                What = FormattableString.Invariant($"Task {share.Index} of the array: {why.What}"),
                WhatToDo = why.WhatToDo ?? "Resume the study to go on with what is not answered.",
            }
            : null;

    /// <summary>The study has all its answers, and its figures can be drawn.</summary>
    public bool IsDone => !isSuperseded && shares.All(s => s.IsDone);

    /// <summary>Shares whose worker has given no sign of life for so long.</summary>
    public IReadOnlyList<WatchedShare> Silent(TimeSpan patience) => [.. shares.Where(s => s.IsSilent(patience))];

    /// <summary>Shares whose task has ended early and is submitted again, now or later.</summary>
    public IReadOnlyList<WatchedShare> Lost => [.. shares.Where(s => s.IsLost)];

    /// <summary>Gives each share the status of its task.</summary>
    public void See(JobStatus status, int mostTries, DateTime now, bool settle)
    {
        var byIndex = status.Tasks.ToDictionary(t => t.Index, t => t.Status);
        foreach (var share in shares)
        {
            share.See(byIndex.GetValueOrDefault(share.Index) ?? new(JobState.Gone));
            if (settle)
                share.Settle(mostTries, now);
        }
    }

    /// <summary>Tasks were submitted again.</summary>
    public void Resubmitted(Job job, IReadOnlyList<WatchedShare> which)
    {
        Job = job;
        foreach (var share in which)
            shares[share.Index] = share.Again();
        Begin();
        gathering.Begin(started, shares.SelectMany(s => s.Failures)); // as many attempts as submissions, so that no name comes again
    }

    /// <summary>Draws the figures and ends the attempt.</summary>
    public void Finish()
    {
        try
        {
            Begin();
            gathering.Finish(Story);
        }
        catch (SupersededException)
        {
            isSuperseded = true;
        }
        Listen();
    }

    public override void Fence(RunEnded ended)
    {
        foreach (var share in shares)
            share.Fence(ended);
    }

    protected override bool Gather()
    {
        foreach (var share in shares)
            untold.AddRange(share.News().Select(e => (share, e)));
        started ??= untold.Select(n => n.Event.Body).OfType<AttemptStarted>().FirstOrDefault();
        if (isSuperseded || Ended is not null || untold.Count == 0 || shares.All(s => s.Attempt is null))
            return false;
        try
        {
            Begin();
            gathering.Write([.. untold.SelectMany(n => Told(n.Share, n.Event)).Distinct()]);
        }
        catch (SupersededException)
        {
            isSuperseded = true; // somebody works on the folder by hand, or another dashboard has taken over
        }
        untold.Clear();
        return true;
    }

    void Begin()
    {
        if (!gathering.IsBegun)
            gathering.Begin(started, shares.SelectMany(s => s.Failures));
    }

    /// <summary>What the study's log does not have yet.</summary>
    IEnumerable<(string, LearningEvent)> Told(WatchedShare share, RunEvent e)
    {
        switch (e.Body)
        {
            case AttemptStarted when Story.Started is null:
            case CellAnswered cell when !Story.Answered.Contains(cell.Key):
            case CellFailed failed when share.Story.Failed.GetValueOrDefault(failed.Key) == failed && !IsTold(failed):
                yield return ("run", e.Body);
                break;
            case PhaseEntered phase when share.Story.Working.GetValueOrDefault(e.Source) == phase:
                yield return (e.Source.Split(' ')[0], new PhaseEntered(phase.Phase, share.NumberOf(phase.Detail)));
                break;
            case Noted note when !Story.Notes.Contains(note):
                yield return (e.Source, note);
                break;
        }
    }

    bool IsTold(CellFailed failed) => Story.Failed.GetValueOrDefault(failed.Key) == failed;
}
