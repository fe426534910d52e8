namespace LiftLab.Engine.Models.Files;

/// <summary>
/// Finds the weight files of a folder: a single file, or the shards listed in an index. Safetensors take precedence over pickles.
/// </summary>
static class WeightFiles
{
    const string Pickle = "pytorch_model.bin";

    /// <exception cref="ModelFolderException">There are no weight files, or an index is broken or names a missing file.</exception>
    public static IReadOnlyList<string> Find(string folder)
    {
        foreach (var single in (string[])[ModelFolder.WeightsFile, Pickle])
        {
            var (path, index) = (Path.Combine(folder, single), Path.Combine(folder, single + ".index.json"));
            if (File.Exists(path))
                return [path];
            if (File.Exists(index))
                return Shards(folder, index);
        }
        throw AdapterAlone.Of(folder)
            ?? new ModelFolderException(
                "weights-missing",
                $"'{folder}' has no {ModelFolder.WeightsFile}, no {Pickle} and no index of shards",
                "Get the model's weights and put them into the folder with config.json."
            );
    }

    static string[] Shards(string folder, string index)
    {
        SortedSet<string> files;
        try
        {
            files = new(
                BoundedFile.ReadObject(index)["weight_map"]!.AsObject().Select(p => p.Value!.GetValue<string>()),
                StringComparer.Ordinal
            );
        }
        catch (Exception e) when (e is UnreadableFileException or NullReferenceException or InvalidOperationException)
        {
            throw new ModelFolderException(
                "index-broken",
                $"{Path.GetFileName(index)} cannot be read: {BoundedFile.Reason(e)}",
                "Get the file again.",
                e
            );
        }
        // the index is untrusted: it may name only files of this folder
        if (files.Count == 0)
            throw new ModelFolderException("index-broken", $"{Path.GetFileName(index)} names no file", "Get the file again.");
        if (files.FirstOrDefault(f => f != Path.GetFileName(f) || f.Length == 0 || !IsWeights(f)) is { } outside)
            throw new ModelFolderException(
                "index-broken",
                $"{Path.GetFileName(index)} names '{outside}', which is not the name of a weight file",
                "Get the file again."
            );
        string[] missing = [.. files.Where(f => !File.Exists(Path.Combine(folder, f)))];
        if (missing.Length > 0)
            throw new ModelFolderException(
                "shard-missing",
                $"'{folder}' lacks {missing.Length} of {files.Count} shards: {string.Join(", ", missing.Take(5))}",
                "Get the missing files."
            );
        return [.. files.Select(f => Path.Combine(folder, f))];
    }

    static bool IsWeights(string name) =>
        name.EndsWith(".safetensors", StringComparison.Ordinal) || name.EndsWith(".bin", StringComparison.Ordinal);
}
