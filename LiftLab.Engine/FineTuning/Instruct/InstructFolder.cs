using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Torch;

namespace LiftLab.Engine.FineTuning.Instruct;

/// <summary>
/// A model fine-tuned on texts, on disk: <c>instruct.json</c>, the folder <c>model-0</c> with its whole weights or its adapter alone, and
/// <c>SHA256SUMS</c>.
/// </summary>
static class InstructFolder
{
    const string FileName = "instruct.json",
        ModelName = "model-0";

    /// <summary>The column of prompts.</summary>
    public const string Prompt = "prompt";

    sealed record Kept(LiftSettings Settings, InstructPredictor.Facts Facts, JsonObject Chosen);

    public static bool IsThere(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <summary>The base model's name or folder, and the recipe.</summary>
    /// <exception cref="ModelFolderException">The file cannot be read.</exception>
    public static LiftSettings SettingsOf(string folder) => Read(folder).Settings;

    public static void Save(string folder, LanguageModel model, LiftSettings settings, InstructPredictor.Facts facts, JsonObject chosen)
    {
        Directory.CreateDirectory(folder);
        var into = Path.Combine(folder, ModelName);
        if (settings.Recipe.Method == FineTuneMethod.Lora)
            LoraAdapter.Save(model, into, settings.Model);
        else
            FittedFolder.SaveWhole(model, ModelByName.Folder(settings.Model), into);
        File.WriteAllText(Path.Combine(folder, FileName), JsonSerializer.Serialize(new Kept(settings, facts, chosen), LiftSettings.Json));
        KeptSums.Write(folder);
    }

    /// <summary>Loads on the calling thread, which must be a dedicated one.</summary>
    /// <exception cref="ModelFolderException">Files are missing or damaged.</exception>
    /// <exception cref="KeptModelException">A file has changed since it was written.</exception>
    public static InstructPredictor Load(string folder)
    {
        KeptSums.Check(folder);
        var kept = Read(folder);
        var (settings, from) = (kept.Settings, Path.Combine(folder, ModelName));
        var lora = settings.Recipe.Method == FineTuneMethod.Lora;
        var precision = settings.Recipe.Precision == Precision.Auto ? Precision.Float32 : settings.Recipe.Precision;
        var (model, tokenizer) = ModelByName.Load(lora ? settings.Model : from, precision);
        if (lora)
            LoraAdapter.Load(model, from);
        TorchRuntime.FitThreads(model.ParameterCount);
        return new(model, tokenizer, settings, kept.Facts, kept.Chosen);
    }

    static Kept Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            return JsonSerializer.Deserialize<Kept>(File.ReadAllText(path), LiftSettings.Json) ?? throw new JsonException("it is null");
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new ModelFolderException(
                "fitted-broken",
                $"{path} cannot be read: {e.Message}",
                "Copy the run folder again, or start the run again.",
                e
            );
        }
    }
}
