using LiftLab.Engine.Experiments;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;

namespace LiftLab.Web.Live.Jobs.Watching;

/// <summary>A share of a running study: a task of its array, with a log of its own.</summary>
sealed class WatchedShare : WatchedLog
{
    readonly StudyShareFolder folder;
    readonly IReadOnlyList<PlannedFit> fits;
    readonly StudyStory whole;
    readonly TimeProvider clock;
    readonly List<RunEvent> news = [];
    readonly HashSet<string> keys;
    int nextTries;

    /// <param name="whole">The study's own log, as it is read.</param>
    /// <param name="attemptsBefore">Attempts of the share that are over.</param>
    WatchedShare(
        StudyShareFolder folder,
        int index,
        IReadOnlyList<PlannedFit> fits,
        StudyStory whole,
        int attemptsBefore,
        TimeProvider clock
    )
        : base(folder, attemptsBefore, clock)
    {
        (this.folder, Index, this.fits, this.whole, this.clock) = (folder, index, fits, whole, clock);
        keys = fits.SelectMany(f => f.Probes).Select(p => p.Key.Hash).ToHashSet(StringComparer.Ordinal);
        Listen();
        Check();
    }

    /// <summary>The share as it stands in its folder: an attempt that has ended counts as over, one that has not may go on.</summary>
    public static WatchedShare Open(StudyFolder study, int index, IReadOnlyList<PlannedFit> fits, StudyStory whole, TimeProvider clock)
    {
        var folder = study.Share(index);
        Directory.CreateDirectory(folder.Path);
        var last = folder.LastAttempt;
        var goesOn = last > 0 && folder.ReadStory().Ended is null;
        return new(folder, index, fits, whole, goesOn ? last - 1 : last, clock);
    }

    public int Index { get; }

    public StudyStory Story { get; } = new();

    public override string LogFile => folder.LogFile;

    public override int? Attempt => Story.Attempt > AttemptsBefore ? Story.Attempt : null;

    public override RunEnded? Ended => Attempt is null ? null : Story.Ended;

    /// <summary>The study has its answers.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Its task is over and has not done it: another one is submitted from <see cref="NotBefore"/> on.</summary>
    public bool IsLost { get; private set; }

    public DateTime NotBefore { get; private set; }

    /// <summary>Why no other task is submitted; null where one may be.</summary>
    public RunEnded? GivenUp { get; private set; }

    /// <summary>Tasks that ended early since one came further.</summary>
    int Tries { get; init; }

    /// <summary>Its task was told to end, or gives no sign of life.</summary>
    public bool IsSilent(TimeSpan patience) => !IsDone && Status is { State: JobState.Running } && Silence > patience;

    /// <summary>What it has told since the last call.</summary>
    public IReadOnlyList<RunEvent> News()
    {
        if (!IsDone)
            Listen();
        if (Ended is { State: RunState.Succeeded })
            Check();
        RunEvent[] told = [.. news];
        news.Clear();
        return told;
    }

    /// <summary>"task 3: k-nearest neighbours on iris".</summary>
    public string NumberOf(string? detail) => FormattableString.Invariant($"task {Index}: {detail}");

    /// <summary>The failures of its cells that are still in force.</summary>
    public IEnumerable<CellFailed> Failures => folder.Failures(Story, whole).Values.Where(f => keys.Contains(f.Key));

    public void See(JobStatus status)
    {
        if (IsDone || IsLost)
            return;
        if (status.State is not JobState.Running)
            Hear(); // in its launcher's queue it has nothing to say yet
        Status = status with { Node = status.Node ?? Status?.Node };
    }

    /// <summary>Where its task is over: is it done, given up, or to be submitted again?</summary>
    /// <param name="mostTries">Tasks in a row that may end early without coming further.</param>
    public void Settle(int mostTries, DateTime now)
    {
        if (IsDone || IsLost || GivenUp is not null || Status is not { IsOver: true } status || Check())
            return;
        var cancelled = status.IsCancelled && !IsEnding;
        var ended =
            Ended
            ?? AttemptEnd.Write(
                this,
                cancelled ? new(RunState.Cancelled) : WorkerDeath.Explain(status, Attempt is not null, IsEnding, LogFile, WorkWords.Study),
                mayLive: status.State != JobState.Ended,
                clock
            );
        var tries = CameFurther && Retries.IsOfLauncher(ended) ? 0 : Tries + 1;
        GivenUp =
            cancelled ? new(RunState.Cancelled, "cancelled-at-launcher", "Somebody cancelled its task at the launcher")
            : ended.State is RunState.Failed or RunState.Cancelled ? ended
            : tries >= mostTries ? Retries.GaveUp(tries, ended, WorkWords.Study)
            : null;
        if (GivenUp is not null)
            return;
        (IsLost, NotBefore, nextTries) = (true, now + (tries == 0 ? TimeSpan.Zero : Retries.Pause(tries)), tries);
    }

    /// <summary>Its task cannot be submitted again.</summary>
    public void GiveUp(RunEnded why) => (GivenUp, IsLost) = (why, false);

    /// <summary>The share as another task answers it.</summary>
    public WatchedShare Again() => new(folder, Index, fits, whole, folder.LastAttempt, clock) { Tries = nextTries };

    /// <summary>Stops a worker of which its launcher has lost sight.</summary>
    public void Fence(RunEnded ended)
    {
        if (!IsDone && Ended is null && Status is not { State: JobState.Ended })
            AttemptEnd.Write(this, ended, mayLive: true, clock);
    }

    public LabTask Task =>
        new(
            Index,
            IsDone ? LabTaskState.Done
                : GivenUp is not null ? LabTaskState.Failed
                : IsLost ? LabTaskState.Again
                : Status switch
                {
                    { State: JobState.Running } => LabTaskState.Running,
                    { State: JobState.Held } => LabTaskState.Held,
                    { IsOver: true } => LabTaskState.Again,
                    _ => LabTaskState.Waiting,
                },
            GivenUp is { } why ? why.What
                : IsDone ? null
                : Status?.Words,
            Status?.Node,
            Status?.Gpus,
            IsDone ? keys.Count : keys.Count(k => Story.Answered.Contains(k) || Story.Failed.ContainsKey(k)),
            keys.Count
        );

    protected override void Apply(RunEvent e)
    {
        Story.Apply(e);
        CameFurther |= e.Attempt > AttemptsBefore && e.Body is CellAnswered { Taken: false };
        news.Add(e);
    }

    bool Check() => IsDone = IsDone || folder.IsDone(fits, Story, whole);
}
