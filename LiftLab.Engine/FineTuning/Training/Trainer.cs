using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Training;

/// <summary>A position in a training run.</summary>
/// <param name="Step">Completed steps.</param> /// <param name="Epoch">Completed epochs, fractional.</param>
public sealed record TrainingMoment(int Step, int Steps, double Epoch);

/// <summary>Validation result at the end of an epoch.</summary>
/// <param name="Loss">Mean loss on the validation rows.</param>
/// <param name="Rank">The value that selects the best epoch; higher is better.</param>
/// <param name="Metric">Name of the metric that is shown, if one was computed; <paramref name="Value"/> is its value.</param>
public sealed record Validation(double Loss, double Rank, string? Metric = null, double? Value = null);

/// <summary>Callbacks of a training run. All are called on the training thread.</summary>
public sealed record TrainingHooks
{
    public IProgress<LearningEvent>? Progress { get; init; }

    /// <summary>
    /// Called at the end of each epoch; null without validation rows. The weights of the best epoch are kept and restored at the end.
    /// </summary>
    public Func<TrainingMoment, Validation>? Validate { get; init; }

    /// <summary>Called after each step, for example to draw figures of the current model.</summary>
    public Action<TrainingMoment>? AfterStep { get; init; }

    /// <summary>Called at the end of each epoch, after the validation, with the weights of that epoch.</summary>
    public Action<TrainingMoment>? EpochEnded { get; init; }

    /// <summary>Called before each step; true ends training regularly with the weights so far.</summary>
    public Func<bool>? StopNow { get; init; }
    public CheckpointStore? Checkpoints { get; init; }
}

/// <param name="Steps">Completed steps, including those before the run was resumed.</param>
/// <param name="BestEpoch">The epoch whose weights the model has; null without validation.</param>
/// <param name="Tokens">Tokens of this attempt, without padding.</param>
/// <param name="Seconds">Wall-clock time of this attempt in seconds, including validation.</param>
public sealed record TrainingOutcome(
    int Steps,
    double Epochs,
    double? BestEpoch,
    Validation? Best,
    long Tokens,
    double Seconds,
    double TokensPerSecond,
    bool StoppedEarly
);

/// <summary>
/// The training loop of fine-tuning and pretraining, for adapters and whole models. It runs on the calling thread, which must be dedicated
/// to it (see <see cref="TorchThread"/>), and never awaits.
/// </summary>
public sealed class Trainer(LanguageModel model, TrainingPlan plan, TimeProvider time)
{
    const int TrimEvery = 100;
    readonly RowPacking packing = new(model, plan.Packing);

    /// <summary>Trains from the newest checkpoint, or from the start if there is none.</summary>
    /// <exception cref="LearningFailedException">The loss or gradient is not finite, memory ran out, or the disk is full.</exception>
    /// <exception cref="OperationCanceledException">Cancelled (a checkpoint was written first), or another attempt owns the
    /// run.</exception>
    public TrainingOutcome Run(BatchSource source, TrainingHooks? hooks = null, CancellationToken cancel = default)
    {
        hooks ??= new();
        var steps = plan.Steps ?? plan.Epochs * source.StepsPerEpoch;
        using var optimizer = Optimizer.Of(model.Trainable, plan);
        using var best = new BestWeights(model);
        var state = new TrainingState();
        if (hooks.Checkpoints?.Load(model, optimizer, best, source) is { } saved)
            state = saved;
        if (steps > state.Steps)
            (state.Stopped, state.WithoutGain) = (false, 0); // more epochs were asked for
        state.Steps = steps;
        var stoppedNow = false;
        string? remarked = null;
        var pace = new Pace(time);
        var started = time.GetTimestamp();
        var lastCheckpoint = started;
        model.Training = true;
        try
        {
            while (state.Step < steps && !state.Stopped)
            {
                if (hooks.StopNow?.Invoke() == true)
                {
                    stoppedNow = true;
                    break;
                }
                if (cancel.IsCancellationRequested)
                {
                    Save();
                    cancel.ThrowIfCancellationRequested();
                }
                var rate = plan.LearningRate * plan.Schedule.Factor(state.Step, steps);
                var (loss, tokens) = Step(optimizer, source.Rows(state.Step), rate, state.Step, cancel);
                if (optimizer.Remark is { } remark && remarked != remark)
                    hooks.Progress?.Report(new Noted(remarked = remark, true));
                source.Observe(state.Step, loss);
                state.Step++;
                state.Tokens += tokens;
                pace.Add(tokens);
                var moment = new TrainingMoment(state.Step, steps, (double)state.Step / source.StepsPerEpoch);
                hooks.Progress?.Report(
                    new TrainingStep(
                        state.Step,
                        steps,
                        moment.Epoch,
                        loss,
                        rate,
                        pace.TokensPerSecond,
                        pace.SecondsLeft(steps - state.Step)
                    )
                );
                hooks.AfterStep?.Invoke(moment);
                if (state.Step % source.StepsPerEpoch == 0 || state.Step == steps)
                {
                    Validate(hooks, state, best, moment);
                    hooks.EpochEnded?.Invoke(moment);
                }
                if (state.Step % TrimEvery == 0)
                    TorchRuntime.TrimMemory();
                if (time.GetElapsedTime(lastCheckpoint).TotalSeconds >= plan.CheckpointSeconds)
                    Save();
            }
            if (hooks.Validate is not null && state.ValidatedAt != state.Step && state.Step > 0)
                Validate(hooks, state, best, new(state.Step, steps, (double)state.Step / source.StepsPerEpoch));
            Save();
            best.Restore();
        }
        finally
        {
            model.Training = false;
            TorchRuntime.TrimMemory();
        }
        var seconds = time.GetElapsedTime(started).TotalSeconds;
        return new(
            state.Step,
            (double)state.Step / source.StepsPerEpoch,
            state.BestEpoch,
            state.Best,
            state.Tokens,
            seconds,
            pace.Overall,
            state.Stopped || stoppedNow
        );

        void Save()
        {
            if (hooks.Checkpoints is not { } store || (state.Step == state.SavedAt && !state.Stopped && !stoppedNow))
                return;
            store.Save(model, optimizer, best, source, state);
            (state.SavedAt, lastCheckpoint) = (state.Step, time.GetTimestamp());
            hooks.Progress?.Report(new CheckpointSaved(state.Step, (double)state.Step / source.StepsPerEpoch));
        }
    }

