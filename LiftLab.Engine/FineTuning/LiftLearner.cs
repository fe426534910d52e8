using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning;

/// <summary>
/// LIFT: writes rows as prompts, fine-tunes the base model on them, and predicts with the epoch that is best on the validation rows. With a
/// checkpoint folder, fitting continues where an earlier attempt was interrupted. For an opened model, only the number of sampled answers
/// and their temperature are taken from the settings.
/// </summary>
public sealed class LiftLearner(LiftSettings asked, RunContext context, TimeProvider time) : ILearner
{
    LiftSettings settings = asked;

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

    LiftPredictor Fit(LearningTask task, int seed, IProgress<LearningEvent>? progress, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var prompts = TablePrompts.Fit(settings.Template, task.Table, task.Schema, task.Split.Train, task.Labels);
        try
        {
            var start = StartWeights.Of(settings, context.CheckpointFolder, looksAgain: true);
            start.Check(settings.Recipe);
            Settle(task, prompts, start, progress);
            return Fit(task, prompts, start, seed, progress, cancel);
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

    LiftPredictor Fit(
        LearningTask task,
        TablePrompts prompts,
        StartWeights start,
        int seed,
        IProgress<LearningEvent>? progress,
        CancellationToken cancel
    )
    {
        var recipe = settings.Recipe;
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
                TorchRuntime.FitThreads(model.ParameterCount);
                models.Add(new(model, tokenizer, prompts, recipe));
                outcome = new LiftTraining(settings, start, context, task, prompts, tokenizer, models[member], time).Run(
                    seed,
                    member,
                    [.. task.Split.Valid.Take(ValidationRows)],
                    progress,
                    cancel
                );
                if (outcome.StoppedEarly && context.StopTraining.IsCancellationRequested)
                    break;
            }
            var temperature = Temperature(task, prompts, models, cancel);
            var chosen = Describe(outcome!, models[0].Model, temperature);
            return new(models, prompts, settings, FittedBase.Of(start, models.Count), temperature ?? 1, chosen);
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
    void Settle(LearningTask task, TablePrompts prompts, StartWeights start, IProgress<LearningEvent>? progress)
    {
        var folder = ModelByName.Folder(start.Base(0));
        var device = DeviceMemory.Of(TorchRuntime.Pick());
        var (longest, answer) = RowLengths.Of(prompts, task.Table, task.Split.Train, ModelByName.TokenizerOf(folder));
        var config = ModelFolder.ReadConfig(folder);
        if (ModelCheck.UnknownEntries(config) is { } unknown)
            progress?.Report(new Noted(unknown.What, true));
        var fit = MemoryFit.Of(
            config,
            settings.Recipe.For(prompts.State.Features.Count, task.Split.Train.Count),
            longest,
            answer,
            device.Bytes,
            device.OnCard
        ) with
        {
            Available = device.Available, // does not change the settings, which a resumed run must resolve identically
        };
        settings = settings with { Recipe = fit.Recipe };
        var room = fit.Room < device.Bytes ? $"{ByteWords.Of(fit.Room)} available now of " : "";
        var words = $"{fit.Words}: needs about {ByteWords.Of(fit.Need)} of {room}{ByteWords.Of(device.Bytes)} on {device.Name}";
        if (fit.IsRefused)
            throw new LearningFailedException("out-of-memory", $"This does not fit: {words}", fit.WhatToDo);
        progress?.Report(new Noted(fit.Fits ? words : words + ", which is tight", !fit.Fits));
    }

    /// <summary>Temperature of the labels' probabilities; 1 without probabilities or validation rows; null for regression.</summary>
    double? Temperature(LearningTask task, TablePrompts prompts, List<PromptedModel> models, CancellationToken cancel)
    {
        if (task.Target is not Target.Classes)
            return null;
        if (!models[0].HasDistribution)
            return 1;
        int[] rows = [.. task.Split.Valid.Take(ValidationRows)];
        if (rows.Length == 0)
            return 1;
        var answers = LiftPredictor.Ask(models, prompts, settings.Recipe, 1, task.Table, rows, cancel);
        var readable = rows.Zip(answers.Select(a => (a as Prediction.Answered)?.Probabilities)).Where(p => p.Second is not null).ToArray();
        return AnswerSheet.FitTemperature(
            [.. readable.Select(p => (double[])p.Second!)],
            [.. readable.Select(p => (int)task.Targets[p.First])]
        );
    }

    /// <param name="temperature">Temperature of the labels' probabilities; null for regression.</param>
    JsonObject Describe(TrainingOutcome outcome, LanguageModel model, double? temperature)
    {
        var chosen = settings.ToJson();
        chosen["chosen"] = new JsonObject
        {
            ["bestEpoch"] = outcome.BestEpoch,
            ["steps"] = outcome.Steps,
            ["tokensPerSecond"] = outcome.TokensPerSecond,
            ["trainSeconds"] = outcome.Seconds,
            ["temperature"] = temperature,
            ["parameters"] = model.ParameterCount,
            ["trained"] = model.Trainable.Sum(w => w.Value.numel()),
            ["stoppedEarly"] = outcome.StoppedEarly,
        };
        return chosen;
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
