using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning.Instruct;

/// <summary>
/// Fine-tunes a language model on texts that are not rows of a table: each row is a prompt and its completion, which are learned as they
/// are, without template and marks. The epoch with the lowest loss on the validation rows answers; without validation rows the last one.
/// </summary>
/// <param name="settings">The template is not used.</param>
public sealed class InstructLearner(LiftSettings settings, RunContext context, TimeProvider time) : ILearner
{
    public const string LearnerName = "instruct",
        Title = "Texts, fine-tuned";

    /// <summary>Maximum validation rows whose loss is computed; the first ones are used.</summary>
    const int ValidationRows = 400;

    /// <summary>Rows of one forward pass of the validation.</summary>
    const int ValidatedTogether = 32;

    FineTune recipe = settings.Recipe;

    public string Name => LearnerName;

    public Task<IPredictor> FitAsync(
        LearningTask task,
        int seed,
        IProgress<LearningEvent>? progress = null,
        CancellationToken cancel = default
    ) =>
        TorchThread.Run<IPredictor>(
            LearnerName,
            () =>
            {
                try
                {
                    return Fit(task, seed, progress, cancel);
                }
                catch (ModelFolderException e)
                {
                    throw new LearningFailedException(e.Code, e.What, e.WhatToDo, e);
                }
                catch (TokenizerFileException e)
                {
                    throw new LearningFailedException("tokenizer-broken", e.What, e.WhatToDo, e);
                }
                catch (Exception e) when (OutOfMemory.Is(e))
                {
                    throw new LearningFailedException(
                        "out-of-memory",
                        $"Memory ran out while loading {settings.Model}",
                        "Use a smaller model.",
                        e
                    );
                }
            }
        );

    public Task<IPredictor> OpenAsync(string folder, CancellationToken cancel = default) =>
        TorchThread.Run<IPredictor>(
            "instruct-open",
            () =>
            {
                try
                {
                    return InstructFolder.Load(folder);
                }
                catch (ModelFolderException e)
                {
                    throw new KeptModelException(e.Code, e.What, e.WhatToDo, e);
                }
            }
        );

    InstructPredictor Fit(LearningTask task, int seed, IProgress<LearningEvent>? progress, CancellationToken cancel)
    {
        progress?.Report(new PhaseEntered("load", settings.Model));
        var tokenizer = ModelByName.TokenizerOf(ModelByName.Folder(settings.Model));
        var rows = InstructRows.Of(task, task.Split.Train, tokenizer);
        (recipe, var pages) = Settled(rows);
        var (model, _) = ModelByName.Load(settings.Model, recipe.Precision, cancel: cancel);
        try
        {
            TorchRuntime.FitThreads(model.ParameterCount, pages);
            TorchRuntime.UseTf32(recipe.Tf32);
            var memberSeed = SeedStream.From(seed).Member(0).Seed;
            new StartWeights(settings.Model, [], null).Prepare(model, 0, recipe, tokenizer, memberSeed);
            model.Checkpointing = recipe.Recompute == Recomputation.Always;
            progress?.Report(new PhaseEntered("tokenise", $"{rows.Count} training texts"));
            var completions = InstructTexts.Completions(task, task.Split.Train);
            var predictor = new InstructPredictor(
                model,
                tokenizer,
                settings with
                {
                    Recipe = recipe,
                },
                new(task.Labels, rows.Max(r => r.Labels.Count(l => l != TrainingRow.Unlabelled)), InstructTexts.Ending(completions)),
                null
            );
            var source = new ShuffledRows(rows, recipe.BatchSize, memberSeed);
            var plan = TrainingPlan.Of(recipe, source.StepsPerEpoch * recipe.EpochsFor(rows.Count), memberSeed);
            progress?.Report(new PhaseEntered("train"));
            var outcome = new Trainer(model, plan, time).Run(source, Hooks(task, tokenizer, predictor, progress, cancel), cancel);
            var trained = model.Trainable.Sum(w => w.Value.numel());
            return predictor.With(ChosenValues.Of(predictor.Fitted, [outcome], model.ParameterCount, trained, temperature: null));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    TrainingHooks Hooks(
        LearningTask task,
        Tokenizer tokenizer,
        InstructPredictor predictor,
        IProgress<LearningEvent>? progress,
        CancellationToken cancel
    )
    {
        var validation = InstructRows.Of(task, [.. task.Split.Valid.Take(ValidationRows)], tokenizer);
        var keeps = settings.KeptEpochs > 0 && context.CheckpointFolder.Length > 0;
        return new()
        {
            Progress = progress,
            Validate =
                validation.Count == 0
                    ? null
                    : _ =>
                    {
                        var loss = Objective.Mean(predictor.Model, validation, ValidatedTogether, cancel);
                        return new(loss, -loss);
                    },
            EpochEnded = keeps
                ? moment => KeptEpochs.Keep(context.CheckpointFolder, moment.Step, settings.KeptEpochs, predictor.Save)
                : null,
            StopNow = () => context.StopTraining.IsCancellationRequested,
            Checkpoints = context.CheckpointFolder.Length == 0 ? null : new(Path.Combine(context.CheckpointFolder, "training-0")),
        };
    }

    (FineTune Recipe, HeapPages Pages) Settled(IReadOnlyList<TrainingRow> rows)
    {
        var device = DeviceMemory.Of(TorchRuntime.Pick());
        var fit = MemoryFit.Of(
            ModelFolder.ReadConfig(ModelByName.Folder(settings.Model)),
            settings.Recipe,
            rows.Max(r => r.Length),
            rows.Max(r => r.Labels.Count(l => l != TrainingRow.Unlabelled)),
            device.Bytes,
            device.OnCard,
            device.HasBFloat16
        ) with
        {
            Available = device.Available,
        };
        return fit.IsRefused
            ? throw new LearningFailedException("out-of-memory", $"This does not fit: {fit.Words}", fit.WhatToDo)
            : (fit.Recipe, fit.Pages);
    }
}
