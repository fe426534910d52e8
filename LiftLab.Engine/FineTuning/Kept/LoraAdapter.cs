using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Adapters;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Layers;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Kept;

/// <summary>The layers that get an adapter, and its shape.</summary>
/// <param name="Targets">Last parts of module names ("q_proj", "lm_head", "wte"); null for every linear layer, the head and the token
/// embedding, as in the paper (with DoRA, without the embedding).</param>
public sealed record LoraPlan(LoraShape Shape, IReadOnlyList<string>? Targets = null);

/// <summary>
/// Low-rank adapters on a frozen model, on disk in the layout of the PEFT library (adapter_config.json, adapter_model.safetensors).
/// </summary>
public static class LoraAdapter
{
    public const string ConfigFile = "adapter_config.json",
        WeightsFile = PeftTensors.File;
    const string Prefix = PeftTensors.Prefix;

    /// <summary>Freezes the model and wraps the selected layers; only the adapters are trainable afterwards.</summary>
    /// <exception cref="ArgumentException">A target is not a layer's name; the message lists the layers.</exception>
    public static void Attach(LanguageModel model, LoraPlan plan, long seed)
    {
        static string Last(string name) => name[(name.LastIndexOf('.') + 1)..];
        var known = model.Linears.Select(s => Last(s.Name)).Append(Last(model.Tokens.Name)).Distinct().ToArray();
        if (plan.Targets?.FirstOrDefault(t => !known.Contains(t, StringComparer.Ordinal)) is { } unknown)
            throw new ArgumentException($"the model has no layer '{unknown}'; its layers are {string.Join(", ", known)}", nameof(plan));
        bool Chosen(string name) => plan.Targets is null || plan.Targets.Contains(Last(name), StringComparer.Ordinal);

        model.SetTrainable(false);
        using var generator = new TorchSharp.torch.Generator((ulong)seed);
        var config = model.Config;
        // DoRA is defined for linear layers: an embedding would have one magnitude per token
        if (plan.Shape.Dora && plan.Targets?.Contains(Last(model.Tokens.Name), StringComparer.Ordinal) == true)
            throw new ArgumentException(
                $"DoRA adapts linear layers, and '{Last(model.Tokens.Name)}' is an embedding; leave it out, or use LoRA",
                nameof(plan)
            );
        if (Chosen(model.Tokens.Name) && !plan.Shape.Dora)
            model.Tokens.Layer = new LoraEmbedding(
                model.Tokens.Name,
                model.Tokens.Layer,
                config.VocabularySize,
                config.Width,
                plan.Shape,
                model.Device,
                generator
            );
        foreach (var slot in model.Linears.ToArray())
            if (Chosen(slot.Name))
                slot.Layer = new LoraLinear(slot.Name, slot.Layer, plan.Shape, model.Mode, model.Device, model.Dtype, generator);
    }

