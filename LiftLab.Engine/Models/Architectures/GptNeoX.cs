using LiftLab.Engine.Models.Files;

namespace LiftLab.Engine.Models.Architectures;

/// <summary>
/// GPT-NeoX and Pythia: parallel attention and feed-forward with a norm each, fused query, key and value matrix ordered by head, rotary
/// embeddings (halves) on part of each head.
/// </summary>
public static class GptNeoX
{
    public static Architecture Architecture { get; } =
        new(
            "gpt_neox",
            Read,
            new("gpt_neox.layers.{0}", "gpt_neox.embed_in", "gpt_neox.final_layer_norm", "embed_out")
            {
                FirstNorm = "input_layernorm",
                SecondNorm = "post_attention_layernorm",
                Fused = "attention.query_key_value",
                AttentionOut = "attention.dense",
                Up = "mlp.dense_h_to_4h",
                Down = "mlp.dense_4h_to_h",
                OptionalPrefix = "gpt_neox.",
                Ignored = [".attention.bias", ".attention.masked_bias", ".rotary_emb.inv_freq"],
            }
        );

    static ModelConfig Read(ConfigEntries c)
    {
        var (width, heads) = (c.Whole("hidden_size"), c.Whole("num_attention_heads"));
        var head = heads > 0 ? width / heads : 0;
        var bias = c.Flag("attention_bias", true);
        var rotary = RotaryEntries.Read(c, "rotary_emb_base", "rotary_pct", usualShare: 0.25);
        return new()
        {
            ModelType = "gpt_neox",
            Json = c.Json,
            VocabularySize = c.Whole("vocab_size"),
            Width = width,
            Layers = c.Whole("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = heads,
            HeadWidth = head,
            InnerWidth = c.Whole("intermediate_size"),
            MaxPositions = c.Whole("max_position_embeddings", 2048),
            Rotary = RotaryStyle.Halves,
            RotaryWidth = (int)(head * rotary.Share),
            RotaryBase = rotary.Base,
            RotaryScaling = rotary.Scaling,
            NormEpsilon = c.Number("layer_norm_eps", 1e-5),
            Activation = c.Activation("hidden_act", "gelu"),
            BlockShape = c.Flag("use_parallel_residual", true) ? BlockShape.ParallelTwoNorms : BlockShape.Sequential,
            QueryKeyValue = FusedLayout.Heads,
            QueryKeyValueBias = bias,
            AttentionOutBias = bias,
            FeedForwardBias = true,
            TiedEmbeddings = c.Flag("tie_word_embeddings", false),
        };
    }
}
