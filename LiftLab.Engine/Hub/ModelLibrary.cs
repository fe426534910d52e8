using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;

namespace LiftLab.Engine.Hub;

/// <summary>A model on this machine.</summary>
/// <param name="Name">What a person types: the bundled name, the hub's name, or the folder's.</param>
/// <param name="IsBundled">Comes with the program; cannot be deleted.</param>
/// <param name="Bytes">On disk.</param>
/// <param name="Parameters">Null where config.json cannot be used.</param>
/// <param name="Dtypes">Number types stored, the most used first; empty where the weights cannot be read.</param>
/// <param name="Licence">As the hub had it, or the list of known models has it.</param>
/// <param name="Problem">Why it cannot be used.</param>
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
);

/// <summary>
/// The models on this machine: those that come with the program, those in a folder of models, and folders named one by one.
/// </summary>
/// <param name="models">Where downloads and imports lie; need not exist yet.</param>
/// <param name="others">Further model folders.</param>
/// <param name="bundled">By default data/models beside the program.</param>
public sealed class ModelLibrary(string models, IReadOnlyList<string>? others = null, string? bundled = null)
{
    readonly string bundled = bundled ?? Path.Combine(AppContext.BaseDirectory, "data", "models");

    /// <summary>Where the command line keeps models, below the working directory; the dashboard's own lab does so too.</summary>
    public static string UsualFolder { get; } = Path.Combine("lab", "models");

    public string Models { get; } = Path.GetFullPath(models);

    /// <summary>Read from headers; nothing is loaded. Bundled ones first, then by name.</summary>
    public IReadOnlyList<LocalModel> List() =>
        [
            .. In(bundled).Select(f => Look(f, true)),
            .. In(Models).Concat(others ?? []).Select(f => Look(f, false)).OrderBy(m => m.Name, StringComparer.OrdinalIgnoreCase),
        ];

    /// <summary>By its name here, its hub name, a known model's short name, or its folder; null where it is not here.</summary>
    public LocalModel? Find(string name)
    {
        var all = List();
        var known = BaseModels.Find(name);
        return all.FirstOrDefault(m => name.Equals(m.Name, StringComparison.OrdinalIgnoreCase))
            ?? all.FirstOrDefault(m =>
                known is not null && (m.Name == known.Name || m.Name.Equals(known.HubId, StringComparison.OrdinalIgnoreCase))
            )
            ?? (File.Exists(Path.Combine(name, ModelFolder.ConfigFile)) ? Look(Path.GetFullPath(name), false) : null);
    }

    /// <summary>Removes a model's folder from the folder of models.</summary>
    /// <exception cref="InvalidOperationException">It is bundled, or lies elsewhere.</exception>
    public void Delete(LocalModel model)
    {
        if (model.IsBundled)
            throw new InvalidOperationException($"{model.Name} comes with the program and stays");
        if (Path.GetDirectoryName(Path.GetFullPath(model.Folder)) != Models)
            throw new InvalidOperationException($"{model.Name} lies in '{model.Folder}', outside the folder of models: delete it there");
        var leaving = Path.Combine(Models, ".leaving-" + Path.GetFileName(model.Folder));
        Directory.Move(model.Folder, leaving); // gone from the list at once, also where deleting takes a while
        Directory.Delete(leaving, recursive: true);
    }

    /// <summary>Copies a folder in Hugging Face layout into the folder of models, after a look that nothing is missing from it.</summary>
    /// <exception cref="ModelFolderException">It is no sound model, or the name is taken.</exception>
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
                "Name the full path of a folder with config.json, weights and tokenizer."
            );
        if (ModelCheck.Of(from.FullName).Problems is [var problem, ..])
            throw new ModelFolderException(problem.Code, problem.What, problem.WhatToDo);
        var (target, part) = (Path.Combine(Models, from.Name), Path.Combine(Models, ".importing-" + from.Name));
        if (Directory.Exists(target))
            throw new ModelFolderException(
                "name-taken",
                $"there is a model '{from.Name}' already",
                "Delete it first, or rename the folder."
            );
        Directory.CreateDirectory(part);
        try
        {
            var files = from.GetFiles();
            var account = new DownloadAccount(files.Sum(f => f.Length), progress);
            foreach (var file in files)
            {
                await using var read = file.OpenRead();
                await using var write = File.Create(Path.Combine(part, file.Name));
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
            : Directory
                .EnumerateDirectories(folder)
                .Where(f => !Path.GetFileName(f).StartsWith('.') && File.Exists(Path.Combine(f, ModelFolder.ConfigFile)))
                .Order(StringComparer.Ordinal);

    static LocalModel Look(string folder, bool isBundled)
    {
        var source = Source(folder);
        var name =
            source?["model"]?.GetValue<string>() ?? (isBundled ? Path.GetFileName(folder) : ModelDownload.NameOf(Path.GetFileName(folder)));
        var bytes = new DirectoryInfo(folder).EnumerateFiles().Sum(f => f.Length);
        // what comes with the program has its licence
        var licence = source?["licence"]?.GetValue<string>() ?? BaseModels.Find(name)?.Licence ?? (isBundled ? "MIT" : null);
        try
        {
            var config = ModelFolder.ReadConfig(folder);
            var parameters = ExpectedTensor.Of(config).Sum(t => t.Count);
            try
            {
                return new(name, folder, isBundled, bytes, config, parameters, StoredWeights.Read(folder).Dtypes, licence, null);
            }
            catch (ModelFolderException e)
            {
                return new(name, folder, isBundled, bytes, config, parameters, "", licence, new(e.Code, e.What, e.WhatToDo));
            }
        }
        catch (ModelFolderException e)
        {
            return new(name, folder, isBundled, bytes, null, null, "", licence, new(e.Code, e.What, e.WhatToDo));
        }
    }

    static JsonObject? Source(string folder)
    {
        var path = Path.Combine(folder, ModelDownload.SourceFile);
        try
        {
            return File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path)) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
