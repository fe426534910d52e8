using System.Collections.Concurrent;

namespace LiftLab.Engine.Launching;

/// <summary>
/// A launcher on another machine, asked no more often than it bears: one look in an interval for all jobs, a pause after it did not
/// answer, and no waiting for an answer that takes long. The caller's other launchers are not held up by this one.
/// </summary>
public sealed class PacedLauncher(ILauncher inner, TimeSpan interval, TimeProvider clock) : ILauncher
{
    /// <summary>How long the caller waits for a look; a longer one goes on, and a later call gets its answer.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>After the launcher did not answer.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>Before a job is cancelled once more.</summary>
    static readonly TimeSpan CancelAgain = TimeSpan.FromSeconds(5);

    sealed record Look(IReadOnlySet<Job> Asked, Task<IReadOnlyDictionary<Job, JobStatus>> Answer, long Begun);

    readonly ConcurrentDictionary<Job, long> cancelled = new();
    readonly ConcurrentDictionary<(Job, int), long> cancelledTasks = new();
    Look? last;
    (long Since, string Message)? silent;

    public string Name => inner.Name;
    public int? Places => inner.Places;
    public int ArrayTasks => inner.ArrayTasks;
    public string Takes => inner.Takes;
    public bool TakesSecrets => inner.TakesSecrets;

    public Task<Job> SubmitAsync(JobSpec spec, CancellationToken cancel) => AskAsync(() => inner.SubmitAsync(spec, cancel));

    public Task<Job?> FindAsync(JobSpec spec, CancellationToken cancel) => AskAsync(() => inner.FindAsync(spec, cancel));

    public async Task CancelAsync(Job job, CancellationToken cancel)
    {
        if (cancelled.TryGetValue(job, out var at) && clock.GetElapsedTime(at) < CancelAgain)
            return;
        await AskAsync(async () =>
        {
            await inner.CancelAsync(job, cancel);
            return true;
        });
        cancelled[job] = clock.GetTimestamp();
        last = null;
    }

    public async Task CancelTaskAsync(Job job, int task, CancellationToken cancel)
    {
        if (cancelledTasks.TryGetValue((job, task), out var at) && clock.GetElapsedTime(at) < CancelAgain)
            return;
        await AskAsync(async () =>
        {
            await inner.CancelTaskAsync(job, task, cancel);
            return true;
        });
        cancelledTasks[(job, task)] = clock.GetTimestamp();
        last = null;
    }

    public async Task<IReadOnlyDictionary<Job, JobStatus>> LookAsync(IReadOnlyCollection<Job> jobs, CancellationToken cancel)
    {
        Refuse();
        var look = last;
        var usable = look is not null && (!look.Answer.IsCompleted || (IsFresh(look) && jobs.All(look.Asked.Contains)));
        if (!usable)
            last = look = new(jobs.ToHashSet(), Task.Run(() => inner.LookAsync([.. jobs], cancel), cancel), clock.GetTimestamp());
        if (await Task.WhenAny(look!.Answer, Task.Delay(Patience, clock, cancel)) != look.Answer)
            return new Dictionary<Job, JobStatus>();
        var seen = await AskAsync(() => look.Answer);
        foreach (var job in cancelled.Keys.Where(j => seen.GetValueOrDefault(j) is { IsOver: true }))
            cancelled.TryRemove(job, out _);
        foreach (var key in cancelledTasks.Keys.Where(k => !jobs.Contains(k.Item1)))
            cancelledTasks.TryRemove(key, out _);
        return jobs.Where(seen.ContainsKey).ToDictionary(j => j, j => seen[j]);
    }

    bool IsFresh(Look look) => look.Answer.IsCompletedSuccessfully && clock.GetElapsedTime(look.Begun) < interval;

    async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        Refuse();
        try
        {
            var answer = await ask();
            silent = null;
            return answer;
        }
        catch (LauncherUnreachableException e)
        {
            silent = (clock.GetTimestamp(), e.Message);
            throw;
        }
    }

    void Refuse()
    {
        if (silent is { } s && clock.GetElapsedTime(s.Since) < Pause)
            throw new LauncherUnreachableException(s.Message);
    }
}
