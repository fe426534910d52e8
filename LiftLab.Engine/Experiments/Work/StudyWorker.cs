using LiftLab.Engine.Experiments.Answers;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Runs.Work;

namespace LiftLab.Engine.Experiments.Work;

/// <summary>
/// Answers the open cells of a study once: claims an attempt, takes the answers that the lab already has, makes the other fits, and writes
/// the figures. A cell that fails has a reason and stops nothing. An attempt that is killed loses the fit it was at; answers that are
/// written are never computed again. The worker of a share does so with its share, logs in the share's folder and writes no figures.
/// </summary>
/// <param name="find">Finds a learner by name.</param>
/// <param name="device">Display name of the device on which LIFT computes.</param>
/// <param name="use">Gives the current state of the GPU; null if it is not used.</param>
/// <param name="defect">Receives the exception, with its stack trace, of a cell that failed for a reason that only a developer can
/// mend.</param>
/// <param name="share">The part of the study that the worker answers; null for all of it.</param>
public sealed class StudyWorker(
    StudyFolder folder,
    Func<string, LearnerEntry> find,
    string device,
    TimeProvider clock,
    Func<DeviceUse?>? use = null,
    Action<Exception>? defect = null,
    StudyShare? share = null
)
{
    /// <summary>Bundles of LIFT at the same time, where each computes on one processor; each needs some 100 MB.</summary>
    const int MostLiftLanes = 8;

    /// <summary>The exception with its stack trace, if the attempt failed.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>How the attempt ended; null if a later attempt took over the study.</summary>
    /// <exception cref="Tables.BadDataException">The specification cannot be read; no attempt was claimed.</exception>
    /// <param name="interruption">The job's end that its launcher may ask for; null for none.</param>
    public async Task<RunEnded?> RunAsync(CancellationToken cancel, Interruption? interruption = null)
    {
        var spec = folder.ReadSpec();
        var before = ReadBefore();
        using var log = AttemptLog.Claim(Events, clock);
        await using var watch = new WorkerWatch(Events, log, clock, use, cancel, interruption);
        try
        {
            log.Write(
                "run",
                new AttemptStarted(
                    Environment.ProcessId,
                    Environment.MachineName,
                    device,
                    Environment.ProcessorCount,
                    null,
                    SoftwareVersions.Read()
                )
            );
            var ended = await EndAsync(spec, before, log, watch);
            log.Write("run", ended);
            return ended;
        }
        catch (SupersededException)
        {
            return null;
        }
    }

    /// <summary>What earlier attempts have told, and whether they failed cells that are not tried again.</summary>
    sealed record Earlier(IReadOnlySet<string> Told, IReadOnlyDictionary<string, CellFailed> Failures);

    StudyShareFolder? Own => share is null ? null : folder.Share(share.Index);

    IEventFolder Events => (IEventFolder?)Own ?? folder;

    string RetryFile => Own?.RetryFile ?? folder.RetryFile;

    Earlier ReadBefore()
    {
        var whole = StudyStory.Read(folder);
        if (Own is not { } own)
            return new(whole.Answered, File.Exists(RetryFile) ? new Dictionary<string, CellFailed>() : whole.Failed);
        Directory.CreateDirectory(own.Path);
        var mine = StudyStory.Read(own);
        return new(mine.Answered, own.Failures(mine, whole));
    }

    async Task<RunEnded> EndAsync(StudySpec spec, Earlier before, AttemptLog log, WorkerWatch watch)
    {
        try
        {
            await WorkAsync(spec, before, log, watch);
            return new(RunState.Succeeded);
        }
        catch (Exception) when (watch.End.IsCancellationRequested)
        {
            return watch.Asked() is { State: RunState.Interrupted } interrupted ? interrupted : new(RunState.Cancelled);
        }
        catch (Exception e) when (e is not SupersededException)
        {
            Fault = e;
            return WorkerFault.Explain(e);
        }
    }

    async Task WorkAsync(StudySpec spec, Earlier before, AttemptLog log, WorkerWatch watch)
    {
        var cells = StudyCells.Of(spec, find);
        var fits = share?.FitsOf(cells, find) ?? cells.Fits;
        string[] keys = [.. fits.SelectMany(f => f.Probes).Select(p => p.Key.Hash).Distinct()];
        log.Write("run", new StudyPlanned(keys.Sum(k => cells.Of(k).Count), fits.Count, keys.Length));
        var open = Open(fits, before, log);
        var workFolder = Own?.WorkFolder ?? folder.WorkFolder;
        var tasks = new StudyTasks(folder, spec);
        var answering = new Answering(folder, workFolder, cells, tasks, find, log, defect);
        using var together = CancellationTokenSource.CreateLinkedTokenSource(watch.End);
        // LIFT and the baselines compute side by side; each has its own order of fits.
        PlannedFit[] withLift = [.. open.Where(f => find(f.Fit.Learner.Name).Kind != LearnerKind.Baseline)];
        var (lift, baselines) = (
            new Answering.Queue(withLift),
            new Answering.Queue([.. open.Where(f => find(f.Fit.Learner.Name).Kind == LearnerKind.Baseline)])
        );
        var aside = withLift.All(f => find(f.Fit.Learner.Name).UsesOneProcessor(f.Fit.Learner, TaskOf(spec, f)));
        answering.LiftLanes = Math.Min(lift.Bundles, aside ? Math.Min(Environment.ProcessorCount, MostLiftLanes) : 1);
        Task[] lanes =
        [
            .. Enumerable
                .Range(1, answering.LiftLanes)
                .Select(n => n == 1 ? "lift" : FormattableString.Invariant($"lift {n}"))
                .Select(lane => Task.Run(() => answering.RunAsync(lane, lift, true, together.Token), CancellationToken.None)),
            Task.Run(() => answering.RunAsync("baselines", baselines, false, together.Token), CancellationToken.None),
        ];
        try
        {
            await Task.WhenAll(await FirstToFail(lanes) is { } failed ? [failed] : lanes);
        }
        catch
        {
            await together.CancelAsync();
            await Task.WhenAll(lanes).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
        if (Directory.Exists(workFolder))
            Directory.Delete(workFolder, recursive: true);
        if (share is not null)
            return;
        var answers = StudyAnswers.Read(cells.All.Select(c => (c.Cell, c.Key.Hash)), folder.Answers, n => find(n).Title);
        folder.WriteFigures(ExperimentList.Find(spec.Experiment).Draw(spec, answers));
    }

    static Tables.TaskKind TaskOf(StudySpec spec, PlannedFit fit) => spec.Tables.First(t => t.Name == fit.Table).Schema.Task;

    /// <summary>Waits until all lanes are done, or until one has failed.</summary>
    static async Task<Task?> FirstToFail(Task[] lanes)
    {
        var waiting = lanes.ToList();
        while (waiting.Count > 0)
        {
            var done = await Task.WhenAny(waiting);
            if (!done.IsCompletedSuccessfully)
                return done;
            waiting.Remove(done);
        }
        return null;
    }

    /// <summary>
    /// The fits with probes that are not answered. Tells the keys that the folder or the lab has; failures of earlier attempts stay unless
    /// a
    /// person asked to try them again.
    /// </summary>
    List<PlannedFit> Open(IReadOnlyList<PlannedFit> fits, Earlier before, AttemptLog log)
    {
        var store = folder.Answers;
        var open = new List<PlannedFit>();
        foreach (var fit in fits)
        {
            var missing = new List<(Probe, ProbeKey)>();
            foreach (var (probe, key) in fit.Probes)
                if (store.Has(key.Hash))
                {
                    if (!before.Told.Contains(key.Hash))
                        log.Write("run", new CellAnswered(key.Hash, true, 0, 0));
                }
                else if (store.Take(key.Hash))
                    log.Write("run", new CellAnswered(key.Hash, true, 0, 0));
                else if (before.Failures.TryGetValue(key.Hash, out var failure))
                    log.Write("run", failure);
                else
                    missing.Add((probe, key));
            if (missing.Count > 0)
                open.Add(fit with { Probes = missing });
        }
        File.Delete(RetryFile);
        return open;
    }
}
