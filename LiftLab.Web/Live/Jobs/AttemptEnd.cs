using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Web.Live.Jobs.Watching;

namespace LiftLab.Web.Live.Jobs;

/// <summary>Writes into a folder how an attempt ended whose worker could not.</summary>
static class AttemptEnd
{
    /// <param name="mayLive">The worker may still write: its launcher has only lost sight of it. A new attempt then stops it, and what it
    /// has written until then counts.</param>
    /// <returns>How the attempt ended.</returns>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static RunEnded Write(WatchedLog work, RunEnded ended, bool mayLive, TimeProvider clock)
    {
        using var attempt =
            work.Attempt is { } number && !mayLive ? AttemptLog.Reopen(work.Folder, number, clock) : AttemptLog.Claim(work.Folder, clock);
        if (mayLive)
        {
            work.Listen();
            if (work.Ended is { State: not RunState.Interrupted } last)
                return last;
        }
        attempt.Write("run", ended);
        return ended;
    }
}
