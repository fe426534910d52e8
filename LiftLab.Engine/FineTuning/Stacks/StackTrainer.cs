using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Stacks;

/// <summary>Callbacks of the training of a stack. All are called on the training thread.</summary>
sealed record StackHooks
{
    /// <summary>For each model, the number of the fit that it belongs to: a failure ends all models of a fit.</summary>
    public required IReadOnlyList<int> Fits { get; init; }

    /// <summary>Per model; null for models that report nothing.</summary>
    public IReadOnlyList<IProgress<LearningEvent>?> Progress { get; init; } = [];

    /// <summary>Called at the end of each epoch with the models that still train; one result per model. Null without validation
    /// rows.</summary>
    public Func<TrainingMoment, IReadOnlyList<int>, IReadOnlyList<Validation>>? Validate { get; init; }

    /// <summary>Called after each step, for example to draw figures of a model.</summary>
    public Action<TrainingMoment>? AfterStep { get; init; }

    /// <summary>Called at the end of each epoch, after the validation.</summary>
    public Action<TrainingMoment>? EpochEnded { get; init; }

    /// <summary>Called before each step; true ends training regularly with the weights so far.</summary>
    public Func<bool>? StopNow { get; init; }

    public CheckpointStore? Checkpoints { get; init; }
}

/// <summary>The end of one model's training.</summary>
/// <param name="Failure">Why the model could not be trained to the end; null if it was.</param>
sealed record StackOutcome(TrainingOutcome Outcome, LearningFailedException? Failure);

/// <summary>
/// Trains the models of a stack together, step by step: the loop of <see cref="Trainer"/> with one position and S states. All models have
/// the same plan and number of steps; each has its own rows, validation and best epoch. A model that fails or stops early takes no further
/// part, and those of other fits go on. It runs on the calling thread, which must be dedicated to it (see <see cref="TorchThread"/>).
/// </summary>
sealed class StackTrainer(ModelStack stack, TrainingPlan plan, TimeProvider time)
{
    const int TrimEvery = 100;

