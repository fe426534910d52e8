using System.Text.Json.Nodes;
using LiftLab.Engine.Models.Files;

namespace LiftLab.Engine.Models.Architectures;

/// <summary>
/// GPT-Neo: like GPT-2, but with separate projections, unscaled attention scores, and local attention over 256 positions in every other
/// layer.
/// </summary>
public static class GptNeo
{
    public static Architecture Architecture { get; } =
        new(
            "gpt_neo",
            Read,
            new("transformer.h.{0}", "transformer.wte", "transformer.ln_f", "lm_head")
            {
                PositionEmbedding = "transformer.wpe",
                FirstNorm = "ln_1",
                SecondNorm = "ln_2",
                Query = "attn.attention.q_proj",
                Key = "attn.attention.k_proj",
                Value = "attn.attention.v_proj",
                AttentionOut = "attn.attention.out_proj",
                Up = "mlp.c_fc",
                Down = "mlp.c_proj",
                OptionalPrefix = "transformer.",
                Ignored = [".attn.attention.bias", ".attn.attention.masked_bias"],
            }
        );

    static ModelConfig Read(ConfigEntries c)
    {
        var (width, heads, layers) = (c.Whole("hidden_size"), c.Whole("num_heads"), c.Whole("num_layers"));
        return new()
        {
            ModelType = "gpt_neo",
            Json = c.Json,
            VocabularySize = c.Whole("vocab_size"),
            Width = width,
            Layers = layers,
            Heads = heads,
            KeyValueHeads = heads,
            HeadWidth = heads > 0 ? width / heads : 0,
            InnerWidth = c.Whole("intermediate_size", 4 * width),
            MaxPositions = c.Whole("max_position_embeddings", 2048),
            NormEpsilon = c.Number("layer_norm_epsilon", 1e-5),
            Activation = c.Activation("activation_function", "gelu_new"),
            AttentionScale = 1,
            AttentionOutBias = true,
            FeedForwardBias = true,
            TiedEmbeddings = c.Flag("tie_word_embeddings", true),
            Windows = Windows(c, layers),
        };
    }

    // "attention_types": [[["global", "local"], 12]] repeats the pair 12 times
    static int?[] Windows(ConfigEntries c, int layers)
    {
        var window = c.Whole("window_size", 256);
        var kinds = new List<string>();
        foreach (var group in (c.Json["attention_types"] as JsonArray) ?? [])
            for (var i = 0; i < group![1]!.GetValue<int>(); i++)
                kinds.AddRange(group[0]!.AsArray().Select(k => k!.GetValue<string>()));
        if (kinds.Count == 0)
            kinds.AddRange(Enumerable.Range(0, layers).Select(i => i % 2 == 0 ? "global" : "local"));
        return [.. kinds.Select(k => k == "local" ? window : (int?)null)];
    }
}
