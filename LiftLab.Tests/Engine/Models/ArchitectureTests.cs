using System.Text.Json.Nodes;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.Models;

public sealed class ArchitectureTests
{
    /// <summary>Published shapes with the parameter counts their authors or hubs state.</summary>
    [Theory]
    [InlineData(
        "gpt2",
        """{"model_type":"gpt2","n_embd":768,"n_head":12,"n_layer":12,"n_positions":1024,"vocab_size":50257}""",
        124_439_808
    )]
    [InlineData(
        "gpt2-xl",
        """{"model_type":"gpt2","n_embd":1600,"n_head":25,"n_layer":48,"n_positions":1024,"vocab_size":50257}""",
        1_557_611_200
    )]
    [InlineData(
        "gpt-neo-125m",
        """{"model_type":"gpt_neo","hidden_size":768,"num_heads":12,"num_layers":12,"max_position_embeddings":2048,"vocab_size":50257,"window_size":256,"attention_types":[[["global","local"],6]]}""",
        125_198_592
    )]
    [InlineData(
        "pythia-160m",
        """{"model_type":"gpt_neox","hidden_size":768,"num_attention_heads":12,"num_hidden_layers":12,"intermediate_size":3072,"max_position_embeddings":2048,"vocab_size":50304,"rotary_pct":0.25}""",
        162_322_944
    )]
    [InlineData(
        "gpt-neox-20b",
        """{"model_type":"gpt_neox","hidden_size":6144,"num_attention_heads":64,"num_hidden_layers":44,"intermediate_size":24576,"max_position_embeddings":2048,"vocab_size":50432,"rotary_pct":0.25}""",
        20_554_567_680
    )]
    [InlineData(
        "llama-2-7b",
        """{"model_type":"llama","hidden_size":4096,"num_attention_heads":32,"num_hidden_layers":32,"intermediate_size":11008,"vocab_size":32000}""",
        6_738_415_616
    )]
    [InlineData(
        "tinyllama-1.1b",
        """{"model_type":"llama","hidden_size":2048,"num_attention_heads":32,"num_key_value_heads":4,"num_hidden_layers":22,"intermediate_size":5632,"vocab_size":32000}""",
        1_100_048_384
    )]
    [InlineData(
        "smollm-135m",
        """{"model_type":"llama","hidden_size":576,"num_attention_heads":9,"num_key_value_heads":3,"num_hidden_layers":30,"intermediate_size":1536,"vocab_size":49152,"tie_word_embeddings":true}""",
        134_515_008
    )]
    [InlineData(
        "mistral-7b",
        """{"model_type":"mistral","hidden_size":4096,"num_attention_heads":32,"num_key_value_heads":8,"num_hidden_layers":32,"intermediate_size":14336,"vocab_size":32000,"sliding_window":4096}""",
        7_241_732_096
    )]
    [InlineData(
        "qwen2.5-0.5b",
        """{"model_type":"qwen2","hidden_size":896,"num_attention_heads":14,"num_key_value_heads":2,"num_hidden_layers":24,"intermediate_size":4864,"vocab_size":151936,"tie_word_embeddings":true,"rope_theta":1000000.0}""",
        494_032_768
    )]
    public void A_published_shape_has_its_published_parameter_count(string name, string config, long parameters)
    {
        using var model = new LanguageModel(ModelConfig.Parse((JsonObject)JsonNode.Parse(config)!), META);
        Assert.True(parameters == model.ParameterCount, $"{name}: {model.ParameterCount}, published {parameters}");
    }

