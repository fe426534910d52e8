using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Quantised;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Files;

/// <summary>
/// Loads a model's weights from a folder's files, one tensor in memory at a time, and reports all tensors that do not match.
/// </summary>
sealed class WeightLoader(LanguageModel model, string folder, Codebook? book, IProgress<LoadProgress>? progress, CancellationToken cancel)
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
        if (QuantisedStore.Of(StoredWeights.Read(folder).Tensors, n => wanted.ContainsKey(NameIn(wanted, n))) is { } quantised)
            throw quantised;
        total = files.Sum(BoundedFile.Length);
        foreach (var path in files)
        {
            if (path.EndsWith(".safetensors", StringComparison.Ordinal))
            {
                using var file = SafeTensors.Open(path);
                foreach (var entry in file.Entries)
                    Put(wanted, entry.Name, entry.Shape, entry.Bytes, () => file.Read(entry, cancel));
            }
            else
            {
                using var file = PickledTensors.Open(path);
                foreach (var entry in file.Entries)
                    Put(wanted, entry.Name, entry.Shape, entry.Bytes, () => file.Read(entry, cancel));
            }
        }
        Complain([.. wanted.Keys]);
    }

    void Put(Dictionary<string, Weight> wanted, string stored, long[] shape, long bytes, Func<Tensor> read)
    {
        cancel.ThrowIfCancellationRequested();
        done += bytes;
        progress?.Report(new(done, total));
        var name = NameIn(wanted, stored);
        if (!wanted.TryGetValue(name, out var weight))
        {
            if (!StoredName.IsIgnored(name, names, model.Config.TiedEmbeddings))
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
            Quantisation.Put(model, weight, value.to(model.Device), book!, cancel);
        else
            weight.Replace(value.to(model.Dtype).to(model.Device).contiguous());
    }

    string NameIn(Dictionary<string, Weight> wanted, string stored) => StoredName.In(stored, names.OptionalPrefix, wanted.ContainsKey);

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
