using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Training;

/// <summary>
/// Checkpoints in a folder, one safetensors file each ("step-000120.safetensors"): trainable weights, optimiser state, best weights so far,
/// and as metadata the step, the best validation and the state of the source. Dropout and row order follow from seed and step. A file gets
/// its final name only when it is complete and flushed to disk; the two newest are kept.
/// </summary>
/// <param name="open">Opens the file to write, for tests; null for the file system.</param>
public sealed class CheckpointStore(string folder, Func<string, Stream>? open = null)
{
    const string Prefix = "step-",
        Extension = ".safetensors",
        Weights = "weight.",
        Optimizer = "adam.",
        Best = "best.";
    const int Kept = 2,
        DiskFull = 28,
        QuotaFull = 122; // errno of ENOSPC and EDQUOT on Linux
    const int WindowsDiskFull = unchecked((int)0x80070070);

    static readonly JsonSerializerOptions Json = new()
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Paths of the checkpoints, newest first.</summary>
    public IReadOnlyList<string> Files =>
        Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, Prefix + "*" + Extension).OrderDescending(StringComparer.Ordinal)]
            : [];

    /// <summary>The step of the newest checkpoint; null if there is none.</summary>
    public int? NewestStep =>
        Files.Count == 0 ? null : int.Parse(Path.GetFileName(Files[0])[Prefix.Length..^Extension.Length], CultureInfo.InvariantCulture);

    internal void Save(LanguageModel model, Optimizer optimizer, BestWeights best, BatchSource source, TrainingState state)
    {
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{state.Step:000000}{Extension}"));
        var part = path + ".part";
        var metadata = new Dictionary<string, string>
        {
            ["state"] = JsonSerializer.Serialize(state, Json),
            ["source"] = source.Save()?.ToJsonString() ?? "",
        };
        var tensors = model
            .Trainable.Select(w => (Weights + w.Name, w.Value))
            .Concat(optimizer.State.Select(s => (Optimizer + s.Name, s.Value)))
            .Concat(best.Kept.Select(k => (Best + k.Name, k.Value)));
        try
        {
            Directory.CreateDirectory(folder);
            using (var file = open?.Invoke(part) ?? new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                SafeTensors.Write(file, tensors, metadata);
                if (file is FileStream real)
                    real.Flush(flushToDisk: true);
            }
            File.Move(part, path, overwrite: true);
        }
        catch (IOException e)
        {
            Remove(part);
            if (e.HResult is not (DiskFull or QuotaFull or WindowsDiskFull))
                throw;
            throw new LearningFailedException(
                "disk-full",
                $"The disk is full: the checkpoint of step {state.Step} could not be written to '{folder}'",
                (Files.Count > 0 ? $"The checkpoint of step {NewestStep} is intact. " : "") + "Free some space and resume the run.",
                e
            );
        }
        foreach (var old in Files.Skip(Kept))
            Remove(old);
    }

    /// <summary>Restores everything from the newest readable checkpoint; null if there is none.</summary>
    internal TrainingState? Load(LanguageModel model, Optimizer optimizer, BestWeights best, BatchSource source)
    {
        foreach (var path in Files)
        {
            SafeTensors file;
            try
            {
                file = SafeTensors.Open(path);
            }
            catch (ModelFolderException)
            {
                continue;
            } // unreadable, for example after a disk error: try the one before
            using (file)
                return Load(file, path, model, optimizer, best, source);
        }
        return null;
    }

    static TrainingState Load(SafeTensors file, string path, LanguageModel model, Optimizer optimizer, BestWeights best, BatchSource source)
    {
        using var frozen = no_grad();
        var entries = file.Entries.ToDictionary(e => e.Name, StringComparer.Ordinal);
        Tensor Read(string name) =>
            entries.TryGetValue(name, out var entry)
                ? file.Read(entry)
                : throw new LearningFailedException(
                    "checkpoint-foreign",
                    $"The checkpoint {path} has no '{name}'",
                    "It belongs to another model or recipe: start a new run, or use the settings the checkpoint was made with."
                );
        foreach (var weight in model.Trainable)
        {
            using var scope = NewDisposeScope();
            weight.Value.copy_(Read(Weights + weight.Name));
        }
        foreach (var entry in file.Entries.Where(e => e.Name.StartsWith(Best, StringComparison.Ordinal)))
            best.Put(entry.Name[Best.Length..], Upload.Of(file.Read(entry), model.Device));
        var state = JsonSerializer.Deserialize<TrainingState>(file.Metadata["state"], Json)!;
        state.SavedAt = state.Step;
        optimizer.Restore(state.Step, name => Read(Optimizer + name));
        if (file.Metadata["source"] is { Length: > 0 } saved)
            source.Restore((JsonObject)JsonNode.Parse(saved)!);
        return state;
    }

    static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (IOException) { } // a leftover file is overwritten or ignored later
    }
}