    internal static readonly string[] TinyConfigs =
    [
        """{"model_type":"gpt_neo","hidden_size":32,"num_heads":4,"num_layers":2,"max_position_embeddings":64,"vocab_size":61,"window_size":5,"attention_types":[[["global","local"],1]]}""",
        """{"model_type":"gpt_neox","hidden_size":32,"num_attention_heads":4,"num_hidden_layers":2,"intermediate_size":64,"max_position_embeddings":64,"vocab_size":61,"rotary_pct":0.5}""",
        """{"model_type":"llama","hidden_size":32,"num_attention_heads":4,"num_key_value_heads":2,"num_hidden_layers":2,"intermediate_size":48,"vocab_size":61}""",
        """{"model_type":"mistral","hidden_size":32,"num_attention_heads":4,"num_key_value_heads":1,"num_hidden_layers":2,"intermediate_size":48,"vocab_size":61,"sliding_window":6}""",
        """{"model_type":"qwen2","hidden_size":32,"num_attention_heads":4,"num_key_value_heads":2,"num_hidden_layers":2,"intermediate_size":48,"vocab_size":61,"tie_word_embeddings":true}""",
        """{"model_type":"qwen2","hidden_size":32,"num_attention_heads":4,"num_key_value_heads":2,"num_hidden_layers":2,"intermediate_size":48,"vocab_size":61,"use_sliding_window":true,"sliding_window":6,"layer_types":["sliding_attention","full_attention"]}""",
        """{"model_type":"llama","hidden_size":32,"head_dim":16,"num_attention_heads":4,"num_key_value_heads":2,"num_hidden_layers":2,"intermediate_size":48,"vocab_size":61,"rope_theta":50,"attention_bias":true,"mlp_bias":true,"rope_scaling":{"rope_type":"llama3","factor":8,"low_freq_factor":1,"high_freq_factor":4,"original_max_position_embeddings":24}}""",
        """{"model_type":"llama","hidden_size":32,"num_attention_heads":4,"num_key_value_heads":2,"num_hidden_layers":2,"intermediate_size":48,"vocab_size":61,"rope_parameters":{"rope_type":"linear","factor":3,"rope_theta":700}}""",
    ];

    public static TheoryData<string> Tiny => [.. TinyConfigs];

    [Theory, MemberData(nameof(Tiny))]
    public void Logits_equal_the_formulas_written_out_token_by_token(string config)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = Random(config);
        int[] ids = [.. Enumerable.Range(0, 13).Select(i => i * 7 % 61)];
        var logits = model.Logits(tensor(ids.Select(i => (long)i).ToArray(), [1, ids.Length]));
        Close.To(new WrittenOut(model).Logits(ids).SelectMany(r => r.Select(v => (float)v)), logits, 1e-4);
    }

    [Theory, MemberData(nameof(Tiny))]
    public void Cached_and_padded_passes_equal_a_plain_one(string config)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = Random(config);
        long[] ids = [.. Enumerable.Range(0, 13).Select(i => i * 7L % 61)];
        var plain = model.Logits(tensor(ids, [1, 13]));
        var padded = model.Logits(tensor((long[])[0, 0, 0, .. ids], [1, 16]), tensor((long[])[0, 0, 0, .. ids.Select(_ => 1L)], [1, 16]));
        Close.To(plain.data<float>().ToArray(), padded.narrow(1, 3, 13), 1e-5);
        using var cache = new KeyValueCache(model.Config.Layers, 13);
        var parts = new List<Tensor>();
        foreach (var (start, count) in new[] { (0, 6), (6, 3), (9, 1), (10, 1), (11, 2) })
            parts.Add(model.Head(model.Hidden(tensor(ids[start..(start + count)], [1, count]), cache: cache)));
        Close.To(plain.data<float>().ToArray(), cat(parts, 1), 1e-5);
    }

    internal static LanguageModel Random(string config)
    {
        var model = new LanguageModel(ModelConfig.Parse((JsonObject)JsonNode.Parse(config)!));
        new Initialisation(0.2).Apply(model, 3);
        using var generator = new Generator(9);
        foreach (var weight in model.Weights.Where(w => w.Value.dim() == 1))
            weight.Value.AddInPlace(randn(weight.Value.shape, generator: generator), 0.2); // norms and biases that matter
        return model;
    }
}
