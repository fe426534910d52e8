namespace LiftLab.Engine.Models.Files;

/// <summary>A tensor as described in the header of a weight file.</summary>
/// <param name="Dtype">"Float32", "BFloat16" ….</param>
public sealed record StoredTensor(string Name, string Dtype, IReadOnlyList<long> Shape, long Bytes)
{
    public long Count { get; } = Shape.Aggregate(1L, (product, n) => product * n);
}

/// <summary>The tensors in a folder's weight files, read from the headers without loading weights.</summary>
/// <param name="Files">Names of the weight files.</param>
public sealed record StoredWeights(IReadOnlyList<string> Files, IReadOnlyList<StoredTensor> Tensors)
{
    /// <summary>Stored dtypes, the most frequent first: "BFloat16", or "Float16, Float32".</summary>
    public string Dtypes => string.Join(", ", Tensors.GroupBy(t => t.Dtype).OrderByDescending(g => g.Sum(t => t.Count)).Select(g => g.Key));

    /// <exception cref="ModelFolderException">There are no weight files, or a file is missing or broken.</exception>
    public static StoredWeights Read(string folder)
    {
        var files = WeightFiles.Find(folder);
        return new(
            [.. files.Select(f => Path.GetFileName(f))],
            [.. files.SelectMany(f => f.EndsWith(".safetensors", StringComparison.Ordinal) ? Safe(f) : Pickled(f))]
        );
    }

    static List<StoredTensor> Safe(string path)
    {
        using var file = SafeTensors.Open(path);
        return [.. file.Entries.Select(e => new StoredTensor(e.Name, e.Dtype.ToString(), e.Shape, e.Bytes))];
    }

    static List<StoredTensor> Pickled(string path)
    {
        using var file = PickledTensors.Open(path);
        return [.. file.Entries.Select(e => new StoredTensor(e.Name, e.Dtype.ToString(), e.Shape, e.Bytes))];
    }
}
