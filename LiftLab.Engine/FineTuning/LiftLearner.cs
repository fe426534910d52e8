using System.Runtime.ExceptionServices;
using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.FineTuning.Stacks;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Wordings;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning;

/// <summary>
/// LIFT: writes rows as prompts, fine-tunes the base model on them, and predicts with the epoch that is best on the validation rows. With a
/// checkpoint folder, fitting continues where an earlier attempt was interrupted. For an opened model, only the number of sampled answers
/// and their temperature are taken from the settings.
/// </summary>
public sealed class LiftLearner(LiftSettings settings, RunContext context, TimeProvider time) : IManyLearner
{
    /// <summary>Maximum validation rows that each validation predicts; the first ones are used.</summary>
    const int ValidationRows = 400;

    public string Name => LiftSettings.LearnerName;

    public Task<IPredictor> FitAsync(
        LearningTask task,
        int seed,
        IProgress<LearningEvent>? progress = null,
        CancellationToken cancel = default
    ) => TorchThread.Run<IPredictor>("lift", () => Fit(task, seed, progress, cancel));

    public Task<IPredictor> OpenAsync(string folder, CancellationToken cancel = default) =>
        TorchThread.Run<IPredictor>(
            "lift-open",
            () =>
            {
                cancel.ThrowIfCancellationRequested();
                try
                {
                    return FittedFolder.Load(folder, settings.Recipe, cancel);
                }
                catch (ModelFolderException e)
                {
                    throw new KeptModelException(e.Code, e.What, e.WhatToDo, e);
                }
                catch (TokenizerFileException e)
                {
                    throw new KeptModelException("tokenizer-broken", e.What, e.WhatToDo, e);
                }
            }
        );

    public Task<IReadOnlyList<FitOutcome>> FitManyAsync(IReadOnlyList<FitRequest> fits, CancellationToken cancel = default) =>
        TorchThread.Run<IReadOnlyList<FitOutcome>>("lift", () => FitMany(fits, cancel));

    IPredictor Fit(LearningTask task, int seed, IProgress<LearningEvent>? progress, CancellationToken cancel)
    {
        var outcome = FitMany([new(task, seed, progress)], cancel)[0];
        if (outcome.Failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
        return outcome.Predictor!;
    }

    /// <summary>Fits of one kind train as stacks; the others one after the other.</summary>
    FitOutcome[] FitMany(IReadOnlyList<FitRequest> fits, CancellationToken cancel)
    {
        var outcomes = new FitOutcome?[fits.Count];
        try
        {
            var stacked = new List<(int Index, StackItem Item)>();
            for (var i = 0; i < fits.Count; i++)
                try
                {
                    cancel.ThrowIfCancellationRequested();
                    var item = Guarded(() => Prepared(fits[i]));
                    if (item.CanStack)
                        stacked.Add((i, item));
                    else
                        outcomes[i] = new(Guarded(() => FitAlone(item, cancel)), null);
                }
                catch (LearningFailedException e)
                {
                    outcomes[i] = new(null, e);
                }
            var stacks = 0;
            foreach (var kind in stacked.GroupBy(s => s.Item.Kind))
            foreach (var stack in kind.Chunk(StackedFit.Most(kind.First().Item)))
                try
                {
                    // Each stack has its checkpoints for itself; a single one has those of the learner.
                    var own =
                        stacks++ == 0 || context.CheckpointFolder.Length == 0
                            ? context
                            : context with
                            {
                                CheckpointFolder = Directory
                                    .CreateDirectory(Path.Combine(context.CheckpointFolder, $"stack-{stacks}"))
                                    .FullName,
                            };
                    var ends = Guarded(() => new StackedFit(own, time).Run([.. stack.Select(s => s.Item)], ValidationRows, cancel));
                    foreach (var (fit, end) in stack.Zip(ends))
                        outcomes[fit.Index] = end;
                }
                catch (LearningFailedException e)
                {
                    foreach (var fit in stack)
                        outcomes[fit.Index] = new(null, e);
                }
            return [.. outcomes.Select(o => o!)];
        }
        catch
        {
            foreach (var outcome in outcomes)
                outcome?.Predictor?.Dispose();
            throw;
        }
    }

    /// <summary>Turns errors of files and memory into a <see cref="LearningFailedException"/>.</summary>
    T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (ModelFolderException e)
        {
            throw new LearningFailedException(e.Code, e.What, e.WhatToDo, e);
        }
        catch (TokenizerFileException e)
        {
            throw new LearningFailedException("tokenizer-broken", e.What, e.WhatToDo, e);
        }
        catch (Exception e) when (OutOfMemory.Is(e) && e is not LearningFailedException)
        {
            throw new LearningFailedException(
                "out-of-memory",
                $"Memory ran out with {settings.Recipe.Precision.ToString().ToLowerInvariant()} weights of {settings.Model}",
                OutOfMemory.FewerBits(OutOfMemory.Frozen(settings.Recipe)) is { } bits
                    ? $"Store the frozen weights in fewer bits {bits}, or use a smaller model."
                    : "Use a smaller model, or a device with more memory.",
                e
            );
        }
    }

