using LiftLab.Engine.Models;
using LiftLab.Engine.Tokens;
using TorchSharp;

namespace LiftLab.Engine.FineTuning;

/// <summary>A base model by the name that settings give it: the built-in one, or a folder in Hugging Face layout.</summary>
public static class BaseModel
{
    /// <summary>Where the built-in base model lies, beside the program.</summary>
    public static string BuiltInFolder { get; } = Path.Combine(AppContext.BaseDirectory, "data", "models", LiftSettings.BuiltIn);

    /// <summary>The folder behind a name.</summary>
    /// <exception cref="ModelFolderException">There is no such folder.</exception>
    public static string Folder(string name)
    {
        var folder = name == LiftSettings.BuiltIn ? BuiltInFolder : name;
        return File.Exists(Path.Combine(folder, ModelFolder.ConfigFile)) ? folder
            : throw new ModelFolderException("model-missing", $"there is no base model '{name}'", $"Name {LiftSettings.BuiltIn}, or a folder with config.json, weights and tokenizer.");
    }

    /// <summary>Loads weights in single precision. Call on a thread that is one's own.</summary>
    public static (LanguageModel Model, Tokenizer Tokenizer) Load(string name, torch.Device? device = null)
    {
        var folder = Folder(name);
        return (ModelFolder.Load(folder, device ?? TorchRuntime.Pick()), TokenizerOf(folder));
    }

    /// <summary>The tokenizer of a model's folder: byte-level where no vocabulary lies there.</summary>
    /// <exception cref="ModelFolderException">The model has a vocabulary of its own that cannot be read.</exception>
    public static Tokenizer TokenizerOf(string folder) =>
        ForeignVocabularies.FirstOrDefault(f => File.Exists(Path.Combine(folder, f))) is { } foreign
            ? throw new ModelFolderException("tokenizer-unknown", $"'{folder}' has its own vocabulary ({foreign}), which cannot be read yet", "Take a model with the byte-level tokenizer.")
            : new ByteTokenizer();

    static readonly string[] ForeignVocabularies = ["vocab.json", "vocab.bpe", "tokenizer.json", "tokenizer.model"];
}
