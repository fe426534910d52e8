using System.Diagnostics;
using System.Text.Json;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Learning.Slices;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Runs.Work;

/// <summary>
/// Executes a run folder's specification once: claims an attempt, fits the learner and the baselines, scores them on the same test rows,
/// and writes report and predictions. Continues where an earlier attempt was interrupted.
/// </summary>
/// <param name="find">Finds a learner by name.</param>
/// <param name="device">Display name of the learner's device ("cpu").</param>
/// <param name="use">Gives the current state of the GPU; null if the learner does not use one.</param>
public sealed class Worker(
    RunFolder folder,
    Func<string, LearnerEntry> find,
    Func<RunSpec, string> device,
    TimeProvider clock,
    Func<DeviceUse?>? use = null
)
{
    /// <summary>Time for a cancelled learner to end; if it is still in native code then, it ends with the process.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Time for a paused learner to save its checkpoint.</summary>
    static readonly TimeSpan SavePatience = TimeSpan.FromMinutes(5);

    /// <summary>The exception with its stack trace, if the attempt failed.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>How the attempt ended; null if a later attempt took over the run.</summary>
    /// <exception cref="BadDataException">The specification cannot be read; no attempt was claimed.</exception>
    /// <param name="interruption">The job's end that its launcher may ask for; null for none.</param>
    public async Task<RunEnded?> RunAsync(CancellationToken cancel, Interruption? interruption = null)
    {
        var spec = folder.ReadSpec();
        var before = RunStory.Read(folder, spec.Learner.Name);
        if (before.Ended is { State: RunState.Succeeded } done && File.Exists(folder.ReportFile))
            return done; // a run that is continued has no report
        using var log = AttemptLog.Claim(folder, clock);
        await using var watch = new WorkerWatch(folder, log, clock, use, cancel, interruption);
        try
        {
            log.Write(
                "run",
                new AttemptStarted(
                    Environment.ProcessId,
                    Environment.MachineName,
                    device(spec),
                    Environment.ProcessorCount,
                    before.Checkpoint?.Step,
                    SoftwareVersions.Read()
                )
            );
            var ended = await EndAsync(Task.Run(() => WorkAsync(spec, log, watch), CancellationToken.None), watch);
            log.Write("run", ended);
            return ended;
        }
        catch (SupersededException)
        {
            return null;
        }
    }

    /// <summary>Waits for the work, but after a cancellation only for a limited time.</summary>
    async Task<RunEnded> EndAsync(Task work, WorkerWatch watch)
    {
        try
        {
            var ended = Task.Delay(Timeout.InfiniteTimeSpan, watch.End);
            if (await Task.WhenAny(work, ended) == ended)
            {
                if (watch.IsPausing)
                    await Task.WhenAny(work, Task.Delay(SavePatience, clock, watch.EndNow));
                if (!watch.IsPausing)
                    await Task.WhenAny(work, Task.Delay(Patience, clock, CancellationToken.None));
            }
            if (!work.IsCompleted)
                return watch.Asked();
            await work;
            return new(RunState.Succeeded);
        }
        catch (Exception) when (watch.End.IsCancellationRequested)
        {
            return watch.Asked();
        }
        catch (Exception e) when (e is not SupersededException)
        {
            Fault = e;
            return WorkerFault.Explain(e);
        }
    }

    async Task WorkAsync(RunSpec spec, AttemptLog log, WorkerWatch watch)
    {
        var begun = Stopwatch.StartNew();
        using var process = Process.GetCurrentProcess();
        var start = (clock.GetUtcNow().UtcDateTime - process.StartTime.ToUniversalTime()).TotalSeconds;
        log.Write("run", new PhaseEntered("load"));
        var task = await folder.LoadAsync(spec, watch.End);
        folder.KeepSplit(task.Split);
        var surface = spec.Boundary is { } pair ? new BoundarySurface(task, pair.X, pair.Y) : null;
        var load = begun.Elapsed.TotalSeconds;

        var trial = new Trial(folder, spec, task, log, surface, watch.StopTraining);
        LearnerSpec[] beside = [.. spec.Baselines.Where(b => !BuildsOnMain(b))],
            after = [.. spec.Baselines.Where(BuildsOnMain)];
        using var together = CancellationTokenSource.CreateLinkedTokenSource(watch.End);
        trial.MainIsAtWork = true;
        var comparing =
            Environment.ProcessorCount > 1
                ? Task.Run(() => CompareAsync(beside, trial, null, together.Token), CancellationToken.None)
                : null;
        LearnerOutcome main;
        try
        {
            main = folder.ReadOutcome(spec.Learner.Name) ?? await trial.RunAsync(spec.Learner, find(spec.Learner.Name), watch.End);
        }
        catch
        {
            await together.CancelAsync();
            if (comparing is not null)
                await ((Task)comparing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
        trial.MainIsAtWork = false;
        var (first, seconds) = await (comparing ?? CompareAsync(beside, trial, null, watch.End));
        var (then, more) = await CompareAsync(after, trial, main, watch.End);
        var baselines = seconds + more;
        LearnerOutcome[] others = [.. spec.Baselines.Select(b => first.Concat(then).First(o => o.Result.Learner == b.Name))];

        // the verdict compares LIFT with baselines only, not with its other ways to predict
        var rivals = others.Where(o => o.Result.Failure is null && !IsWayOfLift(o.Result.Learner));
        var verdict = Verdict.Of(task, task.Split.Test, Contend(main), [.. rivals.Select(Contend)], spec.Seed);
        var story = RunStory.Read(folder, spec.Learner.Name);
        double[] speeds = [.. story.Steps.Select(s => s.TokensPerSecond).Where(s => s > 0).Order()];
        var report = new RunReport(
            folder.Id,
            spec.Name,
            task.Kind,
            task.Schema.Target.Name,
            task.Labels,
            new(task.Split.Train.Count, task.Split.Valid.Count, task.Split.Test.Count),
            main.Result,
            [.. others.Select(o => o.Result)],
            verdict,
            new(
                start,
                load,
                main.Result.FitSeconds,
                main.Result.PredictSeconds,
                trial.BoundarySeconds,
                baselines,
                start + begun.Elapsed.TotalSeconds
            ),
            speeds.Length == 0 ? null : speeds[speeds.Length / 2],
            story.Losses.Best?.Epoch,
            watch.StopTraining.IsCancellationRequested
        )
        {
            Notes = TestLimits.Of(task, task.Split.Test, [Contend(main), .. others.Where(o => o.Result.Failure is null).Select(Contend)]),
        };
        RunFolder.WriteWhole(folder.PredictionsFile, stream => PredictionTable.Write(stream, task, main, others));
        RunFolder.WriteWhole(folder.ReportFile, stream => JsonSerializer.Serialize(stream, report, RunJson.Pretty));
    }

    bool BuildsOnMain(LearnerSpec learner) => find(learner.Name).BuildsOnMain;

    bool IsWayOfLift(string learner) => find(learner).Kind == LearnerKind.LiftWay;

    /// <param name="main">The main learner's outcome, for learners that build on it.</param>
    async Task<(IReadOnlyList<LearnerOutcome> Outcomes, double Seconds)> CompareAsync(
        IReadOnlyList<LearnerSpec> learners,
        Trial trial,
        LearnerOutcome? main,
        CancellationToken cancel
    )
    {
        var watch = Stopwatch.StartNew();
        var outcomes = new List<LearnerOutcome>();
        foreach (var baseline in learners)
        {
            cancel.ThrowIfCancellationRequested();
            if (folder.ReadOutcome(baseline.Name) is { } kept) // from an earlier attempt
            {
                outcomes.Add(kept);
                continue;
            }
            var entry = find(baseline.Name);
            try
            {
                outcomes.Add(await trial.RunAsync(baseline, entry, cancel, main));
            }
            catch (Exception e) when (e is not (OperationCanceledException or SupersededException or IOException))
            {
                outcomes.Add(trial.Failed(baseline, entry.Title, e));
            }
        }
        return (outcomes, watch.Elapsed.TotalSeconds);
    }

    static Contender Contend(LearnerOutcome outcome) => new(outcome.Result.Title, [.. outcome.Answers.Select(a => a.ToPrediction())]);
}
