using System.Text.RegularExpressions;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;

namespace LiftLab.Engine.Launching.Slurm;

/// <summary>
/// Runs jobs on a Slurm cluster through sbatch, squeue, scancel and scontrol. The lab's folder is the same path on the nodes. A job is
/// known by its number and its name together; jobs that nobody wants any more are withdrawn from Slurm's queue.
/// </summary>
/// <param name="engine">The engine's executable or .dll; null for the one in this program's folder.</param>
public sealed partial class SlurmLauncher(string name, SlurmOptions options, TimeProvider clock, string? engine = null) : ILauncher
{
    const string LiveStates = "PENDING,RUNNING,COMPLETING,CONFIGURING,SUSPENDED,REQUEUED,REQUEUE_HOLD,SPECIAL_EXIT";

    /// <summary>Between two looks at what is not asked about: place in the queue and forgotten jobs.</summary>
    static readonly TimeSpan Seldom = TimeSpan.FromSeconds(10);

    /// <summary>By job and node: the cards, which do not change while it runs there.</summary>
    readonly Dictionary<(string Id, string Node), string?> cards = [];
    Dictionary<string, int> positions = new(StringComparer.Ordinal);
    long? positionsAt,
        withdrawnAt;

    public string Name => name;

    public int? Places => options.Places;

    public string Takes => options.Takes;

    public async Task<Job> SubmitAsync(JobSpec spec, CancellationToken cancel)
    {
        spec.Secrets.Refuse(name);
        // sbatch may have been answered just before the dashboard died
        if (await FindAsync(spec, cancel) is { } there)
            return there;
        var called = SlurmName.Of(spec);
        var arguments = SlurmScript.Arguments(spec, called, options);
        JobScript.Keep(spec.Folder, SlurmScript.Of(spec, Engine(), arguments));
        var answer = await CallAsync("sbatch", [.. arguments, JobScript.FileOf(spec.Folder)], cancel);
        if (answer.Code == 0)
            return new(name, SlurmJob.HandleOf(answer.Output.Trim().Split(';')[0], called)); // "ID;CLUSTER" in a federation
        // A controller that cannot be asked now either did not refuse the job.
        return await FindAsync(spec, cancel) ?? throw new LaunchFailedException($"Slurm refuses the job: {answer.Words}");
    }

    public async Task<IReadOnlyDictionary<Job, JobStatus>> LookAsync(IReadOnlyCollection<Job> jobs, CancellationToken cancel)
    {
        if (jobs.Count == 0)
            return new Dictionary<Job, JobStatus>();
        var all = SlurmJob.Parse(await OutputAsync("squeue", ["-h", "-a", "-t", "all", "--me", "-O", SlurmJob.Fields], cancel)).ToArray();
        var byHandle = all.GroupBy(j => j.Handle).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
        if (jobs.Any(j => byHandle.GetValueOrDefault(j.Handle) is { IsWaiting: true }))
            await CountPositionsAsync(cancel);
        var seen = new Dictionary<Job, JobStatus>();
        foreach (var job in jobs)
            seen[job] = byHandle.GetValueOrDefault(job.Handle) is { } there
                ? there.Status(await CardsAsync(there, cancel), positions.TryGetValue(there.Id, out var position) ? position : null)
                : new(JobState.Gone);
        await WithdrawAsync(jobs, all, cancel);
        return seen;
    }

    /// <summary>By name: a controller that came back from an older state may hold a copy of the job under the same name.</summary>
    public async Task CancelAsync(Job job, CancellationToken cancel)
    {
        if (SlurmJob.ParseHandle(job.Handle) is { } handle)
            await OutputAsync("scancel", ["--me", $"--name={handle.Name}"], cancel);
    }

    public async Task<Job?> FindAsync(JobSpec spec, CancellationToken cancel)
    {
        var called = SlurmName.Of(spec);
        var output = await OutputAsync("squeue", ["-h", "-a", "-t", LiveStates, "--me", $"--name={called}", "-O", SlurmJob.Fields], cancel);
        return SlurmJob.Parse(output).LastOrDefault(j => j.Name == called && j.IsLive) is { } job ? new(name, job.Handle) : null;
    }