    (double Loss, int Tokens) Step(Optimizer optimizer, IReadOnlyList<TrainingRow> rows, double rate, int step, CancellationToken cancel)
    {
        using var scope = NewDisposeScope(); // frees all tensors of the step
        try
        {
            model.DropoutSeed = unchecked(plan.Seed * 1_000_003L + step);
            optimizer.ClearGradients();
            var parts = Parts(rows);
            var targets = rows.Sum(r => r.LabelCount);
            var tokens = 0;
            var losses = new List<Tensor>();
            foreach (var part in parts)
            {
                using var inner = NewDisposeScope();
                var batch = packing.Of(part);
                // divide by the labels of the whole step, so that splitting does not change the gradient
                var mean = Objective.Sum(model, batch).DividedBy(targets);
                mean.backward();
                model.ThrowIfBackwardFailed();
                losses.Add(mean.detach().MoveToOuterDisposeScope());
                tokens += batch.Tokens;
                if (parts.Count > 1 && cancel.IsCancellationRequested && !ReferenceEquals(part, parts[^1]))
                    cancel.ThrowIfCancellationRequested();
            }
            if (plan.ClipNorm is not null)
                losses.Add(optimizer.Norm());
            // the only place of a step where the program waits for the device
            double[] numbers = [.. stack(losses).cpu().data<float>().Select(v => (double)v)];
            var loss = numbers.Take(parts.Count).Sum();
            if (!double.IsFinite(loss))
                throw NotFinite(plan, "loss", step, rate);
            if (plan.ClipNorm is { } limit)
            {
                if (!double.IsFinite(numbers[^1]))
                    throw NotFinite(plan, "gradient", step, rate);
                optimizer.Clip(numbers[^1], limit);
            }
            optimizer.Step(rate);
            optimizer.ClearGradients(); // frees memory for the answers generated between steps
            return (loss, tokens);
        }
        catch (Exception e) when (OutOfMemory.Is(e))
        {
            throw new LearningFailedException(
                "out-of-memory",
                $"Memory ran out in step {step + 1}, with {rows.Count} rows of up to {rows.Max(r => r.Length)} tokens",
                $"{OutOfMemory.Remedy(plan, model.Checkpointing)}. The last checkpoint is kept.",
                e
            );
        }
    }

    /// <summary>Splits the rows of a step into forward passes of at most <see cref="TrainingPlan.TokensAtOnce"/> tokens.</summary>
    List<TrainingRow[]> Parts(IReadOnlyList<TrainingRow> rows)
    {
        if (plan.TokensAtOnce is not { } budget || (long)rows.Count * rows.Max(r => r.Length) <= budget)
            return
            [
                [.. rows],
            ];
        TrainingRow[] sorted = [.. rows.OrderBy(r => r.Length)];
        var parts = new List<TrainingRow[]>();
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            end = start + 1;
            while (end < sorted.Length && (long)(end + 1 - start) * sorted[end].Length <= budget)
                end++;
            parts.Add(sorted[start..end]);
        }
        return parts;
    }

    void Validate(TrainingHooks hooks, TrainingState state, BestWeights best, TrainingMoment moment)
    {
        if (hooks.Validate is null)
            return;
        model.Training = false;
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var validation = hooks.Validate(moment);
        var isBest = state.Take(validation, moment, plan.Patience);
        if (isBest)
            best.Keep();
        model.Training = true;
        hooks.Progress?.Report(new Validated(moment.Step, moment.Epoch, validation.Loss, validation.Metric, validation.Value, isBest));
    }

    internal static LearningFailedException NotFinite(TrainingPlan plan, string what, int step, double rate) =>
        new(
            "loss-not-finite",
            FormattableString.Invariant($"The {what} became infinite or not a number in step {step + 1}, at a learning rate of {rate:g3}"),
            FormattableString.Invariant(
                $"Lower the learning rate (to {plan.LearningRate / 10:g2}, say), raise the warm-up steps, or clip gradients to norm 1. The last checkpoint is from before."
            )
        );
}
