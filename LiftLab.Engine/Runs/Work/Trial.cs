using System.Diagnostics;
using System.Text.Json;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Learning.Slices;
using LiftLab.Engine.Runs.Events;

namespace LiftLab.Engine.Runs.Work;

/// <summary>
/// Runs one learner, in the same way for LIFT and every baseline: fit, keep, predict the test rows, score, draw the boundary, write the
/// result.
/// </summary>
sealed class Trial(
    RunFolder folder,
    RunSpec spec,
    LearningTask task,
    AttemptLog log,
    BoundarySurface? surface,
    CancellationToken stopTraining
)
{
    readonly KeptFiles kept = new(folder);

    /// <summary>Wall seconds for drawing boundaries, of all learners together.</summary>
    public double BoundarySeconds { get; private set; }

    /// <summary>Whether the main learner is still running: learners fitted in parallel then use only half the processors.</summary>
    public bool MainIsAtWork { get; set; }

    /// <param name="main">The main learner's outcome, for a learner that builds on it; its fitting time is added.</param>
    /// <exception cref="LearningFailedException">Fitting ended without a model.</exception>
    public async Task<LearnerOutcome> RunAsync(
        LearnerSpec learner,
        LearnerEntry entry,
        CancellationToken cancel,
        LearnerOutcome? main = null
    )
    {
        var checkpoints = folder.CheckpointFolder(learner.Name);
        Directory.CreateDirectory(checkpoints);
        var watch = Stopwatch.StartNew();
        var made = entry.Create(learner, task.Kind, Context(checkpoints, main));
        var before = kept.Find(learner.Name); // from an earlier attempt that ended before it wrote the result
        using var model = before is null
            ? await made.FitAsync(task, spec.Seed, new LogProgress(log, learner.Name), cancel)
            : await made.OpenAsync(before, cancel);
        var fit = watch.Elapsed.TotalSeconds + (main?.Result.FitSeconds ?? 0);
        if (before is null)
        {
            log.Write(learner.Name, new PhaseEntered("save"));
            await kept.KeepAsync(learner.Name, model, cancel);
        }
        log.Write(learner.Name, new PhaseEntered("predict", $"{task.Split.Test.Count} test rows"));
        watch.Restart();
        var answers = await model.PredictAsync(task.Table, task.Split.Test, cancel);
        var predict = watch.Elapsed.TotalSeconds;
        var grid = entry.DrawnOnDemand ? null : await DrawAsync(learner.Name, model, cancel);
        var scores = ScoreSheet.Of(task, task.Split.Test, answers, spec.Seed);
        return Keep(
            new(
                new(learner.Name, entry.Title, model.Settings, scores, fit, predict, grid),
                [.. task.Split.Test.Select((row, i) => RowAnswer.Of(row, answers[i]))]
            )
        );
    }

    RunContext Context(string checkpoints, LearnerOutcome? main) =>
        new(checkpoints, surface, stopTraining)
        {
            Abandoned = () => File.Exists(folder.CancelFile),
            SpendingFile = folder.SpendingFile,
            MainFolder = main is null ? null : kept.Find(main.Result.Learner),
            Processors = () => MainIsAtWork ? Math.Max(1, Environment.ProcessorCount / 2) : Environment.ProcessorCount,
        };

    /// <summary>A baseline that cannot learn this table does not stop the run: its result has the reason instead of scores.</summary>
    public LearnerOutcome Failed(LearnerSpec learner, string title, Exception why) =>
        Keep(
            new(
                new(
                    learner.Name,
                    title,
                    learner.Settings,
                    [],
                    0,
                    0,
                    null,
                    why is LearningFailedException ? why.Message : WorkerFault.Explain(why).What
                ),
                []
            )
        );

    async Task<BoundaryGrid?> DrawAsync(string learner, IPredictor model, CancellationToken cancel)
    {
        if (surface is null)
            return null;
        log.Write(learner, new PhaseEntered("boundary", $"{surface.Table.RowCount} points"));
        var watch = Stopwatch.StartNew();
        var grid = surface.Grid(await model.PredictAsync(surface.Table, [.. Enumerable.Range(0, surface.Table.RowCount)], cancel));
        BoundarySeconds += watch.Elapsed.TotalSeconds;
        return grid;
    }

    LearnerOutcome Keep(LearnerOutcome outcome)
    {
        RunFolder.WriteWhole(folder.ResultFile(outcome.Result.Learner), stream => JsonSerializer.Serialize(stream, outcome, RunJson.Line));
        log.Write(outcome.Result.Learner, new LearnerFinished(outcome.Result));
        return outcome;
    }
}