    /// <summary>Writes the model's adapters; existing files are replaced only when the new ones are complete.</summary>
    public static void Save(LanguageModel model, string folder, string baseModel)
    {
        using var scope = NewDisposeScope();
        var linears = model.Linears.Where(s => s.Layer is LoraLinear).Select(s => (s.Name, Layer: (LoraLinear)s.Layer)).ToArray();
        var embedding = model.Tokens.Layer as LoraEmbedding;
        var shape =
            embedding?.Shape
            ?? (linears.Length > 0 ? linears[0].Layer.Shape : throw new InvalidOperationException("the model has no adapter"));
        var tensors = linears
            .SelectMany(l => new[] { l.Layer.Down, l.Layer.Up, l.Layer.Magnitude?.Weight })
            .OfType<Weight>()
            .Select(w => (Prefix + w.Name, w.Value));
        if (embedding is not null)
            tensors = tensors.Concat([
                (Prefix + embedding.Down.Name, embedding.Down.Value.t()),
                (Prefix + embedding.Up.Name, embedding.Up.Value),
            ]);
        var config = new JsonObject
        {
            ["peft_type"] = "LORA",
            ["task_type"] = "CAUSAL_LM",
            ["base_model_name_or_path"] = baseModel,
            ["r"] = shape.Rank,
            ["lora_alpha"] = Alpha(shape),
            ["lora_dropout"] = shape.Dropout,
            ["use_dora"] = shape.Dora,
            ["use_rslora"] = shape.RankStabilised,
            ["rank_pattern"] = Others(l => l.Rank != shape.Rank ? l.Rank : null),
            ["alpha_pattern"] = Others(l => Alpha(l) != Alpha(shape) ? Alpha(l) : null),
            ["bias"] = "none",
            ["fan_in_fan_out"] = model.Config.WeightsInByOut,
            ["inference_mode"] = true,
            // whole names: last parts are ambiguous if a feed-forward and an attention layer have the same
            ["target_modules"] = new JsonArray([
                .. linears.Select(l => (JsonNode)l.Name),
                .. embedding is null ? Array.Empty<JsonNode>() : [model.Tokens.Name],
            ]),
        };
        static double Alpha(LoraShape shape) => shape.Alpha ?? shape.Rank;
        // only of layers that differ from the shape of all
        JsonObject Others(Func<LoraShape, double?> differs) =>
            new(
                linears
                    .Where(l => differs(l.Layer.Shape) is not null)
                    .Select(l => KeyValuePair.Create(Regex.Escape(l.Name), (JsonNode?)JsonValue.Create(differs(l.Layer.Shape)!.Value)))
            );
        Directory.CreateDirectory(folder);
        var (weights, words) = (Path.Combine(folder, WeightsFile), Path.Combine(folder, ConfigFile));
        using (var file = File.Create(weights + ".part"))
        {
            SafeTensors.Write(file, tensors, new Dictionary<string, string> { ["format"] = "pt" });
            file.Flush(flushToDisk: true);
        }
        File.WriteAllText(words + ".part", config.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
        File.Move(weights + ".part", weights, overwrite: true);
        File.Move(words + ".part", words, overwrite: true);
    }

    /// <summary>The base model that an adapter's configuration names.</summary>
    /// <exception cref="ModelFolderException">There is no adapter, or it names none.</exception>
    public static string BaseOf(string folder)
    {
        var words = Path.Combine(folder, ConfigFile);
        try
        {
            return (string?)BoundedFile.ReadObject(words)["base_model_name_or_path"] is { Length: > 0 } name
                ? name
                : throw new ModelFolderException("adapter-base", $"{words} names no base model", "Name it with --model.");
        }
        catch (Exception e)
            when (e is UnreadableFileException or InvalidOperationException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelFolderException(
                "adapter-missing",
                $"'{folder}' has no {ConfigFile} that can be read",
                "Name the folder of a saved adapter.",
                e
            );
        }
    }

    /// <summary>
    /// Loads an adapter into a model: onto plain layers, or into adapters of the same shape. Adapters that were made elsewhere may be LoRA,
    /// rsLoRA or DoRA; see <see cref="PeftConfig"/>.
    /// </summary>
    /// <exception cref="ModelFolderException">The adapter is incomplete, made for another model, or of a kind that is not
    /// supported.</exception>
    public static void Load(LanguageModel model, string folder)
    {
        var words = Path.Combine(folder, ConfigFile);
        if (!File.Exists(words) || !PeftTensors.IsThere(folder))
            throw new ModelFolderException(
                "adapter-missing",
                $"'{folder}' has no {ConfigFile} and {WeightsFile}",
                "Name the folder of a saved adapter."
            );
        var config = new PeftConfig(words);
        var modules = model.Linears.Select(s => s.Name).Append(model.Tokens.Name).ToHashSet(StringComparer.Ordinal);
        var optional = Architecture.Find(model.Config.ModelType)!.Names.OptionalPrefix;
        using var tensors = new PeftTensors(folder, name => StoredName.In(name, optional, modules.Contains));
        if (tensors.Count == 0)
            throw new ModelFolderException(
                "adapter-broken",
                $"the adapter in '{folder}' has no tensors",
                "Copy the adapter's files again."
            );
        using var generator = new TorchSharp.torch.Generator(0);
        using var frozen = no_grad();
        if (tensors.Has(model.Tokens.Name + ".lora_embedding_A"))
        {
            var shape = config.ShapeOf(model.Tokens.Name);
            if (shape.Dora)
                throw new ModelFolderException(
                    "adapter-unsupported",
                    $"the adapter in '{folder}' applies DoRA to the embedding '{model.Tokens.Name}'; DoRA is supported on linear layers",
                    "Merge it with the library that made it (merge_and_unload in PEFT), and use the whole model as the base model."
                );
            if (model.Tokens.Layer is not LoraEmbedding)
                model.Tokens.Layer = new LoraEmbedding(
                    model.Tokens.Name,
                    model.Tokens.Layer,
                    model.Config.VocabularySize,
                    model.Config.Width,
                    shape,
                    model.Device,
                    generator
                );
            var layer = (LoraEmbedding)model.Tokens.Layer;
            Put(layer.Down, transposed: true);
            Put(layer.Up);
        }
        foreach (var slot in model.Linears.Where(s => tensors.Has(s.Name + ".lora_A.weight")).ToArray())
        {
            if (slot.Layer is not LoraLinear)
                slot.Layer = new LoraLinear(
                    slot.Name,
                    slot.Layer,
                    config.ShapeOf(slot.Name),
                    model.Mode,
                    model.Device,
                    model.Dtype,
                    generator
                );
            var layer = (LoraLinear)slot.Layer;
            Put(layer.Down);
            Put(layer.Up);
            if (layer.Magnitude is { } magnitude)
                Put(magnitude.Weight);
        }
        if (tensors.Count > 0)
            throw new ModelFolderException(
                "adapter-foreign",
                $"the adapter in '{folder}' has tensors for which this model has no place: {string.Join(", ", tensors.Left.Take(4))}",
                "Load the base model on which the adapter was trained; an adapter that changes more than its own layers must be merged with the library that made it."
            );

        void Put(Weight weight, bool transposed = false)
        {
            using var scope = NewDisposeScope();
            if (tensors.Take(weight.Name) is not { } taken)
                throw new ModelFolderException(
                    "adapter-broken",
                    $"the adapter has no '{Prefix + weight.Name}'",
                    "Copy the adapter's files again."
                );
            var value = transposed ? taken.Value.t() : taken.Value;
            if (!value.shape.AsSpan().SequenceEqual(weight.Value.shape))
                throw new ModelFolderException(
                    "adapter-foreign",
                    $"'{taken.Stored}' is ({string.Join(", ", taken.Value.shape)}), which does not fit this model or rank",
                    "Load the base model on which the adapter was trained."
                );
            weight.Value.copy_(value);
        }
    }
}
