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

    public int ArrayTasks => options.ArrayTasks;

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
            return JobOf(spec, answer.Output.Trim().Split(';')[0], called); // "ID;CLUSTER" in a federation
        // A controller that cannot be asked now either did not refuse the job.
        return await FindAsync(spec, cancel) ?? throw new LaunchFailedException($"Slurm refuses the job: {answer.Words}");
    }

    public async Task<IReadOnlyDictionary<Job, JobStatus>> LookAsync(IReadOnlyCollection<Job> jobs, CancellationToken cancel)
    {
        if (jobs.Count == 0)
            return new Dictionary<Job, JobStatus>();
        var all = SlurmJob
            .Parse(await OutputAsync("squeue", ["-h", "-a", "-r", "-t", "all", "--me", "-O", SlurmJob.Fields], cancel))
            .ToArray();
        var lines = all.GroupBy(j => (j.Id, j.Name, j.Task)).ToDictionary(g => g.Key, g => g.Last());
        var asked = jobs.ToDictionary(j => j, j => SlurmHandle.Parse(j.Handle));
        var names = asked.Values.SelectMany(h => h).Select(h => h.Name).ToHashSet(StringComparer.Ordinal);
        if (all.Any(j => j.IsWaiting && names.Contains(j.Name)))
            await CountPositionsAsync(cancel);
        var seen = new Dictionary<Job, JobStatus>();
        foreach (var (job, handles) in asked)
        {
            int[] tasks = [.. handles.SelectMany(h => h.Tasks ?? []).Distinct().Order()];
            if (tasks.Length == 0)
            {
                seen[job] = await StatusAsync(handles is [var one] ? lines.GetValueOrDefault((one.Id, one.Name, null)) : null, cancel);
                continue;
            }
            var each = new List<JobTask>();
            foreach (var task in tasks)
            {
                var its = SlurmHandle.Of(handles, task)!;
                each.Add(new(task, await StatusAsync(lines.GetValueOrDefault((its.Id, its.Name, task)), cancel)));
            }
            seen[job] = JobStatus.Of(each);
        }
        await WithdrawAsync(asked.Values, all, cancel);
        return seen;
    }

    async Task<JobStatus> StatusAsync(SlurmJob? there, CancellationToken cancel) =>
        there is null
            ? new(JobState.Gone)
            : there.Status(await CardsAsync(there, cancel), positions.TryGetValue(there.Id, out var position) ? position : null);

    /// <summary>By name: a controller that came back from an older state may hold a copy of the job under the same name.</summary>
    public async Task CancelAsync(Job job, CancellationToken cancel)
    {
        foreach (var handle in SlurmHandle.Parse(job.Handle))
            await OutputAsync("scancel", ["--me", $"--name={handle.Name}"], cancel);
    }

    public async Task CancelTaskAsync(Job job, int task, CancellationToken cancel)
    {
        if (SlurmHandle.Of(SlurmHandle.Parse(job.Handle), task) is { } handle)
            await OutputAsync("scancel", ["--me", $"--name={handle.Name}", FormattableString.Invariant($"{handle.Id}_{task}")], cancel);
    }

    public async Task<Job?> FindAsync(JobSpec spec, CancellationToken cancel)
    {
        var called = SlurmName.Of(spec);
        var output = await OutputAsync("squeue", ["-h", "-a", "-t", LiveStates, "--me", $"--name={called}", "-O", SlurmJob.Fields], cancel);
        return SlurmJob.Parse(output).LastOrDefault(j => j.Name == called && j.IsLive) is { } job ? JobOf(spec, job.Id, called) : null;
    }

    /// <summary>With the tasks of earlier submissions that go on.</summary>
    Job JobOf(JobSpec spec, string id, string called)
    {
        var handle = new SlurmHandle(id, spec.Array?.Tasks, called).ToString();
        return new(name, spec.Array?.Before is { } before ? $"{before.Handle} {handle}" : handle);
    }

    /// <summary>
    /// Cancels jobs that Slurm still holds of an older submission of asked-about work, and waiting ones of work that its folder says is
    /// over: a controller that was killed may bring them back. A job that is completing is left alone.
    /// </summary>
    async Task WithdrawAsync(IEnumerable<IReadOnlyList<SlurmHandle>> asked, SlurmJob[] all, CancellationToken cancel)
    {
        var wanted = asked
            .SelectMany(h => h)
            .Select(h => (Name: SlurmName.Parse(h.Name)!.Value, h.Tasks))
            .GroupBy(h => h.Name.Work)
            .ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
        var settled = withdrawnAt is not { } at || clock.GetElapsedTime(at) > Seldom;
        foreach (var job in all.Where(j => j.IsLive && j.State != "COMPLETING"))
        {
            var called = SlurmName.Parse(job.Name)!.Value;
            var isOlder =
                wanted.TryGetValue(called.Work, out var mine)
                && called.Submission
                    < mine.Where(m => job.Task is not { } task || m.Tasks?.Contains(task) == true)
                        .DefaultIfEmpty(mine[^1])
                        .Max(m => m.Name.Submission);
            var isOver = settled && job.IsWaiting && !wanted.ContainsKey(called.Work) && IsOver(job.Folder, called);
            if (isOlder || isOver)
                await CallAsync("scancel", ["--me", $"--name={job.Name}", job.Number], cancel);
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
        var answer = await CallAsync("squeue", ["-h", "-t", "PENDING", "--sort=-p,i", "-O", "Partition:|,ArrayJobID:|"], cancel);
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
            return cards.FirstOrDefault(c => c.Key.Id == job.Number && c.Key.Node == job.Node).Value;
        if (cards.TryGetValue((job.Number, job.Node), out var known))
            return known;
        var answer = await CallAsync("scontrol", ["show", "job", "-d", "-o", job.Number], cancel);
        // "Nodes=n1 CPU_IDs=0 Mem=200 GRES=gpu:1(IDX:0)"; "gpu:a100:2(IDX:0-1)"
        var found = GivenCards().Match(answer.Output) is { Success: true } match ? match.Groups["index"].Value : null;
        return cards[(job.Number, job.Node)] = found;
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
