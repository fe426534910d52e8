using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;

namespace LiftLab.Web.Live.Jobs.Watching;

/// <summary>What the dashboard hears of one worker: the log that it writes, and its job as its launcher shows it.</summary>
/// <param name="attemptsBefore">Attempts of the folder before the worker was submitted.</param>
public abstract class WatchedLog(IEventFolder folder, int attemptsBefore, TimeProvider clock)
{
    readonly RunTail tail = new(folder);
    long heard = clock.GetTimestamp();
    long? leaving;

    public IEventFolder Folder { get; } = folder;

    /// <summary>Where the worker's output goes.</summary>
    public abstract string LogFile { get; }

    protected int AttemptsBefore { get; } = attemptsBefore;

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

    public TimeSpan Silence => clock.GetElapsedTime(heard);

    /// <summary>Since the job's last event was first read, or since the job was asked to end; zero before.</summary>
    public TimeSpan LeavingFor => leaving is { } since ? clock.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Counts as a sign of life.</summary>
    public void Hear() => heard = clock.GetTimestamp();

    public void ExpectEnd() => leaving ??= clock.GetTimestamp();

    /// <summary>Reads what the job has written since. True where a new attempt has begun.</summary>
    public bool Listen()
    {
        var before = Attempt;
        Take();
        if (Gather())
            Take();
        if (Ended is { State: not RunState.Interrupted })
            ExpectEnd(); // what its launcher interrupted, the launcher may start again
        return Attempt != before;
    }

    /// <summary>Reads the log without gathering.</summary>
    protected void Take()
    {
        while (tail.Read() is { Count: > 0 } events)
        {
            Hear();
            foreach (var e in events)
                Apply(e);
        }
    }

    protected abstract void Apply(RunEvent e);

    /// <summary>Writes into the log what several workers have told elsewhere.</summary>
    /// <returns>Whether anything was written.</returns>
    protected virtual bool Gather() => false;
}
