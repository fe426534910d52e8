using LiftLab.Engine.Models.Files;

namespace LiftLab.Engine.Models.Architectures;

/// <summary>
/// Llama and models of the same structure (Mistral, Qwen2, SmolLM, TinyLlama): RMS norms, gated feed-forward, rotary embeddings (halves),
/// grouped-query attention.
/// </summary>
public static class Llama
{
    static readonly WeightNames Names = new("model.layers.{0}", "model.embed_tokens", "model.norm", "lm_head")
    {
        FirstNorm = "input_layernorm",
        SecondNorm = "post_attention_layernorm",
        Query = "self_attn.q_proj",
        Key = "self_attn.k_proj",
        Value = "self_attn.v_proj",
        AttentionOut = "self_attn.o_proj",
        Gate = "mlp.gate_proj",
        Up = "mlp.up_proj",
        Down = "mlp.down_proj",
        OptionalPrefix = "model.",
        Ignored = [".rotary_emb.inv_freq"],
    };

    /// <summary>Values that the formats define where an entry is absent. A null is not absent.</summary>
    const int UsualWindow = 4096,
        MistralGroups = 8,
        Qwen2Groups = 32,
        Qwen2FullLayers = 28;

    public static Architecture Architecture { get; } =
        new(
            "llama",
            c =>
            {
                var bias = c.Flag("attention_bias", false);
                return Read(c, "llama", null) with
                {
                    QueryKeyValueBias = bias,
                    AttentionOutBias = bias,
                    FeedForwardBias = c.Flag("mlp_bias", false),
                };
            },
            Names
        );

    /// <summary>Llama with a sliding window in every layer, unless "sliding_window" is null.</summary>
    public static Architecture Mistral { get; } =
        new(
            "mistral",
            c =>
            {
                var config = Read(c, "mistral", MistralGroups);
                var window = WindowOf(c);
                var windows = Windows(c, config.Layers, window, _ => window is not null);
                return window is not null && windows.Contains(null)
                    ? throw ConfigEntries.Impossible("'layer_types' has full_attention, and 'sliding_window' holds for every layer")
                    : config with
                    {
                        Windows = windows,
                    };
            },
            Names
        );

    /// <summary>Llama with biases on query, key and value.</summary>
    public static Architecture Qwen2 { get; } =
        new(
            "qwen2",
            c =>
            {
                _ = c.Has("attention_bias"); // the format has these biases whatever it says
                var config = Read(c, "qwen2", Qwen2Groups) with { QueryKeyValueBias = true };
                var (given, full) = (WindowOf(c), c.Whole("max_window_layers", Qwen2FullLayers));
                var window = c.Flag("use_sliding_window", false) ? given : null;
                return config with { Windows = Windows(c, config.Layers, window, i => window is not null && i >= full) };
            },
            Names
        );

    /// <param name="groups">Number of key and value heads where the entry is absent; null for that of the query heads.</param>
    static ModelConfig Read(ConfigEntries c, string type, int? groups)
    {
        var (width, heads) = (c.Whole("hidden_size"), c.Whole("num_attention_heads"));
        var head = c.Whole("head_dim", heads > 0 ? width / heads : 0);
        var rotary = RotaryEntries.Read(c);
        return new()
        {
            ModelType = type,
            Json = c.Json,
            VocabularySize = c.Whole("vocab_size"),
            Width = width,
            Layers = c.Whole("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = c.IsAbsent("num_key_value_heads") ? groups ?? heads : c.Whole("num_key_value_heads", heads),
            HeadWidth = head,
            InnerWidth = c.Whole("intermediate_size"),
            MaxPositions = c.Whole("max_position_embeddings", 2048),
            Rotary = RotaryStyle.Halves,
            RotaryWidth = (int)(head * rotary.Share),
            RotaryBase = rotary.Base,
            RotaryScaling = rotary.Scaling,
            Normalisation = Normalisation.RmsNorm,
            NormEpsilon = c.Number("rms_norm_eps", 1e-6),
            Activation = c.Activation("hidden_act", "silu"),
            GatedFeedForward = true,
            TiedEmbeddings = c.Flag("tie_word_embeddings", false),
        };
    }

    static int? WindowOf(ConfigEntries c) =>
        c.IsAbsent("sliding_window") ? UsualWindow
        : c.Has("sliding_window") ? c.Whole("sliding_window")
        : null;

    /// <param name="window">The size of a window; null if the model has none.</param>
    /// <param name="isWindowed">Which layers have it where "layer_types" does not say so.</param>
    static int?[] Windows(ConfigEntries c, int layers, int? window, Func<int, bool> isWindowed)
    {
        if (window <= 0)
            throw c.Wrong("sliding_window", "a number above 0");
        var count = Math.Clamp(layers, 0, ModelConfig.MostLayers);
        bool[] windowed = [.. Enumerable.Range(0, count).Select(isWindowed)];
        if (c.Texts("layer_types") is { } types)
        {
            if (types.Count != layers || types.Any(t => t is not ("full_attention" or "sliding_attention")))
                throw c.Wrong("layer_types", $"full_attention or sliding_attention for each of {layers} layers");
            windowed = [.. types.Select(t => t == "sliding_attention")];
            if (window is null && windowed.Contains(true))
                throw ConfigEntries.Impossible("'layer_types' has sliding_attention and no sliding window is in use");
        }
        return [.. windowed.Select(w => w ? window : null)];
    }
}
