using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;

namespace LiftLab.Web.Live.Jobs;

/// <summary>How the end of a job is settled.</summary>
public abstract partial class QueuedJobs<TEntry, TWatched>
{
    /// <summary>Writes into the folder how an attempt ended whose worker could not, then settles it.</summary>
    async Task CloseAsync(string id, TWatched work, RunEnded ended, CancellationToken cancel)
    {
        // a job that another dashboard has submitted may run on that dashboard's machine
        var mayLive =
            work.Status is not { State: JobState.Ended }
            && (services.Lab.IsShared || (work.Job is { } job && job.Launcher != services.Launchers.Default.Name));
        Demand(cancel);
        await SettleAsync(id, work, WriteEnd(id, work, ended, mayLive), cancel);
    }

    RunEnded WriteEnd(string id, TWatched work, RunEnded ended, bool mayLive = false)
    {
        try
        {
            if (mayLive)
                work.Fence(ended);
            return AttemptEnd.Write(work, ended, mayLive, services.Clock);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            NotWritten(log, words.Noun, id, e.Message); // a full or read-only disk; the queue knows how it ended
            return ended;
        }
    }

    async Task SettleAsync(string id, TWatched work, RunEnded ended, CancellationToken cancel)
    {
        if (ended.State == RunState.Interrupted && File.Exists(work.Folder.PauseFile))
            ended = new(RunState.Paused); // it was to be paused; its last checkpoint counts
        if (ended.State == RunState.Interrupted && (await GetAsync(id, cancel)).Tries is var tries)
        {
            // a launcher may end a long run many times; it is given up only where it does not come further
            var forgiven = work.CameFurther && Retries.IsOfLauncher(ended);
            if (forgiven || tries < services.Options.Value.MaxAttempts)
            {
                await RequeueAsync(id, ended, forgiven, Now + (forgiven ? TimeSpan.Zero : Retries.Pause(tries)), cancel);
                Interrupted(log, words.Noun, id, ended.What);
                Forget(id);
                return;
            }
            ended = Retries.GaveUp(tries, ended, words);
        }
        await EndAsync(id, ended, cancel);
    }

    async Task EndAsync(string id, RunEnded ended, CancellationToken cancel)
    {
        await KeepEndAsync(id, ended, cancel);
        EndedAs(log, words.Noun, id, ended.State, ended.What);
        Forget(id);
    }

    void Forget(string id)
    {
        watched.Remove(id);
        settled = true;
        services.Signal.Tell();
    }
}
