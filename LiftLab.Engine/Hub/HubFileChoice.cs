using System.Text.RegularExpressions;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.Hub;

/// <summary>Selects the files of a model to download: configuration, tokenizer, weights in one format, model card and licence.</summary>
static partial class HubFileChoice
{
    static readonly string[] Small =
    [
        ModelFolder.ConfigFile,
        TokenizerFolder.JsonFile,
        TokenizerFolder.VocabularyFile,
        TokenizerFolder.MergesFile,
        TokenizerFolder.ConfigFile,
        TokenizerFolder.SpecialFile,
        TokenizerFolder.AddedFile,
        "generation_config.json",
        "README.md",
        "LICENSE",
        "LICENSE.txt",
        "LICENSE.md",
    ];

    /// <exception cref="HubException">The model has no configuration, no weights, or no supported tokenizer.</exception>
    public static IReadOnlyList<HubFile> Choose(HubModel model)
    {
        var byName = model.Files.ToDictionary(f => f.Name, StringComparer.Ordinal);
        var chosen = Small.Where(byName.ContainsKey).Select(n => byName[n]).ToList();
        var weights = WeightsOf(byName);
        if (!byName.ContainsKey(ModelFolder.ConfigFile))
            throw Unfit(model, $"it has no {ModelFolder.ConfigFile}");
        if (weights is null)
            throw Unfit(model, "it has neither safetensors nor pytorch_model.bin weights");
        if (
            !byName.ContainsKey(TokenizerFolder.JsonFile)
            && !(byName.ContainsKey(TokenizerFolder.VocabularyFile) && byName.ContainsKey(TokenizerFolder.MergesFile))
        )
            throw Unfit(
                model,
                $"it has neither {TokenizerFolder.JsonFile} nor {TokenizerFolder.VocabularyFile} with {TokenizerFolder.MergesFile}"
            );
        return [.. chosen, .. weights];
    }

    /// <summary>The configuration of an adapter in a repository without a whole model; null for other repositories.</summary>
    public static HubFile? AdapterAlone(HubModel model)
    {
        var byName = model.Files.ToDictionary(f => f.Name, StringComparer.Ordinal);
        return byName.ContainsKey(ModelFolder.ConfigFile) && WeightsOf(byName) is not null
            ? null
            : byName.GetValueOrDefault(Models.Files.AdapterAlone.ConfigFile);
    }

    static List<HubFile>? WeightsOf(Dictionary<string, HubFile> byName) =>
        Weights(byName, "model.safetensors", SafeTensorsShard()) ?? Weights(byName, "pytorch_model.bin", PickleShard());

    static List<HubFile>? Weights(Dictionary<string, HubFile> files, string whole, Regex shard)
    {
        if (files.TryGetValue(whole, out var one))
            return [one];
        if (!files.TryGetValue(whole + ".index.json", out var index))
            return null;
        var shards = files.Values.Where(f => shard.IsMatch(f.Name)).OrderBy(f => f.Name, StringComparer.Ordinal).ToList();
        return shards.Count == 0 ? null : [index, .. shards];
    }

    static HubException Unfit(HubModel model, string why) =>
        new(
            "not-a-model",
            $"{model.Id} cannot be used here: {why}",
            "Choose a causal language model in Hugging Face layout (config.json, tokenizer.json, safetensors)."
        );

    [GeneratedRegex(@"^model-[0-9]{5}-of-[0-9]{5}\.safetensors$")]
    private static partial Regex SafeTensorsShard();

    [GeneratedRegex(@"^pytorch_model-[0-9]{5}-of-[0-9]{5}\.bin$")]
    private static partial Regex PickleShard();
}
