using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;

namespace LiftLab.Web.Live;

/// <summary>What the dashboard knows of one running run: its job, and what the job has written.</summary>
/// <param name="learner">The run's own learner.</param>
/// <param name="attemptsBefore">Attempts of the folder before the job was submitted; their events are left out.</param>
sealed class WatchedRun(RunFolder folder, string learner, int attemptsBefore, Job? job, TimeProvider clock)
{
    readonly RunTail tail = new(folder);
    readonly RunStory story = new(learner);
    long heard = clock.GetTimestamp();
    long? missed;

    public RunFolder Folder { get; } = folder;

    /// <summary>Null before it is submitted, and where the launcher does not know it any more.</summary>
    public Job? Job { get; set; } = job;

    /// <summary>The attempt that the job claimed; null before its first event.</summary>
    public int? Attempt => story.Attempt == 0 ? null : story.Attempt;

    /// <summary>The job's last event; null before.</summary>
    public RunEnded? Ended => story.Ended;

    /// <summary>When the job's last event was first read, or when the job was asked to end.</summary>
    public long? Leaving { get; private set; }

    public TimeSpan Silence => clock.GetElapsedTime(heard);

    public TimeSpan LeavingFor => Leaving is { } since ? clock.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Until training ends, as estimated at its last step; null while it does not train.</summary>
    public TimeSpan? TimeLeft =>
        story is { Phase.Phase: "train", LastStep.SecondsLeft: > 0 and var seconds } ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>Since when files of the run are missing, as seen in each round. Zero where nothing is missing.</summary>
    public TimeSpan Miss(bool missing)
    {
        missed = missing ? missed ?? clock.GetTimestamp() : null;
        return missed is { } since ? clock.GetElapsedTime(since) : TimeSpan.Zero;
    }

    /// <summary>Counts as a sign of life.</summary>
    public void Hear() => heard = clock.GetTimestamp();

    public void ExpectEnd() => Leaving ??= clock.GetTimestamp();

    /// <summary>Reads what the job has written since. True where a new attempt has begun.</summary>
    public bool Listen()
    {
        var news = false;
        while (tail.Read() is { Count: > 0 } events)
        {
            Hear();
            foreach (var e in events)
            {
                if (e.Attempt <= attemptsBefore)
                    continue;
                news |= story.Attempt != e.Attempt;
                story.Apply(e);
            }
        }
        if (Ended is not null)
            ExpectEnd();
        return news;
    }
}
