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

    public static Architecture Architecture { get; } = new("llama", c => Read(c, "llama"), Names);

    /// <summary>Llama with sliding-window attention in some releases.</summary>
    public static Architecture Mistral { get; } = new("mistral", c => Windowed(Read(c, "mistral"), c), Names);

    /// <summary>Llama with biases on query, key and value.</summary>
    public static Architecture Qwen2 { get; } =
        new(
            "qwen2",
            c =>
            {
                var config = Read(c, "qwen2") with { QueryKeyValueBias = true };
                return c.Flag("use_sliding_window", false) ? Windowed(config, c, c.Whole("max_window_layers", config.Layers)) : config;
            },
            Names
        );

    static ModelConfig Read(ConfigEntries c, string type)
    {
        var (width, heads) = (c.Whole("hidden_size"), c.Whole("num_attention_heads"));
        var head = c.Whole("head_dim", heads > 0 ? width / heads : 0);
        var rotary = RotaryEntries.Read(c, "rope_theta");
        return new()
        {
            ModelType = type,
            Json = c.Json,
            VocabularySize = c.Whole("vocab_size"),
            Width = width,
            Layers = c.Whole("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = c.Whole("num_key_value_heads", heads),
            HeadWidth = head,
            InnerWidth = c.Whole("intermediate_size"),
            MaxPositions = c.Whole("max_position_embeddings", 2048),
            Rotary = RotaryStyle.Halves,
            RotaryWidth = (int)(head * (rotary.Share ?? 1)),
            RotaryBase = rotary.Base,
            Normalisation = Normalisation.RmsNorm,
            NormEpsilon = c.Number("rms_norm_eps", 1e-6),
            Activation = c.Activation("hidden_act", "silu"),
            GatedFeedForward = true,
            QueryKeyValueBias = c.Flag("attention_bias", false),
            AttentionOutBias = c.Flag("attention_bias", false),
            FeedForwardBias = c.Flag("mlp_bias", false),
            TiedEmbeddings = c.Flag("tie_word_embeddings", false),
        };
    }

    static ModelConfig Windowed(ModelConfig config, ConfigEntries c, int from = 0) =>
        c.Has("sliding_window")
            ? config with
            {
                Windows = [.. Enumerable.Range(0, config.Layers).Select(i => i >= from ? c.Whole("sliding_window") : (int?)null)],
            }
            : config;
}
