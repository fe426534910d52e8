using System.Text.Json.Nodes;
using LiftLab.Engine.Models.Files;

namespace LiftLab.Engine.Models.Architectures;

/// <summary>
/// GPT-J: parallel attention and feed-forward after one shared norm, interleaved rotary embeddings, biases in the feed-forward and the head
/// only.
/// </summary>
public static class GptJ
{
    public static Architecture Architecture { get; } =
        new(
            "gptj",
            Read,
            new("transformer.h.{0}", "transformer.wte", "transformer.ln_f", "lm_head")
            {
                FirstNorm = "ln_1",
                Query = "attn.q_proj",
                Key = "attn.k_proj",
                Value = "attn.v_proj",
                AttentionOut = "attn.out_proj",
                Up = "mlp.fc_in",
                Down = "mlp.fc_out",
                OptionalPrefix = "transformer.",
                Ignored = [".attn.bias", ".attn.masked_bias", ".attn.embed_positions"],
            }
        );

    /// <summary>Configuration of a model of this family with the given sizes.</summary>
    /// <param name="activation"> Hugging Face name of the activation. The published model has "gelu_new"; "gelu" differs by at most 1e-3
    /// and is 2 to 5 times faster in libtorch on CPUs. </param>
    public static ModelConfig Sized(
        int vocabulary,
        int width,
        int layers,
        int heads,
        int rotary,
        int positions,
        double rotaryBase = 10000,
        int? inner = null,
        string activation = "gelu"
    ) =>
        ModelConfig.Parse(
            new JsonObject
            {
                ["model_type"] = "gptj",
                ["architectures"] = new JsonArray("GPTJForCausalLM"),
                ["vocab_size"] = vocabulary,
                ["n_embd"] = width,
                ["n_layer"] = layers,
                ["n_head"] = heads,
                ["rotary_dim"] = rotary,
                ["rotary_base"] = rotaryBase,
                ["n_positions"] = positions,
                ["n_inner"] = inner,
                ["activation_function"] = activation,
                ["layer_norm_epsilon"] = 1e-5,
                ["tie_word_embeddings"] = false,
            }
        );

    static ModelConfig Read(ConfigEntries c)
    {
        var (width, heads) = (c.Whole("n_embd"), c.Whole("n_head"));
        return new()
        {
            ModelType = "gptj",
            Json = c.Json,
            VocabularySize = c.Whole("vocab_size"),
            Width = width,
            Layers = c.Whole("n_layer"),
            Heads = heads,
            KeyValueHeads = heads,
            HeadWidth = heads > 0 ? width / heads : 0,
            InnerWidth = c.Whole("n_inner", 4 * width),
            MaxPositions = c.Whole("n_positions", 2048),
            Rotary = RotaryStyle.Interleaved,
            RotaryWidth = c.Whole("rotary_dim", heads > 0 ? width / heads : 0),
            RotaryBase = c.Number("rotary_base", 10000), // LiftLab's own entry: the published models all use 10000
            NormEpsilon = c.Number("layer_norm_epsilon", 1e-5),
            Activation = c.Activation("activation_function", "gelu_new"),
            BlockShape = BlockShape.ParallelOneNorm,
            FeedForwardBias = true,
            HeadBias = true,
            TiedEmbeddings = c.Flag("tie_word_embeddings", false),
        };
    }
}
