using System.Text.Json.Nodes;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;

namespace LiftLab.Engine.Hub;

/// <summary>A model on this machine.</summary>
/// <param name="Name">Name of the bundled model, name on the hub, or name of the folder.</param>
/// <param name="IsBundled">Whether it comes with the program; such a model cannot be deleted.</param>
/// <param name="Bytes">Size on disk in bytes.</param>
/// <param name="Parameters">Total number of weights; null if config.json cannot be used.</param>
/// <param name="Dtypes">Stored dtypes, the most frequent first; empty if the weights cannot be read.</param>
/// <param name="Licence">Licence from the hub, or from the list of known models.</param>
/// <param name="Problem">Why the model cannot be used; null if it can. The tokenizer's vocabulary is not read for it.</param>
public sealed record LocalModel(
    string Name,
    string Folder,
    bool IsBundled,
    long Bytes,
    ModelConfig? Config,
    long? Parameters,
    string Dtypes,
    string? Licence,
    ModelProblem? Problem
)
{
    /// <summary>What is known about the model without preventing its use.</summary>
    public IReadOnlyList<ModelProblem> Notes { get; init; } = [];
}

/// <summary>The models on this machine: the bundled ones, those in the models folder, and single further folders.</summary>
/// <param name="models">The models folder, for downloads and imports; it need not exist yet.</param>
/// <param name="others">Further model folders.</param>
/// <param name="bundled">Folder of the bundled models; null for data/models in the program's folder.</param>
public sealed class ModelLibrary(string models, IReadOnlyList<string>? others = null, string? bundled = null)
{
    const int LongestName = 200;

    readonly string bundled = bundled ?? Path.Combine(AppContext.BaseDirectory, "data", "models");

    /// <summary>Default models folder of the command line and of the dashboard, relative to the working directory.</summary>
    public static string UsualFolder { get; } = Path.Combine("lab", "models");

    public string Models { get; } = Path.GetFullPath(models);

    /// <summary>
    /// All models, read from file headers without loading weights: bundled ones first, then by name. Every folder of the models folder is
    /// listed, also one that is not a model, with the reason why it cannot be used.
    /// </summary>
    public IReadOnlyList<LocalModel> List() =>
        [
            .. In(bundled).Where(IsModel).Select(f => Look(f, true)),
            .. In(Models).Concat(others ?? []).Select(f => Look(f, false)).OrderBy(m => m.Name, StringComparer.OrdinalIgnoreCase),
        ];

    /// <summary>Finds a model by its name, hub name, a known model's short name, or folder; null if it is not on this machine.</summary>
    public LocalModel? Find(string name)
    {
        var all = List();
        var known = BaseModels.Find(name);
        return all.FirstOrDefault(m => name.Equals(m.Name, StringComparison.OrdinalIgnoreCase))
            ?? all.FirstOrDefault(m =>
                known is not null && (m.Name == known.Name || m.Name.Equals(known.HubId, StringComparison.OrdinalIgnoreCase))
            )
            ?? (IsModel(name) ? Look(Path.GetFullPath(name), false) : null);
    }

    /// <summary>Deletes a model's folder from the models folder.</summary>
    /// <exception cref="InvalidOperationException">The model is bundled, or outside the models folder.</exception>
    public void Delete(LocalModel model)
    {
        if (model.IsBundled)
            throw new InvalidOperationException($"{model.Name} comes with the program and cannot be deleted");
        if (Path.GetDirectoryName(Path.GetFullPath(model.Folder)) != Models)
            throw new InvalidOperationException($"{model.Name} is in '{model.Folder}', outside the models folder: delete it there");
        var leaving = Path.Combine(Models, ".leaving-" + Path.GetFileName(model.Folder));
        Directory.Move(model.Folder, leaving); // rename first: the model disappears from the list at once even if deleting takes long
        Directory.Delete(leaving, recursive: true);
    }

