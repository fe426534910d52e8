using System.Collections.Concurrent;

namespace LiftLab.Engine.Launching;

/// <summary>The configured launchers by name. The first takes what names no launcher.</summary>
public sealed class Launchers(IEnumerable<ILauncher> all)
{
    readonly ILauncher[] all = [.. all];
    readonly ConcurrentDictionary<string, string> silent = new(StringComparer.Ordinal);

    public ILauncher Default => all[0];

    public IReadOnlyList<ILauncher> All => all;

    /// <summary>What a launcher that did not answer the last question said; null where it answered.</summary>
    public string? Silence(string name) => silent.GetValueOrDefault(name);

    public bool Has(string name) => all.Any(l => l.Name == name);

    /// <exception cref="LauncherUnreachableException">No launcher of this name is configured.</exception>
    public ILauncher Named(string name) =>
        all.FirstOrDefault(l => l.Name == name)
        ?? throw new LauncherUnreachableException(
            $"there is no launcher '{name}': configure it again (configured: {string.Join(", ", all.Select(l => l.Name))})"
        );

    /// <summary>Asks each launcher once about its jobs, all of them at the same time.</summary>
    /// <param name="unreachable">Receives each launcher that does not answer; its jobs are missing from the result.</param>
    public async Task<IReadOnlyDictionary<Job, JobStatus>> LookAsync(
        IEnumerable<Job> jobs,
        Action<LauncherUnreachableException> unreachable,
        CancellationToken cancel
    )
    {
        var seen = new Dictionary<Job, JobStatus>();
        var asked = jobs.GroupBy(j => j.Launcher).Select(g => (g.Key, Answer: AskAsync(g.Key, [.. g], cancel))).ToArray();
        foreach (var (name, answer) in asked)
            try
            {
                foreach (var (job, status) in await answer)
                    seen[job] = status;
                silent.TryRemove(name, out _);
            }
            catch (LauncherUnreachableException e)
            {
                silent[name] = e.Message;
                unreachable(e);
            }
        return seen;
    }

    async Task<IReadOnlyDictionary<Job, JobStatus>> AskAsync(string name, Job[] jobs, CancellationToken cancel) =>
        await Named(name).LookAsync(jobs, cancel);
}
