using System.Diagnostics;
using LiftLab.Engine.Experiments.Answers;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Perturbations;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Runs.Work;

namespace LiftLab.Engine.Experiments.Work;

/// <summary>Makes fits and answers their probes. A fit or probe that fails becomes failed cells, except when the disk is full.</summary>
sealed class Answering(StudyFolder folder, StudyCells cells, StudyTasks tasks, Func<string, LearnerEntry> find, AttemptLog log)
{
    readonly AnswerStore store = folder.Answers;

    /// <summary>Whether LIFT computes beside the baselines, which then use only half of the processors.</summary>
    public bool LiftIsAtWork { get; set; }

    /// <param name="lane">Source of the events.</param>
    public async Task RunAsync(string lane, IReadOnlyList<PlannedFit> fits, CancellationToken cancel)
    {
        for (var i = 0; i < fits.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            log.Write(lane, new PhaseEntered("fit", Describe(fits[i]), (double)i / fits.Count));
            await TryAsync(fits[i], cancel);
        }
        if (lane == "lift")
            LiftIsAtWork = false;
    }

    async Task TryAsync(PlannedFit planned, CancellationToken cancel)
    {
        try
        {
            var clean = await tasks.CleanAsync(planned.Table, planned.Fit.SplitSeed);
            await FitAsync(planned, PerturbationList.Apply(clean, planned.Fit.Training), cancel);
        }
        catch (Exception e) when (IsOfTheCell(e))
        {
            foreach (var (_, key) in planned.Probes.Where(p => !store.Has(p.Key.Hash)))
                Fail(key, e);
        }
    }

    async Task FitAsync(PlannedFit planned, Perturbed training, CancellationToken cancel)
    {
        var fit = planned.Fit;
        var work = Path.Combine(folder.Path, "work", planned.Probes[0].Key.Hash[..16]);
        Directory.CreateDirectory(work);
        var context = new RunContext(work)
        {
            Processors = () => LiftIsAtWork ? Math.Max(1, Environment.ProcessorCount / 2) : Environment.ProcessorCount,
        };
        var watch = Stopwatch.StartNew();
        using var predictor = await find(fit.Learner.Name)
            .Create(fit.Learner, training.Task.Kind, context)
            .FitAsync(training.Task, fit.Seed, null, cancel);
        var seconds = watch.Elapsed.TotalSeconds;
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
        Directory.Delete(work, recursive: true);
    }

    async Task AskAsync(IPredictor predictor, Perturbed training, Probe probe, ProbeKey key, double fitSeconds, CancellationToken cancel)
    {
        var asked = PerturbationList.Apply(training.Task, probe.Test);
        var rows = asked.Task.Split.Test;
        var watch = Stopwatch.StartNew();
        var answers = await predictor.PredictAsync(asked.Task.Table, rows, cancel);
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

    void Fail(ProbeKey key, Exception e)
    {
        var (code, reason) = e switch
        {
            CannotApplyException => ("cannot-apply", e.Message),
            LearningFailedException f => (f.Code, f.Message),
            _ => WorkerFault.Explain(e) is var ended ? (ended.Code ?? "unexpected", $"{ended.What}. {ended.WhatToDo}") : default,
        };
        log.Write("run", new CellFailed(key.Hash, code, reason));
    }

    /// <summary>Faults of the disk, a cancellation and a later attempt end the work; anything else is a failed cell.</summary>
    static bool IsOfTheCell(Exception e) => e is not (OperationCanceledException or SupersededException or IOException);

    static string Describe(PlannedFit planned)
    {
        var fit = planned.Fit;
        var training = fit.Training is { } t ? FormattableString.Invariant($", {t.Kind} {t.Level}") : "";
        return FormattableString.Invariant($"{fit.Learner.Name} on {planned.Table}, seed {fit.Seed}{training}");
    }
}
