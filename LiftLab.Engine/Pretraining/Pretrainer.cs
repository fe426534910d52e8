using System.Globalization;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Architectures;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Tokens;
using TorchSharp;

namespace LiftLab.Engine.Pretraining;

/// <summary>
/// Makes a base model from a recipe with <see cref="Trainer"/>: a folder with config.json, weights in float16 and the recipe.
/// </summary>
public sealed class Pretrainer(PretrainRecipe recipe, TimeProvider time)
{
    public const string RecipeFile = FirstWeights.RecipeFile;
    const int MakeUpRows = 64;

    /// <param name="resume">True: continue from the newest checkpoint in the folder. False: an existing checkpoint is an error.</param>
    /// <exception cref="IOException">The folder contains checkpoints and <paramref name="resume"/> is false.</exception>
    public Task<TrainingOutcome?> RunAsync(string folder, bool resume, IProgress<LearningEvent>? progress, CancellationToken cancel) =>
        TorchThread.Run("pretrain", () => Run(folder, resume, progress, cancel));

    /// <summary>Creates a model of the recipe's size with its initial weights.</summary>
    public LanguageModel Start(Tokenizer tokenizer)
    {
        // a multiple of 64 is efficient in matrix products and leaves unused rows for later tokens
        var vocabulary = (tokenizer.VocabularySize + 63) / 64 * 64;
        var model = new LanguageModel(
            GptJ.Sized(vocabulary, recipe.Width, recipe.Layers, recipe.Heads, recipe.Rotary, recipe.Context, recipe.RotaryBase),
            TorchRuntime.Pick()
        );
        recipe.FirstWeights().Apply(model, tokenizer.FirstLevelId, tokenizer.Levels, tokenizer.LevelColumns);
        if (recipe.Kernel > 0)
        {
            using var kernel = new KernelStart(model, tokenizer, recipe.LevelColumns, recipe.Kernel, recipe.Seed);
            kernel.Apply();
        }
        return model;
    }

    TrainingOutcome? Run(string folder, bool resume, IProgress<LearningEvent>? progress, CancellationToken cancel)
    {
        var checkpoints = new CheckpointStore(Path.Combine(folder, "checkpoints"));
        if (!resume && checkpoints.NewestStep is { } step)
            throw new IOException(
                $"'{folder}' contains a checkpoint of step {step}: add --resume to continue from it, or choose another folder"
            );
        Directory.CreateDirectory(folder);
        var tokenizer = new ByteTokenizer(recipe.LevelColumns);
        using var model = Start(tokenizer);
        TorchRuntime.FitThreads(model.ParameterCount);
        TrainingOutcome? outcome = null;
        if (recipe.Steps > 0)
        {
            model.SetTrainable(true);
            var source = new SequencesOfTables(recipe, tokenizer);
            var unseen = new SequencesOfTables(recipe with { Seed = recipe.Seed + 7919 }, tokenizer);
            var validation = Enumerable.Range(0, MakeUpRows).Select(i => unseen.Sequence(recipe.Stages.Count - 1, i)).ToArray();
            var plan = new TrainingPlan
            {
                Steps = recipe.Steps,
                LearningRate = recipe.LearningRate,
                Schedule = new(Decay.Trapezoid, recipe.WarmupSteps),
                WeightDecay = recipe.WeightDecay,
                ClipNorm = recipe.GradientClip > 0 ? recipe.GradientClip : null,
                Seed = recipe.Seed,
                CheckpointSeconds = 120,
            };
            outcome = new Trainer(model, plan, time).Run(
                source,
                new()
                {
                    Progress = progress,
                    AfterStep = moment => Tell(moment.Step, source, progress),
                    Validate = _ => Objective.Mean(model, validation, 8, cancel) is var loss ? new(loss, -loss) : null!,
                    Checkpoints = checkpoints,
                },
                cancel
            );
        }
        SaveHalf(model, folder);
        File.WriteAllText(Path.Combine(folder, RecipeFile), recipe.ToJson() + "\n");
        return outcome;
    }

    static void Tell(int step, SequencesOfTables source, IProgress<LearningEvent>? progress)
    {
        const int Every = 100;
        if (step % Every == 0 && double.IsFinite(source.LossRatio))
            progress?.Report(
                new PhaseEntered(
                    "curriculum",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"stage {source.Stage + 1}, loss {source.LossRatio:f3} of the labels' entropy"
                    )
                )
            );
    }

    /// <summary>Saves the weights in float16, which is precise enough for a base model.</summary>
    void SaveHalf(LanguageModel model, string folder)
    {
        using var scope = torch.NewDisposeScope();
        using var half = new LanguageModel(model.Config, torch.CPU, torch.ScalarType.Float16);
        using (torch.no_grad())
            foreach (var (to, from) in half.Weights.Zip(model.Weights))
                to.Value.copy_(from.Value);
        ModelFolder.Save(half, folder);
        TokenizerFolder.WriteBytes(folder, recipe.LevelColumns);
    }
}
