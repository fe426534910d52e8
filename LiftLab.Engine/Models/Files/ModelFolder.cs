using System.Text.Json;
using LiftLab.Engine.Models.Quantised;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Files;

/// <summary>A model on disk in Hugging Face layout: <c>config.json</c> and its weights.</summary>
public static class ModelFolder
{
    public const string ConfigFile = "config.json",
        WeightsFile = "model.safetensors";

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <exception cref="ModelFolderException">There is no config.json, or it cannot be used.</exception>
    public static ModelConfig ReadConfig(string folder)
    {
        var path = Path.Combine(folder, ConfigFile);
        if (!File.Exists(path))
            throw AdapterAlone.Of(folder)
                ?? (
                    Directory.Exists(folder)
                        ? new ModelFolderException(
                            "config-missing",
                            $"'{folder}' has no {ConfigFile}",
                            "Choose a folder in Hugging Face layout: config.json, weights and tokenizer files."
                        )
                        : new ModelFolderException(
                            "folder-missing",
                            $"there is no folder '{folder}'",
                            "Give the full path of a model folder."
                        )
                );
        try
        {
            return ModelConfig.Parse(BoundedFile.ReadObject(path));
        }
        catch (UnreadableFileException e)
        {
            throw new ModelFolderException("config-impossible", $"{ConfigFile} cannot be read: {e.Message}", e.WhatToDo, e);
        }
    }

    /// <summary>Loads a model with its weights.</summary>
    /// <param name="device">Null for the CPU.</param>
    /// <param name="dtype">Weights are converted to this type while loading, one at a time.</param>
    /// <param name="cancel">Ends the loading within a second, also in the middle of a large tensor.</param>
    /// <param name="book">Quantises linear layers, head and embedding while loading; the model is then frozen. Null for no
    /// quantisation.</param>
    /// <exception cref="ModelFolderException">Files are missing or broken, or tensors are missing, superfluous or of the wrong shape; the
    /// message lists them.</exception>
    public static LanguageModel Load(
        string folder,
        Device? device = null,
        ScalarType dtype = ScalarType.Float32,
        IProgress<LoadProgress>? progress = null,
        Codebook? book = null,
        CancellationToken cancel = default
    )
    {
        var config = ReadConfig(folder);
        var model = new LanguageModel(config, device ?? CPU, dtype, weightless: true);
        try
        {
            new WeightLoader(model, folder, book, progress, cancel).Load();
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
        var weights = Path.Combine(folder, WeightsFile);
        using (var file = File.Create(weights + ".part"))
        {
            SafeTensors.Write(file, model.Weights.Select(w => (w.Name, w.Value)), new Dictionary<string, string> { ["format"] = "pt" });
            file.Flush(flushToDisk: true);
        }
        File.Move(weights + ".part", weights, overwrite: true);
        SaveConfig(model.Config, folder);
    }

    /// <summary>Writes config.json; an existing file is replaced only when the new one is complete.</summary>
    public static void SaveConfig(ModelConfig config, string folder)
    {
        var path = Path.Combine(folder, ConfigFile);
        File.WriteAllText(path + ".part", config.Json.ToJsonString(Indented) + "\n");
        File.Move(path + ".part", path, overwrite: true);
    }
}

/// <summary>Progress of loading, in bytes of the weight files.</summary>
public sealed record LoadProgress(long Done, long Total);
