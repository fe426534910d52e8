using System.Text.Json.Nodes;
using LiftLab.Engine.Models.Files;

namespace LiftLab.Engine.Models.Architectures;

/// <summary>
/// GPT-J: parallel attention and feed-forward after one shared norm, interleaved rotary embeddings, biases in the feed-forward and the head
/// only.
/// </summary>
public static class GptJ
{
    /// <summary>
    /// Model type of GPT-J with another rotary base. Other programs read GPT-J without the entry for the base and would silently compute
    /// with 10000, so such a model is written under a type that they do not know.
    /// </summary>
    public const string OwnType = "liftlab";

    const string BaseEntry = "rotary_base",
        PublishedClass = "GPTJForCausalLM",
        OwnClass = "LiftLabForCausalLM";
    const double UsualBase = 10000;
    const int UsualRotary = 64;

    static readonly WeightNames Names = new("transformer.h.{0}", "transformer.wte", "transformer.ln_f", "lm_head")
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
    };

    public static Architecture Architecture { get; } = new("gptj", c => Named(Read(c, "gptj")), Names);

    /// <summary>GPT-J with the base of the rotary embeddings in the entry "rotary_base".</summary>
    public static Architecture OtherBase { get; } = new(OwnType, c => Read(c, OwnType), Names);

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
        double rotaryBase = UsualBase,
        int? inner = null,
        string activation = "gelu"
    ) =>
        ModelConfig.Parse(
            new JsonObject
            {
                ["model_type"] = "gptj",
                ["architectures"] = new JsonArray(PublishedClass),
                ["vocab_size"] = vocabulary,
                ["n_embd"] = width,
                ["n_layer"] = layers,
                ["n_head"] = heads,
                ["rotary_dim"] = rotary,
                [BaseEntry] = rotaryBase,
                ["n_positions"] = positions,
                ["n_inner"] = inner,
                ["activation_function"] = activation,
                ["layer_norm_epsilon"] = 1e-5,
                ["tie_word_embeddings"] = false,
            }
        );

    /// <summary>A model of an earlier version, which wrote another base under GPT-J's type, gets the type of its own.</summary>
    static ModelConfig Named(ModelConfig config)
    {
        if (config.RotaryBase == UsualBase)
            return config;
        var json = (JsonObject)config.Json.DeepClone();
        json["model_type"] = OwnType;
        json["architectures"] = new JsonArray(OwnClass);
        return config with { ModelType = OwnType, Json = json };
    }

    static int RotaryWidth(ConfigEntries c) =>
        c.IsAbsent("rotary_dim") ? UsualRotary
        : c.Has("rotary_dim") ? c.Whole("rotary_dim")
        : throw ConfigEntries.Impossible("'rotary_dim' is null");

    static ModelConfig Read(ConfigEntries c, string type)
    {
        c.Alias("n_embd", "hidden_size");
        c.Alias("n_head", "num_attention_heads");
        c.Alias("n_layer", "num_hidden_layers");
        c.Alias("n_positions", "max_position_embeddings");
        var (width, heads) = (c.Whole("n_embd"), c.Whole("n_head"));
        return new()
        {
            ModelType = type,
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
            RotaryWidth = RotaryWidth(c),
            RotaryBase = c.Number(BaseEntry, UsualBase), // LiftLab's own entry: the published models all use 10000
            NormEpsilon = c.Number("layer_norm_epsilon", 1e-5),
            Activation = c.Activation("activation_function", "gelu_new"),
            BlockShape = BlockShape.ParallelOneNorm,
            FeedForwardBias = true,
            HeadBias = true,
            TiedEmbeddings = c.Flag("tie_word_embeddings", false),
        };
    }
}
