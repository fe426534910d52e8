using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Hub;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Memory;
using LiftLab.Engine.Models.Quantised;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Tokens;
using TorchSharp;

namespace LiftLab.Engine.FineTuning.Kept;

/// <summary>
/// Finds a base model by its name in settings: the built-in one, a folder in Hugging Face layout, or a model in the default folder of
/// models.
/// </summary>
public static class ModelByName
{
    /// <summary>The folder of the built-in base model, in the program's folder.</summary>
    public static string BuiltInFolder { get; } = Path.Combine(AppContext.BaseDirectory, "data", "models", LiftSettings.BuiltIn);

    /// <summary>The folder of a name.</summary>
    /// <exception cref="ModelFolderException">There is no such folder.</exception>
    public static string Folder(string name)
    {
        var folder = name == LiftSettings.BuiltIn ? BuiltInFolder : name;
        if (File.Exists(Path.Combine(folder, ModelFolder.ConfigFile)))
            return folder;
        return new ModelLibrary(ModelLibrary.UsualFolder).Find(name)?.Folder
            ?? (Directory.Exists(folder) ? folder : null) // its reader says what it lacks
            ?? throw new ModelFolderException(
                "model-missing",
                $"there is no base model '{name}'",
                $"Name {LiftSettings.BuiltIn}, a folder with config.json, weights and tokenizer, or a model that was downloaded to {ModelLibrary.UsualFolder} (models download NAME)."
            );
    }

    /// <summary>Loads weights directly to the device and in the precision. Call it on a dedicated thread.</summary>
    /// <param name="precision">Must not be auto.</param>
    /// <param name="cancel">Ends the loading within a second.</param>
    public static (LanguageModel Model, Tokenizer Tokenizer) Load(
        string name,
        Precision precision = Precision.Float32,
        torch.Device? device = null,
        IProgress<LoadProgress>? progress = null,
        CancellationToken cancel = default
    )
    {
        var (folder, place) = (Folder(name), device ?? TorchRuntime.Pick());
        var half = MemoryFit.Arithmetic(precision, place.type == DeviceType.CUDA) == WeightPrecision.BFloat16;
        return (
            ModelFolder.Load(
                folder,
                place,
                half ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32,
                progress,
                Quantisation.Book(MemoryFit.Stored(precision)),
                cancel
            ),
            TokenizerOf(folder)
        );
    }

    /// <summary>The tokenizer of a model's folder: byte-level if the folder has no vocabulary.</summary>
    /// <exception cref="TokenizerFileException">The folder's vocabulary cannot be read.</exception>
    public static Tokenizer TokenizerOf(string folder) => TokenizerFolder.Load(folder);
}
