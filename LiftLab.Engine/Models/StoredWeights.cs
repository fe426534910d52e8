using System.Text.Json;
using System.Text.Json.Nodes;

namespace LiftLab.Engine.Models;

/// <summary>A tensor as a weight file's header describes it.</summary>
/// <param name="Dtype">"Float32", "BFloat16" ….</param>
public sealed record StoredTensor(string Name, string Dtype, IReadOnlyList<long> Shape, long Bytes)
{
    public long Count { get; } = Shape.Aggregate(1L, (product, n) => product * n);
}

/// <summary>What lies in a folder's weight files, read from their headers: no weight is loaded.</summary>
/// <param name="Files">Names of the weight files.</param>
/// <param name="Tensors">Empty where the form of the files does not tell without loading (pytorch_model.bin).</param>
public sealed record StoredWeights(IReadOnlyList<string> Files, IReadOnlyList<StoredTensor> Tensors)
{
    public const string SafeTensorsIndex = "model.safetensors.index.json", Pickle = "pytorch_model.bin", PickleIndex = "pytorch_model.bin.index.json";

    /// <summary>Number types with their share of the weights, the most used first: "BFloat16", or "Float16, Float32".</summary>
    public string Dtypes => string.Join(", ", Tensors.GroupBy(t => t.Dtype).OrderByDescending(g => g.Sum(t => t.Count)).Select(g => g.Key));

    /// <exception cref="ModelFolderException">There are none, or a file is missing or broken.</exception>
    public static StoredWeights Read(string folder)
    {
        if (Has(folder, ModelFolder.WeightsFile)) return new([ModelFolder.WeightsFile], Header(folder, ModelFolder.WeightsFile));
        if (Has(folder, SafeTensorsIndex))
        {
            var shards = Shards(folder, SafeTensorsIndex);
            return new(shards, [.. shards.SelectMany(s => Header(folder, s))]);
        }
        if (Has(folder, Pickle)) return new([Pickle], []);
        if (Has(folder, PickleIndex)) return new(Shards(folder, PickleIndex), []);
        throw new ModelFolderException("weights-missing", $"'{folder}' has no weights", $"The folder must hold {ModelFolder.WeightsFile}, or shards with {SafeTensorsIndex}, or {Pickle}.");
    }

    static bool Has(string folder, string file) => File.Exists(Path.Combine(folder, file));

    static List<StoredTensor> Header(string folder, string file)
    {
        using var open = SafeTensors.Open(Path.Combine(folder, file));
        return [.. open.Entries.Select(e => new StoredTensor(e.Name, e.Dtype.ToString(), e.Shape, e.Bytes))];
    }

    static string[] Shards(string folder, string index)
    {
        string[] files;
        try
        {
            files = [.. JsonNode.Parse(File.ReadAllText(Path.Combine(folder, index)))!["weight_map"]!.AsObject().Select(p => p.Value!.GetValue<string>()).Distinct().Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is JsonException or NullReferenceException or InvalidOperationException)
        {
            throw new ModelFolderException("weights-broken", $"{index} cannot be read: {e.Message}", "Get the file again.", e);
        }
        if (files.FirstOrDefault(f => f != Path.GetFileName(f)) is { } outside)
            throw new ModelFolderException("weights-broken", $"{index} names '{outside}', which is not in the folder", "Get the file again.");
        if (files.Where(f => !Has(folder, f)).ToArray() is { Length: > 0 } missing)
            throw new ModelFolderException("weights-missing", $"'{folder}' lacks {string.Join(", ", missing)}, which {index} names", "Get the missing files.");
        return files;
    }
}
