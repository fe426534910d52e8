using LiftLab.Engine.Models.Files;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Kept;

/// <summary>
/// The tensors of an adapter in PEFT layout under the names that LiftLab writes: the module's name with ".lora_A.weight",
/// ".lora_B.weight", ".lora_embedding_A", ".lora_embedding_B" or ".lora_magnitude_vector". Read from adapter_model.safetensors or
/// adapter_model.bin, with or without the prefix of the library, and with or without the adapter's own name.
/// </summary>
sealed class PeftTensors : IDisposable
{
    public const string File = "adapter_model.safetensors",
        PickledFile = "adapter_model.bin",
        Prefix = "base_model.model.";

    readonly IDisposable opened;
    readonly Dictionary<string, (string Stored, long[] Shape, Func<Tensor> Read)> entries = new(StringComparer.Ordinal);

    /// <param name="module">The model's name of a module that the file names otherwise; the same name if there is no such module.</param>
    /// <exception cref="ModelFolderException">There is no such file, or it is broken.</exception>
    public PeftTensors(string folder, Func<string, string> module)
    {
        var (path, pickled) = (Path.Combine(folder, File), Path.Combine(folder, PickledFile));
        if (System.IO.File.Exists(path))
        {
            var file = SafeTensors.Open(path);
            opened = file;
            foreach (var entry in file.Entries)
                Add(entry.Name, entry.Shape, () => file.Read(entry));
        }
        else
        {
            var file = PickledTensors.Open(pickled);
            opened = file;
            foreach (var entry in file.Entries)
                Add(entry.Name, entry.Shape, () => file.Read(entry));
        }

        void Add(string stored, long[] shape, Func<Tensor> read)
        {
            var name = Named(stored, module);
            if (entries.TryAdd(name, (stored, shape, read)))
                return;
            opened.Dispose();
            throw new ModelFolderException(
                "adapter-broken",
                $"the adapter in '{folder}' has '{entries[name].Stored}' and '{stored}', which are the same part of one layer",
                "Save each adapter in a folder of its own."
            );
        }
    }

    public static bool IsThere(string folder) =>
        System.IO.File.Exists(Path.Combine(folder, File)) || System.IO.File.Exists(Path.Combine(folder, PickledFile));

    public int Count => entries.Count;

    /// <summary>Stored names of the tensors that were not taken.</summary>
    public IEnumerable<string> Left => entries.Values.Select(e => e.Stored);

    public bool Has(string name) => entries.ContainsKey(name);

    public long[]? ShapeOf(string name) => entries.TryGetValue(name, out var entry) ? entry.Shape : null;

    /// <summary>Reads a tensor, which is not left any more; null if there is none of that name.</summary>
    public (Tensor Value, string Stored)? Take(string name) => entries.Remove(name, out var entry) ? (entry.Read(), entry.Stored) : null;

    static string Named(string stored, Func<string, string> module)
    {
        var name = stored.StartsWith(Prefix, StringComparison.Ordinal) ? stored[Prefix.Length..] : stored;
        var parts = name.Split('.');
        var at = Array.FindIndex(parts, p => p.StartsWith("lora_", StringComparison.Ordinal));
        if (at < 1)
            return name;
        var (part, behind) = (parts[at], parts[(at + 1)..]); // behind: the adapter's name, "weight", both or nothing
        var matrix = part is "lora_A" or "lora_B";
        var known = matrix
            ? behind is [.., "weight"] && behind.Length <= 2
            : part is "lora_embedding_A" or "lora_embedding_B" or "lora_magnitude_vector" && behind.Length <= 2;
        return known ? $"{module(string.Join('.', parts[..at]))}.{part}{(matrix ? ".weight" : "")}" : name;
    }

    public void Dispose() => opened.Dispose();
}
