using LiftLab.Engine.Experiments;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;

namespace LiftLab.Web.Live;

/// <summary>What the dashboard knows of one running study: its job, and what the job has written.</summary>
/// <param name="attemptsBefore">Attempts of the folder before the job was submitted.</param>
sealed class WatchedStudy(StudyFolder folder, int attemptsBefore, Job? job, TimeProvider clock)
{
    readonly RunTail tail = new(folder);
    long heard = clock.GetTimestamp();

    public StudyFolder Folder { get; } = folder;

    public StudyStory Story { get; } = new();

    /// <summary>Null before it is submitted, and where the launcher does not know it any more.</summary>
    public Job? Job { get; set; } = job;

    /// <summary>The attempt that the job claimed; null before its first event.</summary>
    public int? Attempt => Story.Attempt > attemptsBefore ? Story.Attempt : null;

    /// <summary>The job's last event; null before.</summary>
    public RunEnded? Ended => Attempt is null ? null : Story.Ended;

    /// <summary>When the job's last event was first read, or when the job was asked to end.</summary>
    long? leaving;

    public TimeSpan Silence => clock.GetElapsedTime(heard);

    public TimeSpan LeavingFor => leaving is { } since ? clock.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Counts as a sign of life.</summary>
    public void Hear() => heard = clock.GetTimestamp();

    public void ExpectEnd() => leaving ??= clock.GetTimestamp();

    /// <summary>Reads what the job has written since.</summary>
    public void Listen()
    {
        while (tail.Read() is { Count: > 0 } events)
        {
            Hear();
            foreach (var e in events)
                Story.Apply(e);
        }
        if (Ended is not null)
            ExpectEnd();
    }
}