    /// <summary>
    /// Cancels jobs that Slurm still holds of an older submission of asked-about work, and waiting ones of work that its folder says is
    /// over: a controller that was killed may bring them back. A job that is completing is left alone.
    /// </summary>
    async Task WithdrawAsync(IReadOnlyCollection<Job> asked, SlurmJob[] all, CancellationToken cancel)
    {
        var wanted = asked
            .Select(j => SlurmJob.ParseHandle(j.Handle) is { } h ? SlurmName.Parse(h.Name) : null)
            .OfType<SlurmName>()
            .GroupBy(n => n.Work)
            .ToDictionary(g => g.Key, g => g.Max(n => n.Submission), StringComparer.Ordinal);
        var settled = withdrawnAt is not { } at || clock.GetElapsedTime(at) > Seldom;
        foreach (var job in all.Where(j => j.IsLive && j.State != "COMPLETING"))
        {
            var called = SlurmName.Parse(job.Name)!.Value;
            var isOlder = wanted.TryGetValue(called.Work, out var newest) && called.Submission < newest;
            var isOver = settled && job.IsWaiting && !wanted.ContainsKey(called.Work) && IsOver(job.Folder, called);
            if (isOlder || isOver)
                await CallAsync("scancel", ["--me", $"--name={job.Name}", job.Id], cancel);
        }
        if (settled)
            withdrawnAt = clock.GetTimestamp();
    }

    /// <summary>The last attempt in the folder is of this submission or a later one, and its end is final.</summary>
    static bool IsOver(string folder, SlurmName called)
    {
        try
        {
            return RunFolder.Find(Path.GetDirectoryName(folder) ?? "", Path.GetFileName(folder)) is { } run
                && run.LastAttempt >= called.Submission
                && RunStory.Read(run, learner: null).Ended is { State: RunState.Succeeded or RunState.Failed or RunState.Cancelled };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Places in the queue of each partition, by the priority that Slurm gives.</summary>
    async Task CountPositionsAsync(CancellationToken cancel)
    {
        if (positionsAt is { } at && clock.GetElapsedTime(at) < Seldom)
            return;
        positionsAt = clock.GetTimestamp();
        var answer = await CallAsync("squeue", ["-h", "-t", "PENDING", "--sort=-p,i", "-O", "Partition:|,JobID:|"], cancel);
        positions = answer
            .Output.Split('\n')
            .Select(l => l.Split('|'))
            .Where(f => f.Length > 2)
            .GroupBy(f => f[0].Trim())
            .SelectMany(g => g.Select((f, i) => (Id: f[1].Trim(), Position: i + 1)))
            .GroupBy(p => p.Id)
            .ToDictionary(g => g.Key, g => g.First().Position, StringComparer.Ordinal);
    }

    async Task<string?> CardsAsync(SlurmJob job, CancellationToken cancel)
    {
        var mayHaveCards = options.Gpus > 0 || options.ExtraArguments.Count > 0;
        if (!mayHaveCards || !job.IsRunning || job.Node.Length == 0)
            return cards.FirstOrDefault(c => c.Key.Id == job.Id && c.Key.Node == job.Node).Value;
        if (cards.TryGetValue((job.Id, job.Node), out var known))
            return known;
        var answer = await CallAsync("scontrol", ["show", "job", "-d", "-o", job.Id], cancel);
        // "Nodes=n1 CPU_IDs=0 Mem=200 GRES=gpu:1(IDX:0)"; "gpu:a100:2(IDX:0-1)"
        var found = GivenCards().Match(answer.Output) is { Success: true } match ? match.Groups["index"].Value : null;
        return cards[(job.Id, job.Node)] = found;
    }

    [GeneratedRegex(@"\bGRES=\S*?gpu(:[^\s:(]+)?:\d+\(IDX:(?<index>[\d,-]+)\)", RegexOptions.CultureInvariant)]
    private static partial Regex GivenCards();

    string[] Engine() => options.Engine.Length > 0 ? EngineProgram.Start(options.Engine) : EngineProgram.Command(engine);

    async Task<string> OutputAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancel)
    {
        var answer = await CallAsync(program, arguments, cancel);
        return answer.Code == 0
            ? answer.Output
            : throw new LauncherUnreachableException(
                $"Slurm ({name}) does not answer: {program} ended with code {answer.Code}: {answer.Words}"
            );
    }

    Task<OutsideProgram.Answer> CallAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancel)
    {
        // a person's own defaults would change what is asked for and what is printed
        var environment = Environment
            .GetEnvironmentVariables()
            .Keys.Cast<string>()
            .Where(k =>
                k.StartsWith("SBATCH_", StringComparison.Ordinal)
                || k.StartsWith("SQUEUE_", StringComparison.Ordinal)
                || k.StartsWith("SCANCEL_", StringComparison.Ordinal)
            )
            .ToDictionary(k => k, _ => (string?)null);
        if (options.Conf.Length > 0)
            environment["SLURM_CONF"] = options.Conf;
        var path = options.BinFolder.Length > 0 ? Path.Combine(options.BinFolder, program) : program;
        return OutsideProgram.RunAsync([path, .. arguments], environment, TimeSpan.FromSeconds(options.TimeoutSeconds), cancel);
    }
}
