using LiftLab.Engine.Models.Files;

namespace LiftLab.Engine.Models.Architectures;

/// <summary>
/// GPT-2: learned position embeddings, fused query, key and value matrix, weights stored (in, out), head tied to the embedding.
/// </summary>
public static class Gpt2
{
    public static Architecture Architecture { get; } =
        new(
            "gpt2",
            Read,
            new("transformer.h.{0}", "transformer.wte", "transformer.ln_f", "lm_head")
            {
                PositionEmbedding = "transformer.wpe",
                FirstNorm = "ln_1",
                SecondNorm = "ln_2",
                Fused = "attn.c_attn",
                AttentionOut = "attn.c_proj",
                Up = "mlp.c_fc",
                Down = "mlp.c_proj",
                OptionalPrefix = "transformer.",
                Ignored = [".attn.bias", ".attn.masked_bias"],
            }
        );

    static ModelConfig Read(ConfigEntries c)
    {
        c.Alias("n_embd", "hidden_size");
        c.Alias("n_head", "num_attention_heads");
        c.Alias("n_layer", "num_hidden_layers");
        c.Alias("n_positions", "max_position_embeddings");
        var (width, heads) = (c.Whole("n_embd"), c.Whole("n_head"));
        return new()
        {
            ModelType = "gpt2",
            Json = c.Json,
            VocabularySize = c.Whole("vocab_size"),
            Width = width,
            Layers = c.Whole("n_layer"),
            Heads = heads,
            KeyValueHeads = heads,
            HeadWidth = heads > 0 ? width / heads : 0,
            InnerWidth = c.Whole("n_inner", 4 * width),
            MaxPositions = c.Whole("n_positions", 1024),
            NormEpsilon = c.Number("layer_norm_epsilon", 1e-5),
            Activation = c.Activation("activation_function", "gelu_new"),
            BlockShape = BlockShape.Sequential,
            QueryKeyValue = FusedLayout.Parts,
            QueryKeyValueBias = true,
            AttentionScale = c.Flag("scale_attn_weights", true) ? null : 1,
            ScaleFallsWithDepth = c.Flag("scale_attn_by_inverse_layer_idx", false),
            AttentionOutBias = true,
            FeedForwardBias = true,
            WeightsInByOut = true,
            TiedEmbeddings = c.Flag("tie_word_embeddings", true),
        };
    }
}
