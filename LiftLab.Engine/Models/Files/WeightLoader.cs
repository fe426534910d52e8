using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Quantised;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Files;

/// <summary>
/// Loads a model's weights from a folder's files, one tensor in memory at a time, and reports all tensors that do not match.
/// </summary>
sealed class WeightLoader(LanguageModel model, string folder, Codebook? book, IProgress<LoadProgress>? progress)
{
    readonly WeightNames names = Architecture.Find(model.Config.ModelType)!.Names;
    readonly List<string> superfluous = [],
        misshapen = [];
    readonly HashSet<Weight> quantised = book is null ? [] : [.. Quantisation.Targets(model)];
    long done,
        total;

    public void Load()
    {
        var wanted = model.Weights.ToDictionary(w => w.Name, StringComparer.Ordinal);
        var files = WeightFiles.Find(folder);
        total = files.Sum(f => new FileInfo(f).Length);
        foreach (var path in files)
        {
            if (path.EndsWith(".safetensors", StringComparison.Ordinal))
            {
                using var file = SafeTensors.Open(path);
                foreach (var entry in file.Entries)
                    Put(wanted, entry.Name, entry.Shape, entry.Bytes, () => file.Read(entry));
            }
            else
            {
                using var file = PickledTensors.Open(path);
                foreach (var entry in file.Entries)
                    Put(wanted, entry.Name, entry.Shape, entry.Bytes, () => file.Read(entry));
            }
        }
        Complain([.. wanted.Keys]);
    }

    void Put(Dictionary<string, Weight> wanted, string stored, long[] shape, long bytes, Func<Tensor> read)
    {
        done += bytes;
        progress?.Report(new(done, total));
        if (!Find(wanted, stored, out var weight))
        {
            if (!IsIgnored(stored))
                superfluous.Add(stored);
            return;
        }
        wanted.Remove(weight.Name);
        if (!weight.Value.shape.AsSpan().SequenceEqual(shape))
        {
            misshapen.Add($"{stored} is ({string.Join(", ", shape)}) and should be ({string.Join(", ", weight.Value.shape)})");
            return;
        }
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var value = read();
        if (quantised.Contains(weight))
            Quantisation.Put(model, weight, value.to(model.Device), book!);
        else
            weight.Replace(value.to(model.Dtype).to(model.Device).contiguous());
    }

    bool Find(Dictionary<string, Weight> wanted, string stored, out Weight weight)
    {
        if (wanted.TryGetValue(stored, out weight!))
            return true;
        if (names.OptionalPrefix is not { } prefix)
            return false;
        return wanted.TryGetValue(prefix + stored, out weight!)
            || (stored.StartsWith(prefix, StringComparison.Ordinal) && wanted.TryGetValue(stored[prefix.Length..], out weight!));
    }

    // some checkpoints store a tied head as well
    bool IsIgnored(string stored) =>
        names.Ignored.Any(end => stored.EndsWith(end, StringComparison.Ordinal))
        || (model.Config.TiedEmbeddings && stored == names.Head + ".weight");

    void Complain(string[] missing)
    {
        if (missing.Length == 0 && misshapen.Count == 0 && superfluous.Count == 0)
            return;
        static string Few(IReadOnlyCollection<string> all) =>
            string.Join(", ", all.Take(8)) + (all.Count > 8 ? $" and {all.Count - 8} more" : "");
        string[] complaints =
        [
            .. missing.Length > 0 ? [$"missing tensors: {Few(missing)}"] : Array.Empty<string>(),
            .. misshapen.Count > 0 ? [$"of wrong shape: {Few(misshapen)}"] : Array.Empty<string>(),
            .. superfluous.Count > 0 ? [$"not part of this architecture: {Few(superfluous)}"] : Array.Empty<string>(),
        ];
        throw new ModelFolderException(
            missing.Length > 0 ? "tensor-missing"
                : misshapen.Count > 0 ? "tensor-misshapen"
                : "tensor-superfluous",
            $"the weights in '{folder}' do not match its config.json: {string.Join("; ", complaints)}",
            "Get config.json and weights of the same model."
        );
    }
}