    /// <summary>Trains from the newest checkpoint, or from the start if there is none.</summary>
    /// <param name="sources">The rows of each model; all have the same number of steps per epoch.</param>
    /// <exception cref="LearningFailedException">Memory ran out, or the disk is full.</exception>
    /// <exception cref="OperationCanceledException">Cancelled (a checkpoint was written first).</exception>
    public IReadOnlyList<StackOutcome> Run(IReadOnlyList<BatchSource> sources, StackHooks hooks, CancellationToken cancel)
    {
        var perEpoch = sources[0].StepsPerEpoch;
        var steps = plan.Steps ?? plan.Epochs * perEpoch;
        using var step = new StackStep(stack, plan);
        using var best = new BestWeights(stack.Together);
        var state = Load(hooks, step, best, sources[0]);
        var models = state.Models!;
        var failures = new LearningFailedException?[models.Count];
        var tokens = new long[models.Count];
        var pace = new Pace(time);
        var started = time.GetTimestamp();
        var lastCheckpoint = started;
        while (state.Step < steps && Training().Length > 0)
        {
            if (hooks.StopNow?.Invoke() == true)
            {
                foreach (var model in Training())
                    models[model].Stopped = true;
                state.Stopped = true;
                break;
            }
            if (cancel.IsCancellationRequested)
            {
                Save();
                cancel.ThrowIfCancellationRequested();
            }
            var rate = plan.LearningRate * plan.Schedule.Factor(state.Step, steps);
            Advance(rate);
            var moment = new TrainingMoment(state.Step, steps, (double)state.Step / perEpoch);
            hooks.AfterStep?.Invoke(moment);
            if (state.Step % perEpoch == 0 || state.Step == steps)
            {
                Validate(moment);
                hooks.EpochEnded?.Invoke(moment);
            }
            if (state.Step % TrimEvery == 0)
                TorchRuntime.TrimMemory();
            if (time.GetElapsedTime(lastCheckpoint).TotalSeconds >= plan.CheckpointSeconds)
                Save();
        }
        if (state.Step > 0 && state.ValidatedAt != state.Step)
            Validate(new(state.Step, steps, (double)state.Step / perEpoch));
        Save();
        best.Restore();
        TorchRuntime.TrimMemory();
        var seconds = time.GetElapsedTime(started).TotalSeconds;
        return [.. models.Select((m, i) => new StackOutcome(Outcome(m, i), failures[i]))];

        int[] Training() => [.. Enumerable.Range(0, models.Count).Where(m => !models[m].Stopped && failures[m] is null)];

        void Advance(double rate)
        {
            var training = Training();
            IReadOnlyList<TrainingRow>[] rows = [.. models.Select(_ => (IReadOnlyList<TrainingRow>)[])];
            foreach (var model in training)
                rows[model] = sources[model].Rows(state.Step);
            var losses = Do(step, rows, rate, state.Step);
            state.Step++;
            foreach (var model in training)
            {
                var fresh = rows[model].Sum(r => r.Length);
                tokens[model] += fresh;
                models[model].Step = state.Step;
                pace.Count(fresh);
            }
            pace.Mark();
            foreach (var model in training)
            {
                if (!double.IsFinite(losses[model]))
                    for (var m = 0; m < models.Count; m++)
                        if (hooks.Fits[m] == hooks.Fits[model])
                            failures[m] ??= Trainer.NotFinite(plan, "loss or gradient", state.Step - 1, rate);
                if (failures[model] is not null)
                    continue;
                Report(
                    model,
                    new TrainingStep(
                        state.Step,
                        steps,
                        (double)state.Step / perEpoch,
                        losses[model],
                        rate,
                        pace.TokensPerSecond,
                        pace.SecondsLeft(steps - state.Step)
                    )
                );
            }
        }

        void Validate(TrainingMoment moment)
        {
            // a model that stopped early was validated when it stopped; one that was stopped with all others was not
            int[] asked = [.. Enumerable.Range(0, models.Count).Where(m => failures[m] is null && models[m].ValidatedAt != moment.Step)];
            asked = [.. asked.Where(m => models[m].Step == moment.Step)];
            state.ValidatedAt = moment.Step;
            if (hooks.Validate is null || asked.Length == 0)
                return;
            IReadOnlyList<Validation> results;
            using (NewDisposeScope())
            using (no_grad())
                results = hooks.Validate(moment, asked);
            var better = asked.Where((m, i) => models[m].Take(results[i], moment, plan.Patience)).ToArray();
            if (better.Length > 0)
                best.Keep(better);
            for (var i = 0; i < asked.Length; i++)
                Report(
                    asked[i],
                    new Validated(
                        moment.Step,
                        moment.Epoch,
                        results[i].Loss,
                        results[i].Metric,
                        results[i].Value,
                        better.Contains(asked[i])
                    )
                );
        }

        void Save()
        {
            var isSaved = state.Step == state.SavedAt && !state.Stopped;
            if (hooks.Checkpoints is not { } store || isSaved || failures.Any(f => f is not null))
                return;
            store.Save(stack.Together, step.Optimizer, best, sources[0], state);
            (state.SavedAt, lastCheckpoint) = (state.Step, time.GetTimestamp());
            Report(0, new CheckpointSaved(state.Step, (double)state.Step / perEpoch));
        }

        void Report(int model, LearningEvent value)
        {
            if (model < hooks.Progress.Count)
                hooks.Progress[model]?.Report(value);
        }

        TrainingOutcome Outcome(TrainingState model, int i) =>
            new(model.Step, (double)model.Step / perEpoch, model.BestEpoch, model.Best, tokens[i], seconds, pace.Overall, model.Stopped);
    }

    TrainingState Load(StackHooks hooks, StackStep step, BestWeights best, BatchSource source)
    {
        var saved = hooks.Checkpoints?.Load(stack.Together, step.Optimizer, best, source);
        if (saved is not null && saved.Models?.Count != stack.Count)
            throw new LearningFailedException(
                "checkpoint-foreign",
                $"The checkpoint is of {saved.Models?.Count ?? 1} models, not of {stack.Count}",
                "It belongs to another recipe: start a new run, or use the settings the checkpoint was made with."
            );
        return saved ?? new() { Models = [.. Enumerable.Range(0, stack.Count).Select(_ => new TrainingState())] };
    }

    double[] Do(StackStep step, IReadOnlyList<TrainingRow>[] rows, double rate, int number)
    {
        try
        {
            return step.Do(rows, rate);
        }
        catch (Exception e) when (OutOfMemory.Is(e))
        {
            throw new LearningFailedException(
                "out-of-memory",
                $"Memory ran out in step {number + 1} of {stack.Count} models together, with {rows.Sum(r => r.Count)} rows",
                $"{OutOfMemory.Remedy(plan, recomputed: false)}. The last checkpoint is kept.",
                e
            );
        }
    }
}
