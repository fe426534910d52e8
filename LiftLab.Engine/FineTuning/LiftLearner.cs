using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning;

/// <summary>
/// LIFT: rows become prompts, the base model is fine-tuned on them, the epoch that is best on the validation rows answers. With a
/// checkpoint folder it goes on where an earlier attempt was cut off, and a fitted model that lies there is taken as it is.
/// </summary>
public sealed class LiftLearner(LiftSettings settings, RunContext context, TimeProvider time) : ILearner
{
    /// <summary>Validation rows that are asked at each validation at most; the first ones.</summary>
    const int ValidationRows = 400;

    public string Name => LiftSettings.LearnerName;

    public Task<IPredictor> FitAsync(LearningTask task, int seed, IProgress<LearningEvent>? progress = null, CancellationToken cancel = default) =>
        TorchThread.Run<IPredictor>("lift", () => Fit(task, seed, progress, cancel));

    bool KeepsCheckpoints => context.CheckpointFolder.Length > 0;

    LiftPredictor Fit(LearningTask task, int seed, IProgress<LearningEvent>? progress, CancellationToken cancel)
    {
        if (KeepsCheckpoints && FittedFolder.IsThere(context.CheckpointFolder)) return FittedFolder.Load(context.CheckpointFolder);
        var recipe = settings.Recipe;
        var prompts = TablePrompts.Fit(settings.Template, task.Table, task.Schema, task.Split.Train, task.Labels);
        var models = new List<PromptedModel>();
        try
        {
            TrainingOutcome? outcome = null;
            for (var member = 0; member < recipe.Members; member++)
            {
                progress?.Report(new PhaseEntered("load", settings.Model));
                var (model, tokenizer) = ModelByName.Load(settings.Model);
                TorchRuntime.FitThreads(model.ParameterCount);
                models.Add(new(model, tokenizer, prompts, recipe));
                outcome = new LiftTraining(settings, context, task, prompts, tokenizer, models[member], time)
                    .Run(seed, member, [.. task.Split.Valid.Take(ValidationRows)], progress, cancel);
                if (outcome.StoppedEarly && context.StopTraining.IsCancellationRequested) break;
            }
            var temperature = Temperature(task, prompts, models, cancel);
            var chosen = Describe(outcome!, prompts, models[0].Model, temperature);
            if (KeepsCheckpoints)
            {
                progress?.Report(new PhaseEntered("save"));
                FittedFolder.Save(context.CheckpointFolder, settings, prompts, models, temperature, chosen);
            }
            return new(models, prompts, recipe, temperature, chosen);
        }
        catch
        {
            foreach (var model in models) model.Dispose();
            throw;
        }
    }

    double Temperature(LearningTask task, TablePrompts prompts, List<PromptedModel> models, CancellationToken cancel)
    {
        if (task.Kind != TaskKind.Classification || !models[0].HasDistribution) return 1;
        int[] rows = [.. task.Split.Valid.Take(ValidationRows)];
        if (rows.Length == 0) return 1;
        var answers = LiftPredictor.Ask(models, prompts, settings.Recipe, 1, task.Table, rows, cancel);
        return AnswerSheet.FitTemperature([.. answers.Cast<Prediction.Answered>().Select(a => (double[])a.Probabilities!)], [.. rows.Select(r => (int)task.Targets[r])]);
    }

    JsonObject Describe(TrainingOutcome outcome, TablePrompts prompts, LanguageModel model, double temperature)
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
}
