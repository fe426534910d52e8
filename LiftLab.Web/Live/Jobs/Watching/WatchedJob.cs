using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;

namespace LiftLab.Web.Live.Jobs.Watching;

/// <summary>What the dashboard knows of one running run or study: its job, and what the job has written.</summary>
/// <inheritdoc/>
public abstract class WatchedJob(IEventFolder folder, int attemptsBefore, TimeProvider clock) : WatchedLog(folder, attemptsBefore, clock)
{
    readonly TimeProvider clock = clock;
    long? missed;

    /// <summary>How the worker is submitted.</summary>
    public abstract JobSpec Spec { get; }

    /// <summary>Null before it is submitted, and where the launcher does not know it any more.</summary>
    public Job? Job { get; set; }

    /// <summary>The end of work that the folder says is done, whichever attempt did it; null where it is not done.</summary>
    public virtual RunEnded? DoneBefore => null;

    /// <summary>Why no job of it is submitted any more, of what is not done; null where one may be.</summary>
    public virtual RunEnded? GivenUp => null;

    /// <summary>The tasks of an array, for pages; null for a single job.</summary>
    public virtual IReadOnlyList<LabTask>? Tasks => null;

    /// <summary>Stops workers that its launcher has lost sight of, where they have logs of their own.</summary>
    public virtual void Fence(RunEnded ended) { }

    /// <summary>Since when files are missing, as seen in each round. Zero where nothing is missing.</summary>
    public TimeSpan Miss(bool missing)
    {
        missed = missing ? missed ?? clock.GetTimestamp() : null;
        return missed is { } since ? clock.GetElapsedTime(since) : TimeSpan.Zero;
    }
}