    /// <summary>
    /// Copies a folder in Hugging Face layout into the models folder, after checking that it is complete. Links are not followed.
    /// </summary>
    /// <exception cref="ModelFolderException">The folder does not exist or has problems, a file of it is a link, or the name is
    /// taken.</exception>
    public async Task<LocalModel> ImportAsync(
        string folder,
        IProgress<DownloadProgress>? progress = null,
        CancellationToken cancel = default
    )
    {
        var from = new DirectoryInfo(Path.GetFullPath(folder));
        if (!from.Exists)
            throw new ModelFolderException(
                "folder-missing",
                $"there is no folder '{folder}' on the server",
                "Give the full path of a folder with config.json, weights and tokenizer."
            );
        ModelFiles.DemandRegular(from);
        if (ModelCheck.Of(from.FullName).Problems.FirstOrDefault(p => p.Blocks) is { } problem)
            throw new ModelFolderException(problem.Code, problem.What, problem.WhatToDo);
        var (target, part) = (Path.Combine(Models, from.Name), Path.Combine(Models, ".importing-" + from.Name));
        if (Directory.Exists(target))
            throw new ModelFolderException("name-taken", $"a model '{from.Name}' already exists", "Delete it first, or rename the folder.");
        Directory.CreateDirectory(part);
        try
        {
            var files = ModelFiles.Of(from);
            var account = new DownloadAccount(files.Sum(f => f.Length), progress);
            foreach (var file in files)
            {
                await using var write = File.Create(Path.Combine(part, file.Name));
                if (file.Length == 0)
                    continue; // not opened: it may be a named pipe
                await using var read = file.OpenRead();
                var buffer = new byte[1 << 20];
                for (int count; (count = await read.ReadAsync(buffer, cancel)) > 0; account.Add(file.Name, count))
                    await write.WriteAsync(buffer.AsMemory(0, count), cancel);
            }
            Directory.Move(part, target);
            return Look(target, false);
        }
        finally
        {
            if (Directory.Exists(part))
                Directory.Delete(part, recursive: true);
        }
    }

    static IEnumerable<string> In(string folder) =>
        !Directory.Exists(folder)
            ? []
            : Directory.EnumerateDirectories(folder).Where(f => !Path.GetFileName(f).StartsWith('.')).Order(StringComparer.Ordinal);

    static bool IsModel(string folder) => File.Exists(Path.Combine(folder, ModelFolder.ConfigFile));

    /// <summary>A folder that cannot be read is a model with a problem: nothing in it may hide the others.</summary>
    static LocalModel Look(string folder, bool isBundled)
    {
        var fallback = isBundled ? Path.GetFileName(folder) : ModelDownload.NameOf(Path.GetFileName(folder));
        try
        {
            var source = Source(folder);
            var name = TextIn(source, "model") is { Length: > 0 and <= LongestName } given ? given : fallback;
            var bytes = new DirectoryInfo(folder).EnumerateFiles().Sum(f => f.Length);
            // bundled models have the program's licence
            var licence = TextIn(source, "licence") ?? BaseModels.Find(name)?.Licence ?? (isBundled ? "MIT" : null);
            var check = ModelCheck.Briefly(folder);
            return new(
                name,
                folder,
                isBundled,
                bytes,
                check.Config,
                check.Parameters,
                check.Dtypes,
                licence,
                check.Problems.FirstOrDefault(p => p.Blocks)
            )
            {
                Notes = [.. check.Problems.Where(p => !p.Blocks)],
            };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var problem = new ModelProblem(
                "folder-unreadable",
                $"the folder cannot be read: {e.Message}",
                "Delete it, or get the model again."
            );
            return new(fallback, folder, isBundled, 0, null, null, "", null, problem);
        }
    }

    static string? TextIn(JsonObject? source, string name) =>
        source?[name] is JsonValue value && value.TryGetValue(out string? text) && !text.Any(char.IsControl) ? text : null;

    static JsonObject? Source(string folder)
    {
        var path = Path.Combine(folder, ModelDownload.SourceFile);
        try
        {
            return File.Exists(path) ? BoundedFile.ReadObject(path) : null;
        }
        catch (UnreadableFileException)
        {
            return null;
        }
    }
}
