namespace LiftLab.Engine.Launching;

/// <summary>The configured launchers by name. The first receives new jobs.</summary>
public sealed class Launchers(IEnumerable<ILauncher> all)
{
    readonly ILauncher[] all = [.. all];

    public ILauncher Default => all[0];

    /// <exception cref="LauncherUnreachableException">No launcher of this name is configured.</exception>
    public ILauncher Named(string name) =>
        all.FirstOrDefault(l => l.Name == name)
        ?? throw new LauncherUnreachableException(
            $"there is no launcher '{name}': configure it again (configured: {string.Join(", ", all.Select(l => l.Name))})"
        );

    /// <summary>Asks each launcher once about its jobs.</summary>
    /// <param name="unreachable">Receives each launcher that does not answer; its jobs are missing from the result.</param>
    public async Task<IReadOnlyDictionary<Job, JobStatus>> LookAsync(
        IEnumerable<Job> jobs,
        Action<LauncherUnreachableException> unreachable,
        CancellationToken cancel
    )
    {
        var seen = new Dictionary<Job, JobStatus>();
        foreach (var group in jobs.GroupBy(j => j.Launcher))
            try
            {
                foreach (var (job, status) in await Named(group.Key).LookAsync([.. group], cancel))
                    seen[job] = status;
            }
            catch (LauncherUnreachableException e)
            {
                unreachable(e);
            }
        return seen;
    }
}
