using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;

namespace LiftLab.Web.Live.Jobs;

/// <summary>What the dashboard knows of one running run or study: its job, and what the job has written.</summary>
/// <param name="attemptsBefore">Attempts of the folder before the job was submitted.</param>
public abstract class WatchedJob(IEventFolder folder, int attemptsBefore, TimeProvider clock)
{
    readonly RunTail tail = new(folder);
    long heard = clock.GetTimestamp();
    long? missed,
        leaving;

    public IEventFolder Folder { get; } = folder;

    /// <summary>Where the worker's output goes.</summary>
    public abstract string LogFile { get; }

    /// <summary>How the worker is submitted.</summary>
    public abstract JobSpec Spec { get; }

    protected int AttemptsBefore { get; } = attemptsBefore;

    /// <summary>Null before it is submitted, and where the launcher does not know it any more.</summary>
    public Job? Job { get; set; }

    /// <summary>As last seen; null before its launcher was asked.</summary>
    public JobStatus? Status { get; set; }

    /// <summary>The dashboard has begun to end the job.</summary>
    public bool IsEnding { get; set; }

    /// <summary>The job has done something that a later one does not have to do again.</summary>
    public bool CameFurther { get; protected set; }

    /// <summary>The attempt that the job claimed; null before its first event.</summary>
    public abstract int? Attempt { get; }

    /// <summary>The job's last event; null before.</summary>
    public abstract RunEnded? Ended { get; }

    /// <summary>The end of work that the folder says is done, whichever attempt did it; null where it is not done.</summary>
    public virtual RunEnded? DoneBefore => null;

    public TimeSpan Silence => clock.GetElapsedTime(heard);

    /// <summary>Since the job's last event was first read, or since the job was asked to end; zero before.</summary>
    public TimeSpan LeavingFor => leaving is { } since ? clock.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Since when files are missing, as seen in each round. Zero where nothing is missing.</summary>
    public TimeSpan Miss(bool missing)
    {
        missed = missing ? missed ?? clock.GetTimestamp() : null;
        return missed is { } since ? clock.GetElapsedTime(since) : TimeSpan.Zero;
    }

    /// <summary>Counts as a sign of life.</summary>
    public void Hear() => heard = clock.GetTimestamp();

    public void ExpectEnd() => leaving ??= clock.GetTimestamp();

    /// <summary>Reads what the job has written since. True where a new attempt has begun.</summary>
    public bool Listen()
    {
        var before = Attempt;
        while (tail.Read() is { Count: > 0 } events)
        {
            Hear();
            foreach (var e in events)
                Apply(e);
        }
        if (Ended is { State: not RunState.Interrupted })
            ExpectEnd(); // what its launcher interrupted, the launcher may start again
        return Attempt != before;
    }

    protected abstract void Apply(RunEvent e);
}
