using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LiftLab.Engine.Models.Adapters;
using LiftLab.Engine.Models.Files;

namespace LiftLab.Engine.FineTuning.Kept;

/// <summary>
/// The settings of an adapter in the layout of the PEFT library (adapter_config.json): LoRA with the scales of LoRA (alpha / r) or rsLoRA
/// (alpha / √r, Kalajdzievski 2023), with or without DoRA, and with other ranks and alphas for some layers. Everything else that would
/// change the result is refused.
/// </summary>
sealed class PeftConfig
{
    readonly LoraShape shape;
    readonly (Regex Module, int Rank)[] ranks;
    readonly (Regex Module, double Alpha)[] alphas;

    /// <param name="path">adapter_config.json</param>
    /// <exception cref="ModelFolderException">The file cannot be read, or the adapter is of a kind that is not supported.</exception>
    public PeftConfig(string path)
    {
        ConfigEntries config;
        try
        {
            config = new(BoundedFile.ReadObject(path));
        }
        catch (UnreadableFileException e)
        {
            throw new ModelFolderException("adapter-broken", $"{path} cannot be read: {e.Message}", "Copy the adapter's files again.", e);
        }
        if (Unsupported(config) is { } what)
            throw new ModelFolderException(
                "adapter-unsupported",
                $"the adapter of {path} cannot be loaded: {what}",
                "Merge it with the library that made it (merge_and_unload in PEFT), save the whole model, and use that as the base model."
            );
        var rank = config.Whole("r");
        shape = new(rank, config.Number("lora_alpha", rank), config.Number("lora_dropout", 0), config.Flag("use_dora", false))
        {
            RankStabilised = config.Flag("use_rslora", false),
        };
        ranks = [.. Pattern(config, "rank_pattern").Select(p => (p.Module, Rank: (int)p.Value))];
        alphas = [.. Pattern(config, "alpha_pattern")];
        if (rank < 1 || ranks.Any(r => r.Rank < 1))
            throw new ModelFolderException("adapter-broken", $"{path} has a rank below 1", "Copy the adapter's files again.");
    }

    /// <summary>The adapter's shape on a module, by the module's full name.</summary>
    public LoraShape ShapeOf(string module)
    {
        var rank = ranks.FirstOrDefault(r => r.Module.IsMatch(module)) is { Module: not null } other ? other.Rank : shape.Rank;
        var alpha = alphas.FirstOrDefault(a => a.Module.IsMatch(module)) is { Module: not null } own ? own.Alpha : shape.Alpha!.Value;
        // a factor of 1 is no multiplication
        return shape with { Rank = rank, Alpha = !shape.RankStabilised && alpha == rank ? null : alpha };
    }

    /// <summary>
    /// Ranks or alphas of some modules: a name, its end, or a regular expression that matches it. The first match counts.
    /// </summary>
    static IEnumerable<(Regex Module, double Value)> Pattern(ConfigEntries config, string name)
    {
        if (config.Inside(name) is not { } entries)
            yield break;
        foreach (var (key, _) in entries.Json)
        {
            Regex module;
            try
            {
                // this kind of expression needs linear time on any text
                module = new(
                    $@"^(.*\.)?({key.TrimStart('^')})$",
                    RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
                );
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                throw new ModelFolderException(
                    "adapter-unsupported",
                    $"{name} of the adapter names modules by '{key}', which cannot be read: {e.Message}",
                    "Write the modules' names into it, or merge the adapter with the library that made it.",
                    e
                );
            }
            yield return (module, entries.Number(key, 0));
        }
    }

    /// <summary>What makes the adapter one that cannot be loaded; null if nothing does.</summary>
    static string? Unsupported(ConfigEntries config)
    {
        static bool Says(JsonNode? node) =>
            node switch
            {
                null => false,
                JsonArray list => list.Count > 0,
                JsonObject inside => inside.Count > 0,
                JsonValue value when value.TryGetValue(out bool flag) => flag,
                _ => true,
            };
        string Words(string name) => config.Json[name]!.ToJsonString(new JsonSerializerOptions { WriteIndented = false });

        if (config.Text("peft_type", "LORA") is var kind && !kind.Equals("LORA", StringComparison.OrdinalIgnoreCase))
            return $"its kind is {kind}, and only LORA is supported";
        if (config.Text("bias", "none") is var bias && bias != "none")
            return $"it changes biases of the base model (bias is '{bias}')";
        if (
            config.Json["init_lora_weights"] is JsonValue start
            && start.TryGetValue(out string? way)
            && ChangesBase.Any(b => way.StartsWith(b, StringComparison.OrdinalIgnoreCase))
        )
            return $"it belongs to base weights that were changed before training (init_lora_weights is '{way}')";
        foreach (var (name, why) in Others)
            if (Says(config.Json[name]))
                return $"{why} ({name} is {Words(name)})";
        // entries of later versions: one that switches something on may change the result
        return config.Json.Select(p => p.Key).FirstOrDefault(n => IsSwitch(n) && Says(config.Json[n])) is { } unknown
            ? string.Create(CultureInfo.InvariantCulture, $"it uses a method that is not supported ({unknown} is {Words(unknown)})")
            : null;
    }

    static bool IsSwitch(string name) => name.StartsWith("use_", StringComparison.Ordinal) && name is not ("use_rslora" or "use_dora");

    /// <summary>Initialisations that subtract the new adapter from the base weights, or quantise them.</summary>
    static readonly string[] ChangesBase = ["pissa", "olora", "corda", "loftq"];

    static readonly (string Name, string Why)[] Others =
    [
        ("modules_to_save", "it replaces whole modules of the base model"),
        ("lora_bias", "its matrices have biases"),
        ("trainable_token_indices", "it replaces vectors of single tokens"),
        ("target_parameters", "it adapts parameters that are no layers"),
        ("layer_replication", "it repeats layers of the base model"),
        ("alora_invocation_tokens", "it is active only after certain tokens"),
        ("megatron_config", "it is made for Megatron's layers"),
    ];
}