    StackItem Prepared(FitRequest fit)
    {
        var task = fit.Task;
        var worded = settings with { Template = Rewording.Of(settings.Template, task.Wording, task.Labels.Count == 0) };
        var prompts = TablePrompts.Fit(worded.Template, task.Table, task.Schema, task.Split.Train, task.Labels);
        var start = StartWeights.Of(settings, context.CheckpointFolder, looksAgain: true);
        start.Check(settings.Recipe);
        return Settled(fit, prompts, worded, start);
    }

    LiftPredictor FitAlone(StackItem item, CancellationToken cancel)
    {
        var (task, prompts, start, progress) = (item.Task, item.Prompts, item.Start, item.Fit.Progress);
        var recipe = item.Recipe;
        var models = new List<PromptedModel>();
        try
        {
            TrainingOutcome? outcome = null;
            for (var member = 0; member < recipe.Members; member++)
            {
                progress?.Report(new PhaseEntered("load", settings.Model));
                var (model, tokenizer) = ModelByName.Load(
                    start.Base(member),
                    recipe.Precision,
                    progress: progress is null ? null : new LoadPhase(progress, settings.Model),
                    cancel: cancel
                );
                TorchRuntime.FitThreads(model.ParameterCount, item.Pages);
                TorchRuntime.UseTf32(recipe.Tf32);
                models.Add(new(model, tokenizer, prompts, recipe));
                outcome = new LiftTraining(item.Settings, start, context, task, prompts, tokenizer, models[member], time).Run(
                    item.Fit.Seed,
                    member,
                    [.. task.Split.Valid.Take(ValidationRows)],
                    progress,
                    cancel
                );
                if (outcome.StoppedEarly && context.StopTraining.IsCancellationRequested)
                    break;
            }
            var temperature = Temperature(item, models, cancel);
            var first = models[0].Model;
            var trained = first.Trainable.Sum(w => w.Value.numel());
            var chosen = ChosenValues.Of(item.Settings, [outcome!], first.ParameterCount, trained, temperature);
            return new(models, prompts, item.Settings, FittedBase.Of(start, models.Count), temperature ?? 1, chosen);
        }
        catch
        {
            foreach (var model in models)
                model.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Replaces the recipe's automatic settings by numbers for the device, and fails if the training cannot fit into its memory.
    /// </summary>
    StackItem Settled(FitRequest request, TablePrompts prompts, LiftSettings worded, StartWeights start)
    {
        var task = request.Task;
        var folder = ModelByName.Folder(start.Base(0));
        var device = DeviceMemory.Of(TorchRuntime.Pick());
        var (longest, answer) = RowLengths.Of(prompts, task.Table, task.Split.Train, ModelByName.TokenizerOf(folder));
        var config = ModelFolder.ReadConfig(folder);
        if (ModelCheck.UnknownEntries(config) is { } unknown)
            request.Progress?.Report(new Noted(unknown.What, true));
        var fit = MemoryFit.Of(
            config,
            settings.Recipe.For(prompts.State.Features.Count, task.Split.Train.Count),
            longest,
            answer,
            device.Bytes,
            device.OnCard,
            device.HasBFloat16
        ) with
        {
            Available = device.Available, // does not change the settings, which a resumed run must resolve identically
        };
        var room = fit.Room < device.Bytes ? $"{ByteWords.Of(fit.Room)} available now of " : "";
        var words = $"{fit.Words}: needs about {ByteWords.Of(fit.Need)} of {room}{ByteWords.Of(device.Bytes)} on {device.Name}";
        if (fit.IsRefused)
            throw new LearningFailedException("out-of-memory", $"This does not fit: {words}", fit.WhatToDo);
        request.Progress?.Report(new Noted(fit.Fits ? words : words + ", which is tight", !fit.Fits));
        return new(request, prompts, worded with { Recipe = fit.Recipe }, start, longest) { Pages = fit.Pages };
    }

    /// <summary>Temperature of the labels' probabilities; 1 without probabilities or validation rows; null for regression.</summary>
    static double? Temperature(StackItem item, List<PromptedModel> models, CancellationToken cancel)
    {
        var task = item.Task;
        if (task.Target is not Target.Classes)
            return null;
        if (!models[0].HasDistribution)
            return 1;
        int[] rows = [.. task.Split.Valid.Take(ValidationRows)];
        if (rows.Length == 0)
            return 1;
        var answers = LiftPredictor.Ask(models, item.Prompts, item.Recipe, 1, task.Table, rows, cancel);
        var readable = rows.Zip(answers.Select(a => (a as Prediction.Answered)?.Probabilities)).Where(p => p.Second is not null).ToArray();
        return AnswerSheet.FitTemperature(
            [.. readable.Select(p => (double[])p.Second!)],
            [.. readable.Select(p => (int)task.Targets[p.First])]
        );
    }

    /// <summary>Reports loading as a phase, at most twenty times.</summary>
    sealed class LoadPhase(IProgress<LearningEvent> inner, string model) : IProgress<LoadProgress>
    {
        double told;

        public void Report(LoadProgress value)
        {
            var part = (double)value.Done / Math.Max(1, value.Total);
            if (part < told + 0.05)
                return;
            told = part;
            inner.Report(new PhaseEntered("load", model, Math.Min(1, part)));
        }
    }
}
