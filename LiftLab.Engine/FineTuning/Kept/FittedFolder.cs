using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning.Kept;

/// <summary>
/// A fitted predictor on disk: <c>lift.json</c> (settings, fitted prompts, what was chosen) and a folder a model, <c>model-0</c> and on,
/// with its
/// whole weights or, where adapters were trained, those alone. <c>lift.json</c> is written last: with it, everything is there.
/// </summary>
public static class FittedFolder
{
    const string Name = "fitted",
        File = "lift.json";

    sealed record Fitted(LiftSettings Settings, PromptState Prompts, int Models, double Temperature, JsonObject Chosen);

    /// <summary>LIFT's checkpoint folder in a run's folder, whether it is there or not.</summary>
    public static string Of(string run) => Path.Combine(run, "checkpoints", LiftSettings.LearnerName);

    /// <summary>Whether a learner's checkpoint folder holds a fitted predictor.</summary>
    public static bool IsThere(string checkpointFolder) => System.IO.File.Exists(Path.Combine(checkpointFolder, Name, File));

    internal static void Save(
        string checkpointFolder,
        LiftSettings settings,
        StartWeights start,
        TablePrompts prompts,
        IReadOnlyList<PromptedModel> models,
        double temperature,
        JsonObject chosen
    )
    {
        var folder = Path.Combine(checkpointFolder, Name);
        Directory.CreateDirectory(folder);
        for (var i = 0; i < models.Count; i++)
        {
            if (settings.Recipe.Method == FineTuneMethod.Lora)
                LoraAdapter.Save(
                    models[i].Model,
                    ModelPath(folder, i),
                    start.For(i).Whole is null ? settings.Model : FittedExport.BaseFolder
                );
            else
                SaveWhole(models[i].Model, ModelByName.Folder(start.Base(i)), ModelPath(folder, i));
        }
        var part = Path.Combine(folder, File + ".part");
        System.IO.File.WriteAllText(
            part,
            JsonSerializer.Serialize(new Fitted(settings, prompts.State, models.Count, temperature, chosen), Json)
        );
        System.IO.File.Move(part, Path.Combine(folder, File), overwrite: true);
    }

    /// <summary>The predictor of a learner's checkpoint folder, or of a copy of it. Blocks while weights load.</summary>
    /// <exception cref="ModelFolderException">Files are missing or broken.</exception>
    public static Task<LiftPredictor> LoadAsync(string checkpointFolder) => TorchThread.Run("lift-load", () => Load(checkpointFolder));

    /// <summary>The folder of each model, with what the run started from and its recipe: adapters stand on the start's base.</summary>
    /// <exception cref="ModelFolderException">Nothing fitted is there.</exception>
    internal static (IReadOnlyList<string> Folders, StartWeights Start, FineTune Recipe) Models(string checkpointFolder)
    {
        var (folder, fitted) = Read(checkpointFolder);
        return (
            [.. Enumerable.Range(0, fitted.Models).Select(i => ModelPath(folder, i))],
            StartWeights.Of(fitted.Settings, checkpointFolder),
            fitted.Settings.Recipe
        );
    }

    static (string Folder, Fitted Fitted) Read(string checkpointFolder)
    {
        var folder = Path.Combine(checkpointFolder, Name);
        var path = Path.Combine(folder, File);
        if (!System.IO.File.Exists(path))
            throw new ModelFolderException(
                "not-fitted",
                $"'{checkpointFolder}' holds no fitted model",
                "Let the run finish, or resume it."
            );
        try
        {
            return (folder, JsonSerializer.Deserialize<Fitted>(System.IO.File.ReadAllText(path), Json)!);
        }
        catch (JsonException e)
        {
            throw new ModelFolderException(
                "fitted-broken",
                $"{path} cannot be read: {e.Message}",
                "Copy the run folder again, or start the run anew.",
                e
            );
        }
    }

    /// <param name="asked">How many answers are drawn, and at which temperature, where they are drawn; null for as it was fitted. Of the
    /// rest the fitted recipe counts.</param>
    internal static LiftPredictor Load(string checkpointFolder, FineTune? asked = null)
    {
        var (folder, fitted) = Read(checkpointFolder);
        var recipe = fitted.Settings.Recipe;
        if (asked?.Decode == DecodingMode.Sample && recipe.Decode == DecodingMode.Sample)
            recipe = recipe with { Samples = asked.Samples, Temperature = asked.Temperature };
        var prompts = new TablePrompts(fitted.Prompts);
        var models = new List<PromptedModel>();
        var lora = recipe.Method == FineTuneMethod.Lora;
        var start = lora ? StartWeights.Of(fitted.Settings, checkpointFolder) : null;
        for (var i = 0; i < fitted.Models; i++)
        {
            var underneath = start?.Base(i);
            var model = underneath is not null
                ? ModelByName.Load(underneath, Settled(recipe.Precision)).Model
                : ModelFolder.Load(ModelPath(folder, i), TorchRuntime.Pick());
            if (lora)
                LoraAdapter.Load(model, ModelPath(folder, i));
            TorchRuntime.FitThreads(model.ParameterCount);
            models.Add(
                new(
                    model,
                    ModelByName.TokenizerOf(underneath is not null ? ModelByName.Folder(underneath) : ModelPath(folder, i)),
                    prompts,
                    recipe
                )
            );
        }
        return new(models, prompts, recipe, fitted.Temperature, fitted.Chosen);
    }

    // runs of before there was a choice have none: they were made in float32
    static Precision Settled(Precision precision) => precision == Precision.Auto ? Precision.Float32 : precision;

    /// <summary>A folder that stands for itself: weights, configuration, and the base model's tokenizer.</summary>
    internal static void SaveWhole(LanguageModel model, string baseFolder, string folder)
    {
        ModelFolder.Save(model, folder);
        foreach (
            var file in (string[])
                [
                    TokenizerFolder.JsonFile,
                    TokenizerFolder.VocabularyFile,
                    TokenizerFolder.MergesFile,
                    TokenizerFolder.ConfigFile,
                    TokenizerFolder.SpecialFile,
                    TokenizerFolder.AddedFile,
                ]
        )
            if (System.IO.File.Exists(Path.Combine(baseFolder, file)))
                System.IO.File.Copy(Path.Combine(baseFolder, file), Path.Combine(folder, file), overwrite: true);
    }

    static string ModelPath(string folder, int index) => Path.Combine(folder, "model-" + index.ToString(CultureInfo.InvariantCulture));

    static JsonSerializerOptions Json => LiftSettings.Json;
}
