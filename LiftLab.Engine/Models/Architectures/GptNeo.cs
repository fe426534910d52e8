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
        c.Alias("num_heads", "num_attention_heads");
        c.Alias("num_layers", "num_hidden_layers");
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

    static int?[] Windows(ConfigEntries c, int layers)
    {
        var window = c.Whole("window_size", 256);
        var written = c.Texts("attention_layers");
        var kinds =
            Repeated(c, layers) ?? written ?? [.. Enumerable.Range(0, Math.Clamp(layers, 0, ModelConfig.MostLayers)).Select(Alternating)];
        if (
            kinds.Count != layers
            || kinds.Any(k => k is not ("global" or "local"))
            || (written is not null && !written.SequenceEqual(kinds))
        )
            throw ConfigEntries.Impossible(
                $"'attention_types' and 'attention_layers' do not give one of global and local for each of {layers} layers"
            );
        return [.. kinds.Select(k => k == "local" ? window : (int?)null)];
    }

    static string Alternating(int layer) => layer % 2 == 0 ? "global" : "local";

    /// <summary>"attention_types": [[["global", "local"], 12]] repeats the pair 12 times. At most one kind more than layers.</summary>
    static List<string>? Repeated(ConfigEntries c, int layers)
    {
        const string name = "attention_types";
        if (!c.Has(name))
            return null;
        var kinds = new List<string>();
        foreach (var group in c.Json[name] as JsonArray ?? throw c.Wrong(name, "a list"))
        {
            if (
                group is not JsonArray { Count: 2 } pair
                || pair[0] is not JsonArray { Count: > 0 } names
                || pair[1] is not JsonValue number
                || !number.TryGetValue(out int times)
                || !names.All(n => n is JsonValue v && v.TryGetValue(out string? _))
            )
                throw c.Wrong(name, "a list of kinds and how often they are repeated");
            for (var i = 0; i < times && kinds.Count <= layers; i++)
                kinds.AddRange(names.Select(n => n!.GetValue<string>()));
        }
        return kinds;
    }
}
