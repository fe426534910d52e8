using System.Text.Json.Nodes;

namespace LiftLab.Engine.Models;

/// <summary>The base models that can be chosen by name, one entry per model. Any other folder or hub name works as well.</summary>
public static class BaseModels
{
    /// <summary>The built-in model, in data/models.</summary>
    public const string BuiltIn = "lift-mini";

    public static IReadOnlyList<BaseModel> All { get; } =
    [
        new(BuiltIn, null, Architectures.GptJ.OwnType, "MIT", "Made for tables by this project: answers in seconds without a GPU."),
        GptJ("gpt-j-6b", "EleutherAI/gpt-j-6b", "The paper's model. In bfloat16 it needs a GPU with 16 GB or more.") with
        {
            Revision = "float16",
        },
        Gpt2(
            "distilgpt2",
            "distilbert/distilgpt2",
            768,
            6,
            12,
            "apache-2.0",
            "Half the layers of GPT-2: the smallest model here trained on English."
        ),
        Gpt2("gpt2", "openai-community/gpt2", 768, 12, 12, "mit", "Small and well studied."),
        Gpt2("gpt2-medium", "openai-community/gpt2-medium", 1024, 24, 16, "mit", "Medium-sized GPT-2."),
        Gpt2("gpt2-large", "openai-community/gpt2-large", 1280, 36, 20, "mit", "Large GPT-2."),
        Gpt2("gpt2-xl", "openai-community/gpt2-xl", 1600, 48, 25, "mit", "The largest GPT-2."),
        Neo("gpt-neo-125m", "EleutherAI/gpt-neo-125m", 768, 12, 12, "The smallest of GPT-J's predecessors."),
        Pythia("pythia-70m", "EleutherAI/pythia-70m-deduped", 512, 6, 8, "The smallest of a series made for research."),
        Pythia("pythia-160m", "EleutherAI/pythia-160m-deduped", 768, 12, 12, "Part of a series made for research."),
        Pythia("pythia-410m", "EleutherAI/pythia-410m-deduped", 1024, 24, 16, "Part of a series made for research."),
        Pythia("pythia-1.4b", "EleutherAI/pythia-1.4b-deduped", 2048, 24, 16, "Part of a series made for research."),
        Llama(
            "smollm-135m",
            "HuggingFaceTB/SmolLM-135M",
            49152,
            576,
            1536,
            30,
            9,
            3,
            tied: true,
            "Small model trained with recent methods; splits numbers into digits."
        ),
        Llama(
            "smollm-360m",
            "HuggingFaceTB/SmolLM-360M",
            49152,
            960,
            2560,
            32,
            15,
            5,
            tied: true,
            "Small model trained with recent methods; splits numbers into digits."
        ),
        Llama(
            "tinyllama-1.1b",
            "TinyLlama/TinyLlama_v1.1",
            32000,
            2048,
            5632,
            22,
            32,
            4,
            tied: false,
            "The Llama architecture with 1.1 billion weights."
        ),
        Qwen("qwen2.5-0.5b", "Qwen/Qwen2.5-0.5B", 896, 4864, 24, 14, 2, "Strong for its size; splits numbers into digits."),
        Qwen("qwen2.5-1.5b", "Qwen/Qwen2.5-1.5B", 1536, 8960, 28, 12, 2, "Strong for its size; splits numbers into digits."),
    ];

    /// <summary>Finds a model by its name or hub id, ignoring case; null if it is not in the list.</summary>
    public static BaseModel? Find(string name) =>
        All.FirstOrDefault(m =>
            name.Equals(m.Name, StringComparison.OrdinalIgnoreCase) || name.Equals(m.HubId, StringComparison.OrdinalIgnoreCase)
        );

    static BaseModel GptJ(string name, string hub, string about) =>
        new(name, hub, "gptj", "apache-2.0", about)
        {
            Facts = new JsonObject
            {
                ["model_type"] = "gptj",
                ["vocab_size"] = 50400,
                ["n_embd"] = 4096,
                ["n_layer"] = 28,
                ["n_head"] = 16,
                ["rotary_dim"] = 64,
                ["n_positions"] = 2048,
            },
        };

    static BaseModel Gpt2(string name, string hub, int width, int layers, int heads, string licence, string about) =>
        new(name, hub, "gpt2", licence, about)
        {
            Facts = new JsonObject
            {
                ["model_type"] = "gpt2",
                ["vocab_size"] = 50257,
                ["n_embd"] = width,
                ["n_layer"] = layers,
                ["n_head"] = heads,
                ["n_positions"] = 1024,
            },
        };

    static BaseModel Neo(string name, string hub, int width, int layers, int heads, string about) =>
        new(name, hub, "gpt_neo", "mit", about)
        {
            Facts = new JsonObject
            {
                ["model_type"] = "gpt_neo",
                ["vocab_size"] = 50257,
                ["hidden_size"] = width,
                ["num_layers"] = layers,
                ["num_heads"] = heads,
                ["max_position_embeddings"] = 2048,
                ["window_size"] = 256,
                ["attention_types"] = new JsonArray(new JsonArray(new JsonArray("global", "local"), layers / 2)),
            },
        };

    static BaseModel Pythia(string name, string hub, int width, int layers, int heads, string about) =>
        new(name, hub, "gpt_neox", "apache-2.0", about)
        {
            Facts = new JsonObject
            {
                ["model_type"] = "gpt_neox",
                ["vocab_size"] = 50304,
                ["hidden_size"] = width,
                ["intermediate_size"] = 4 * width,
                ["num_hidden_layers"] = layers,
                ["num_attention_heads"] = heads,
                ["rotary_pct"] = 0.25,
                ["max_position_embeddings"] = 2048,
                ["use_parallel_residual"] = true,
                ["tie_word_embeddings"] = false,
            },
        };

    static BaseModel Llama(
        string name,
        string hub,
        int vocabulary,
        int width,
        int inner,
        int layers,
        int heads,
        int groups,
        bool tied,
        string about
    ) =>
        new(name, hub, "llama", "apache-2.0", about)
        {
            Facts = Gated("llama", vocabulary, width, inner, layers, heads, groups, tied, 2048),
        };

    static BaseModel Qwen(string name, string hub, int width, int inner, int layers, int heads, int groups, string about) =>
        new(name, hub, "qwen2", "apache-2.0", about)
        {
            Facts = Gated("qwen2", 151936, width, inner, layers, heads, groups, tied: true, 32768),
        };

    static JsonObject Gated(
        string type,
        int vocabulary,
        int width,
        int inner,
        int layers,
        int heads,
        int groups,
        bool tied,
        int positions
    ) =>
        new()
        {
            ["model_type"] = type,
            ["vocab_size"] = vocabulary,
            ["hidden_size"] = width,
            ["intermediate_size"] = inner,
            ["num_hidden_layers"] = layers,
            ["num_attention_heads"] = heads,
            ["num_key_value_heads"] = groups,
            ["max_position_embeddings"] = positions,
            ["tie_word_embeddings"] = tied,
        };
}
