using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning.Kept;

/// <summary>
/// Fitted LIFT on disk: <c>lift.json</c> (settings, fitted prompts, chosen values), a folder for each model (<c>model-0</c> and so on) with
/// its whole weights or, if adapters were trained, the adapters alone, and <c>SHA256SUMS</c>. Base models are referred to by name or path.
/// Runs made before version 2 have such a folder, without checksums, as <c>checkpoints/lift/fitted</c>.
/// </summary>
public static class FittedFolder
{
    const string File = "lift.json";

    /// <param name="Base">The base model's name or folder; null in version 1, which takes it from the settings.</param>
    /// <param name="Wholes">For each model, the path relative to this folder of the whole model that its adapter adapts; null for the base
    /// model.</param>
    sealed record Fitted(
        LiftSettings Settings,
        PromptState Prompts,
        int Models,
        double Temperature,
        JsonObject Chosen,
        string? Base = null,
        IReadOnlyList<string?>? Wholes = null
    )
    {
        public int Version { get; init; } = 1;
    }

    /// <summary>The folder of fitted LIFT in a run's folder, whether it exists or not.</summary>
    public static string Of(string run)
    {
        var (now, before) = (
            Path.Combine(run, "fitted", LiftSettings.LearnerName),
            Path.Combine(run, "checkpoints", LiftSettings.LearnerName, "fitted")
        );
        return IsThere(now) || !IsThere(before) ? now : before;
    }

    /// <summary>Whether a folder contains fitted LIFT.</summary>
    public static bool IsThere(string folder) => System.IO.File.Exists(Path.Combine(folder, File));

    internal static void Save(
        string folder,
        LiftSettings settings,
        FittedBase under,
        TablePrompts prompts,
        IReadOnlyList<PromptedModel> models,
        double temperature,
        JsonObject chosen
    )
    {
        Directory.CreateDirectory(folder);
        var lora = settings.Recipe.Method == FineTuneMethod.Lora;
        for (var i = 0; i < models.Count; i++)
        {
            if (lora)
                LoraAdapter.Save(models[i].Model, ModelPath(folder, i), under.Wholes[i] is null ? settings.Model : FittedExport.BaseFolder);
            else
                SaveWhole(models[i].Model, ModelByName.Folder(under.Of(i)), ModelPath(folder, i));
        }
        string?[]? wholes =
            lora && under.Wholes.Any(w => w is not null)
                ? [.. under.Wholes.Select(w => w is null ? null : Path.GetRelativePath(folder, w))]
                : null;
        var fitted = new Fitted(settings, prompts.State, models.Count, temperature, chosen, under.Model, wholes) { Version = 2 };
        System.IO.File.WriteAllText(Path.Combine(folder, File), JsonSerializer.Serialize(fitted, Json));
        KeptSums.Write(folder);
    }

    /// <summary>Loads the predictor of a folder, or of a copy of it. Blocks while weights load.</summary>
    /// <exception cref="ModelFolderException">Files are missing or damaged.</exception>
    /// <exception cref="KeptModelException">A file has changed since it was written.</exception>
    public static Task<LiftPredictor> LoadAsync(string folder) => TorchThread.Run("lift-load", () => Load(folder));

    /// <summary>The folder of each model, with their base models and the recipe.</summary>
    /// <exception cref="ModelFolderException">There is no fitted model.</exception>
    internal static (IReadOnlyList<string> Folders, FittedBase Base, FineTune Recipe) Models(string folder)
    {
        var fitted = Read(folder);
        return ([.. Enumerable.Range(0, fitted.Models).Select(i => ModelPath(folder, i))], BaseOf(folder, fitted), fitted.Settings.Recipe);
    }

    /// <summary>The prompts that the models were trained on.</summary>
    /// <exception cref="ModelFolderException">There is no fitted model.</exception>
    internal static TablePrompts Prompts(string folder) => new(Read(folder).Prompts);

    static FittedBase BaseOf(string folder, Fitted fitted) =>
        fitted.Version == 1
            ? FittedBase.Of(StartWeights.Of(fitted.Settings, Path.GetDirectoryName(Path.GetFullPath(folder))!), fitted.Models)
            : new(
                fitted.Base!,
                [
                    .. Enumerable
                        .Range(0, fitted.Models)
                        .Select(i => fitted.Wholes?[i] is { } whole ? Path.GetFullPath(Path.Combine(folder, whole)) : null),
                ]
            );

    static Fitted Read(string folder)
    {
        var path = Path.Combine(folder, File);
        if (!System.IO.File.Exists(path))
            throw new ModelFolderException("not-fitted", $"'{folder}' contains no fitted model", "Let the run finish, or resume it.");
        try
        {
            return JsonSerializer.Deserialize<Fitted>(System.IO.File.ReadAllText(path), Json) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw new ModelFolderException(
                "fitted-broken",
                $"{path} cannot be read: {e.Message}",
                "Copy the run folder again, or start the run again.",
                e
            );
        }
    }

    /// <param name="asked">Replaces the number of samples and the temperature of sampled answers; null for the fitted values. All other
    /// values are those of the fitted recipe.</param>
    internal static LiftPredictor Load(string folder, FineTune? asked = null, CancellationToken cancel = default)
    {
        if (KeptSums.IsThere(folder))
            KeptSums.Check(folder);
        var fitted = Read(folder);
        if (fitted.Version > 1 && !KeptSums.IsThere(folder))
            throw KeptModelException.Missing(Path.Combine(folder, KeptSums.Name));
        var recipe = fitted.Settings.Recipe;
        if (asked?.Decode == DecodingMode.Sample && recipe.Decode == DecodingMode.Sample)
            recipe = recipe with { Samples = asked.Samples, Temperature = asked.Temperature };
        var prompts = new TablePrompts(fitted.Prompts);
        var models = new List<PromptedModel>();
        var lora = recipe.Method == FineTuneMethod.Lora;
        var under = lora
            ? BaseOf(folder, fitted)
            : new FittedBase(fitted.Settings.Model, [.. Enumerable.Range(0, fitted.Models).Select(i => ModelPath(folder, i))]);
        try
        {
            for (var i = 0; i < fitted.Models; i++)
            {
                var (model, tokenizer) = ModelByName.Load(under.Of(i), Settled(recipe.Precision), cancel: cancel);
                models.Add(new(model, tokenizer, prompts, recipe));
                if (lora)
                {
                    ModelStack.Admit(model, models[i].Answers.Vocabulary(tokenizer));
                    LoraAdapter.Load(model, ModelPath(folder, i));
                }
                TorchRuntime.FitThreads(model.ParameterCount);
                TorchRuntime.UseTf32(recipe.Tf32);
            }
        }
        catch
        {
            foreach (var model in models)
                model.Dispose();
            throw;
        }
        return new(models, prompts, fitted.Settings with { Recipe = recipe }, under, fitted.Temperature, fitted.Chosen);
    }

    // runs from before the setting precision have none: they were made in float32
    static Precision Settled(Precision precision) => precision == Precision.Auto ? Precision.Float32 : precision;

    /// <summary>A self-contained folder: weights, configuration, and the base model's tokenizer.</summary>
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
