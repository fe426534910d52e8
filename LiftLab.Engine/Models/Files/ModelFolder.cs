using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.Models.Quantised;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Files;

/// <summary>A model on disk in Hugging Face layout: <c>config.json</c> and its weights.</summary>
public static class ModelFolder
{
    public const string ConfigFile = "config.json",
        WeightsFile = "model.safetensors";

    /// <exception cref="ModelFolderException">There is no config.json, or it cannot be used.</exception>
    public static ModelConfig ReadConfig(string folder)
    {
        var path = Path.Combine(folder, ConfigFile);
        if (!File.Exists(path))
            throw new ModelFolderException(
                "config-missing",
                $"'{folder}' has no {ConfigFile}",
                "Choose a folder in Hugging Face layout: config.json, weights and tokenizer files."
            );
        try
        {
            return ModelConfig.Parse(
                JsonNode.Parse(File.ReadAllText(path)) as JsonObject
                    ?? throw new ModelFolderException("config-impossible", $"{path} is not a JSON object", "Get the file again.")
            );
        }
        catch (JsonException e)
        {
            throw new ModelFolderException("config-impossible", $"{path} is not JSON: {e.Message}", "Get the file again.", e);
        }
    }

    /// <summary>Loads a model with its weights.</summary>
    /// <param name="device">Null for the CPU.</param>
    /// <param name="dtype">Weights are converted to this type while loading, one at a time.</param>
    /// <param name="book">Quantises linear layers, head and embedding while loading; the model is then frozen. Null for no
    /// quantisation.</param>
    /// <exception cref="ModelFolderException">Files are missing or broken, or tensors are missing, superfluous or of the wrong shape; the
    /// message lists them.</exception>
    public static LanguageModel Load(
        string folder,
        Device? device = null,
        ScalarType dtype = ScalarType.Float32,
        IProgress<LoadProgress>? progress = null,
        Codebook? book = null
    )
    {
        var config = ReadConfig(folder);
        var model = new LanguageModel(config, device ?? CPU, dtype, weightless: true);
        try
        {
            new WeightLoader(model, folder, book, progress).Load();
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Writes config.json and model.safetensors; existing files are replaced only when both new ones are complete.</summary>
    public static void Save(LanguageModel model, string folder)
    {
        Directory.CreateDirectory(folder);
        var (weights, config) = (Path.Combine(folder, WeightsFile), Path.Combine(folder, ConfigFile));
        using (var file = File.Create(weights + ".part"))
        {
            SafeTensors.Write(file, model.Weights.Select(w => (w.Name, w.Value)), new Dictionary<string, string> { ["format"] = "pt" });
            file.Flush(flushToDisk: true);
        }
        File.WriteAllText(config + ".part", model.Config.Json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
        File.Move(weights + ".part", weights, overwrite: true);
        File.Move(config + ".part", config, overwrite: true);
    }
}

/// <summary>Progress of loading, in bytes of the weight files.</summary>
public sealed record LoadProgress(long Done, long Total);
