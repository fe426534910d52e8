using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;

namespace LiftLab.Web.Live;

/// <summary>What the supervisor knows of one running run: its worker, and what the worker has said.</summary>
sealed class WatchedRun(RunFolder folder, int attemptsBefore, LaunchedWorker? worker, TimeProvider clock)
{
    readonly RunTail tail = new(folder);
    readonly RunStory story = new(learner: null);
    long heard = clock.GetTimestamp();

    public RunFolder Folder { get; } = folder;
    public LaunchedWorker? Worker { get; set; } = worker;

    /// <summary>The attempt this worker claimed; null before its first event.</summary>
    public int? Attempt => story.Attempt == 0 ? null : story.Attempt;

    /// <summary>The worker's last word.</summary>
    public RunEnded? Ended => story.Ended;

    /// <summary>When the worker was first seen to have spoken its last word, or to have been asked to end.</summary>
    public long? Leaving { get; private set; }

    public TimeSpan Silence => clock.GetElapsedTime(heard);

    public TimeSpan LeavingFor => Leaving is { } since ? clock.GetElapsedTime(since) : TimeSpan.Zero;

    public void ExpectEnd() => Leaving ??= clock.GetTimestamp();

    /// <summary>Reads what the worker has written since. True where something new is to be shown.</summary>
    public bool Listen()
    {
        var news = false;
        while (tail.Read() is { Count: > 0 } events)
        {
            heard = clock.GetTimestamp();
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

    /// <summary>A run that an earlier dashboard started: its last attempt is the one that counts.</summary>
    public static WatchedRun Adopt(RunFolder folder, RunRowWorker known, ILauncher launcher, TimeProvider clock)
    {
        var story = RunStory.Read(folder, learner: null);
        var worker = known is { ProcessId: { } id, ProcessMark: { } mark } ? new LaunchedWorker(id, mark) : null;
        if (worker is null || !launcher.IsAlive(worker))
            worker =
                story.Started is { } started && started.Host == Environment.MachineName
                    ? launcher.FindAlive(folder, started.ProcessId)
                    : null;
        return new(folder, Math.Max(0, story.Attempt - 1), worker, clock);
    }
}

/// <summary>The worker's process as the index has it.</summary>
readonly record struct RunRowWorker(int? ProcessId, string? ProcessMark);
