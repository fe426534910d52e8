using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.Hub;

/// <summary>The files of a model folder that a copy needs: configuration, tokenizer, weights, model card and licence.</summary>
static class ModelFiles
{
    static readonly string[] Cards = ["README", "LICENSE", "LICENCE", "NOTICE"];

    static readonly string[] Names =
    [
        ModelFolder.ConfigFile,
        TokenizerFolder.JsonFile,
        TokenizerFolder.VocabularyFile,
        TokenizerFolder.MergesFile,
        TokenizerFolder.ConfigFile,
        TokenizerFolder.SpecialFile,
        TokenizerFolder.AddedFile,
        "generation_config.json",
        FirstWeights.RecipeFile,
        ModelDownload.SourceFile,
    ];

    /// <summary>The files to copy; of the weights only those that are loaded.</summary>
    public static IReadOnlyList<FileInfo> Of(DirectoryInfo folder)
    {
        var weights = StoredWeights.Read(folder.FullName).Files;
        return
        [
            .. Candidates(folder)
                .Where(f =>
                    !IsWeights(f.Name)
                    || weights.Contains(f.Name)
                    || (weights.Count > 1 && f.Name.EndsWith(".json", StringComparison.Ordinal))
                ),
        ];
    }

    /// <summary>Checks that no file of a model is a link, a named pipe or a device. Opens none.</summary>
    /// <exception cref="ModelFolderException">One is.</exception>
    public static void DemandRegular(DirectoryInfo folder)
    {
        foreach (var file in Candidates(folder))
            if (file.LinkTarget is { } target)
                throw new ModelFolderException(
                    "file-link",
                    $"{file.Name} in '{folder.FullName}' is a link to '{target}', and links are not followed",
                    "Copy the folder with the files themselves (cp -rL) and import the copy."
                );
            else if (file.Length == 0 && file.Name != TokenizerFolder.MergesFile)
                throw new ModelFolderException(
                    "file-empty",
                    $"{file.Name} in '{folder.FullName}' is empty, or is a named pipe or a device",
                    "Get the file again."
                );
    }

    static IEnumerable<FileInfo> Candidates(DirectoryInfo folder) =>
        folder.GetFiles().Where(f => Names.Contains(f.Name) || IsWeights(f.Name) || IsCard(f.Name));

    static bool IsWeights(string name) =>
        name.EndsWith(".safetensors", StringComparison.Ordinal)
        || name.EndsWith(".bin", StringComparison.Ordinal)
        || name.EndsWith(".index.json", StringComparison.Ordinal);

    static bool IsCard(string name) =>
        Cards.Any(c => name.Equals(c, StringComparison.OrdinalIgnoreCase) || name.StartsWith(c + ".", StringComparison.OrdinalIgnoreCase));
}
