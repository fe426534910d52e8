using System.Collections.Concurrent;
using System.Diagnostics;
using LiftLab.Engine.Experiments.Answers;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Perturbations;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Runs.Work;

namespace LiftLab.Engine.Experiments.Work;

/// <summary>Makes fits and answers their probes. A fit or probe that fails becomes failed cells, except when the disk is full.</summary>
sealed class Answering(
    StudyFolder folder,
    string workFolder,
    StudyCells cells,
    StudyTasks tasks,
    Func<string, LearnerEntry> find,
    AttemptLog log,
    Action<Exception>? defect
)
{
    readonly AnswerStore store = folder.Answers;

    /// <summary>The fits of a lane, by bundle, that no one works at yet. Thread-safe.</summary>
    public sealed class Queue(IReadOnlyList<PlannedFit> open)
    {
        readonly ConcurrentQueue<PlannedFit[]> bundles = new(open.GroupBy(f => f.Bundle).Select(b => b.ToArray()));
        int done;

        /// <summary>Number of bundles that are waiting.</summary>
        public int Bundles => bundles.Count;

        /// <summary>Share of the fits that are done.</summary>
        public double Done => (double)Volatile.Read(ref done) / Math.Max(1, open.Count);

        public bool Take([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PlannedFit[]? bundle) => bundles.TryDequeue(out bundle);

        public void Count(int fits) => Interlocked.Add(ref done, fits);
    }

    int liftLanes;

    /// <summary>Number of lanes in which LIFT computes beside the baselines, which then use only half of the processors.</summary>
    public int LiftLanes
    {
        get => Volatile.Read(ref liftLanes);
        set => Volatile.Write(ref liftLanes, value);
    }

    /// <summary>Answers bundles until none is waiting.</summary>
    /// <param name="lane">Source of the events.</param>
    /// <param name="isLift">Whether the lane is one of <see cref="LiftLanes"/>.</param>
    public async Task RunAsync(string lane, Queue open, bool isLift, CancellationToken cancel)
    {
        while (open.Take(out var fits))
        {
            cancel.ThrowIfCancellationRequested();
            log.Write(lane, new PhaseEntered("fit", Describe(fits), open.Done));
            if (find(fits[0].Fit.Learner.Name).Create(fits[0].Fit.Learner, TaskOf(fits[0]), Context(fits[0])) is IManyLearner many)
                await TogetherAsync(many, fits, cancel);
            else
                foreach (var fit in fits)
                    await AloneAsync(fit, cancel);
            open.Count(fits.Length);
        }
        if (isLift)
            Interlocked.Decrement(ref liftLanes);
    }

    Tables.TaskKind TaskOf(PlannedFit planned) => cells.Study.Tables.First(t => t.Name == planned.Table).Schema.Task;

    RunContext Context(PlannedFit planned) =>
        new(Directory.CreateDirectory(Path.Combine(workFolder, planned.Probes[0].Key.Hash[..16])).FullName)
        {
            Abandoned = () => File.Exists(folder.CancelFile),
            ElsewhereFolder = Path.Combine(folder.ElsewhereFolder, planned.Probes[0].Key.Hash[..16]),
            SpendingFile = folder.SpendingFile,
            Processors = () => LiftLanes > 0 ? Math.Max(1, Environment.ProcessorCount / 2) : Environment.ProcessorCount,
        };

    async Task AloneAsync(PlannedFit planned, CancellationToken cancel)
    {
        try
        {
            var clean = await tasks.CleanAsync(planned.Table, planned.Fit.SplitSeed);
            var training = PerturbationList.Apply(clean, planned.Fit.Training);
            var watch = Stopwatch.StartNew();
            using var predictor = await find(planned.Fit.Learner.Name)
                .Create(planned.Fit.Learner, training.Task.Kind, Context(planned))
                .FitAsync(training.Task, planned.Fit.Seed, null, cancel);
            await AskAllAsync(predictor, training, planned, watch.Elapsed.TotalSeconds, cancel);
        }
        catch (Exception e) when (IsOfTheCell(e))
        {
            FailAll(planned, e);
        }
    }

    /// <summary>
    /// Trains the fits of a bundle together. All planned fits of the bundle are trained, also those that are answered: the last digits of
    /// an
    /// answer depend on what was trained beside it, and must not depend on where an earlier attempt was killed.
    /// </summary>
    async Task TogetherAsync(IManyLearner learner, PlannedFit[] open, CancellationToken cancel)
    {
        var asked = open.ToDictionary(f => f.Fit);
        var ready = new List<(PlannedFit Planned, Perturbed Training)>();
        foreach (var planned in cells.Fits.Where(f => f.Bundle == open[0].Bundle))
            try
            {
                var clean = await tasks.CleanAsync(planned.Table, planned.Fit.SplitSeed);
                ready.Add((planned, PerturbationList.Apply(clean, planned.Fit.Training)));
            }
            catch (Exception e) when (IsOfTheCell(e))
            {
                if (asked.TryGetValue(planned.Fit, out var failed))
                    FailAll(failed, e);
            }
        if (ready.Count == 0)
            return;
        IReadOnlyList<FitOutcome> outcomes = [];
        try
        {
            var watch = Stopwatch.StartNew();
            outcomes = await learner.FitManyAsync([.. ready.Select(r => new FitRequest(r.Training.Task, r.Planned.Fit.Seed))], cancel);
            var seconds = watch.Elapsed.TotalSeconds / ready.Count;
            for (var i = 0; i < ready.Count; i++)
                if (asked.TryGetValue(ready[i].Planned.Fit, out var planned))
                {
                    if (outcomes[i].Failure is { } failure)
                        FailAll(planned, failure);
                    else
                        await AskAllAsync(outcomes[i].Predictor!, ready[i].Training, planned, seconds, cancel);
                }
        }
        catch (Exception e) when (IsOfTheCell(e))
        {
            foreach (var planned in open)
                FailAll(planned, e);
        }
        finally
        {
            foreach (var outcome in outcomes)
                outcome.Predictor?.Dispose();
        }
    }

    async Task AskAllAsync(IPredictor predictor, Perturbed training, PlannedFit planned, double seconds, CancellationToken cancel)
    {
        foreach (var (probe, key) in planned.Probes)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                await AskAsync(predictor, training, probe, key, seconds, cancel);
            }
            catch (Exception e) when (IsOfTheCell(e))
            {
                Fail(key, e);
            }
            seconds = 0; // the fit is counted once
        }
    }

    async Task AskAsync(IPredictor predictor, Perturbed training, Probe probe, ProbeKey key, double fitSeconds, CancellationToken cancel)
    {
        var asked = PerturbationList.Apply(training.Task, probe.Test);
        var rows = asked.Task.Split.Test;
        var watch = Stopwatch.StartNew();
        var other = asked.Task.Wording != training.Task.Wording;
        var answers =
            other && predictor is IWordedPredictor worded
                ? await worded.PredictAsync(asked.Task.Table, rows, asked.Task.Wording, cancel)
                : await predictor.PredictAsync(asked.Task.Table, rows, cancel);
        var seconds = watch.Elapsed.TotalSeconds;
        var places = cells.Of(key.Hash).Select(c => Shared(c.Cell)).ToArray();
        var changes = places.Select(store.Before).OfType<System.Text.Json.Nodes.JsonObject>().FirstOrDefault() is { } before
            ? ProbeKey.Changes(before, key.Json)
            : null;
        store.Put(
            key,
            new(
                key.Json,
                asked.Task.Labels,
                [.. rows.Select(r => asked.Task.Targets[r])],
                [.. rows.Select((r, i) => RowAnswer.Of(r, answers[i]))],
                asked.Origins,
                probe.Test is null ? training.Touched.Count : asked.Touched.Count,
                fitSeconds,
                seconds,
                predictor.Settings
            ),
            places
        );
        log.Write("run", new CellAnswered(key.Hash, false, fitSeconds, seconds, changes is { Count: > 0 } ? changes : null));
    }

    /// <summary>The place of a cell among all studies of the lab.</summary>
    string Shared(Cell cell) => $"{cells.Study.Experiment}|{cell.Place}";

    void FailAll(PlannedFit planned, Exception e)
    {
        foreach (var (_, key) in planned.Probes.Where(p => !store.Has(p.Key.Hash)))
            Fail(key, e);
    }

    void Fail(ProbeKey key, Exception e)
    {
        var (code, reason) = e switch
        {
            CannotApplyException => ("cannot-apply", e.Message),
            LearningFailedException f => (f.Code, f.Message),
            _ => WorkerFault.Explain(e) is var ended ? (ended.Code ?? "unexpected", $"{ended.What}. {ended.WhatToDo}") : default,
        };
        if (code == "unexpected")
            defect?.Invoke(e);
        log.Write("run", new CellFailed(key.Hash, code, reason));
    }

    /// <summary>Faults of the disk, a cancellation and a later attempt end the work; anything else is a failed cell.</summary>
    static bool IsOfTheCell(Exception e) => e is not (OperationCanceledException or SupersededException or IOException);

    string Describe(PlannedFit[] fits)
    {
        var fit = fits[0].Fit;
        var training =
            fit.Training is null ? ""
            : fits.Length > 1 ? $", {fits.Length} changes of the training rows"
            : FormattableString.Invariant($", {fit.Training.Kind} {fit.Training.Level}");
        return FormattableString.Invariant($"{find(fit.Learner.Name).Title} on {fits[0].Table}, seed {fit.Seed}{training}");
    }
}
