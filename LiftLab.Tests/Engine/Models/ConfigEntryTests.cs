using System.Text.Json.Nodes;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.Models;

/// <summary>An entry of config.json is applied, or refused where it changes the computation, or named where it is not known.</summary>
public sealed class ConfigEntryTests
{
    const string Gpt2 = """{"model_type":"gpt2","n_embd":8,"n_head":2,"n_layer":2,"n_positions":16,"vocab_size":20}""",
        GptJ = """{"model_type":"gptj","n_embd":32,"n_head":2,"n_layer":1,"n_positions":16,"vocab_size":20,"rotary_dim":4}""",
        Neo = """{"model_type":"gpt_neo","hidden_size":8,"num_heads":2,"num_layers":2,"vocab_size":20}""",
        NeoX =
            """{"model_type":"gpt_neox","hidden_size":32,"num_attention_heads":2,"num_hidden_layers":1,"intermediate_size":8,"vocab_size":20}""",
        Llama =
            """{"model_type":"llama","hidden_size":16,"num_attention_heads":2,"num_hidden_layers":2,"intermediate_size":8,"vocab_size":20}""",
        Mistral =
            """{"model_type":"mistral","hidden_size":16,"num_attention_heads":2,"num_key_value_heads":2,"num_hidden_layers":2,"intermediate_size":8,"vocab_size":20}""",
        Qwen2 =
            """{"model_type":"qwen2","hidden_size":16,"num_attention_heads":2,"num_key_value_heads":2,"num_hidden_layers":2,"intermediate_size":8,"vocab_size":20}""";

    const string Llama3 =
        """{"rope_type":"llama3","factor":8,"low_freq_factor":1,"high_freq_factor":4,"original_max_position_embeddings":8192}""";

    static ModelConfig Parse(string config, string more = "{}")
    {
        var json = (JsonObject)JsonNode.Parse(config)!;
        foreach (var (name, value) in (JsonObject)JsonNode.Parse(more)!)
            json[name] = value?.DeepClone();
        return ModelConfig.Parse(json);
    }

    [Theory]
    [InlineData(Gpt2, """{"add_cross_attention":true}""", "add_cross_attention")]
    [InlineData(Gpt2, """{"is_encoder_decoder":true}""", "is_encoder_decoder")]
    [InlineData(Gpt2, """{"pruned_heads":{"0":[1]}}""", "pruned_heads")]
    [InlineData(Gpt2, """{"activation_function":"quick_gelu"}""", "quick_gelu")]
    [InlineData(Gpt2, """{"rope_parameters":{"rope_theta":10000}}""", "rope_parameters")]
    [InlineData(Gpt2, """{"mup_scale_qk_dot_by_d":true}""", "mup_scale_qk_dot_by_d")]
    [InlineData(GptJ, """{"scale_attn_weights":false}""", "scale_attn_weights")]
    [InlineData(GptJ, """{"rotary":false}""", "rotary")]
    [InlineData(NeoX, """{"rope_scaling":{"type":"dynamic","factor":2}}""", "dynamic")]
    [InlineData(Llama, """{"rope_scaling":{"rope_type":"yarn","factor":2}}""", "yarn")]
    [InlineData(Qwen2, """{"rope_scaling":{"type":"yarn","factor":4.0,"original_max_position_embeddings":32768}}""", "'yarn'")]
    [InlineData(Llama, """{"rope_parameters":{"rope_type":"dynamic","factor":2,"rope_theta":10000}}""", "'dynamic'")]
    [InlineData(Mistral, """{"rope_scaling":{"type":"longrope","short_factor":[1,1],"long_factor":[2,2]}}""", "'longrope'")]
    [InlineData(Llama, """{"rope_scaling":{"type":"su","short_factor":[1,1],"long_factor":[2,2]}}""", "'su'")]
    [InlineData(Llama, """{"rope_scaling":{"type":"linear","factor":2,"mrope_section":[1,2]}}""", "mrope_section")]
    [InlineData(Llama, """{"rope_parameters":{"full_attention":{"rope_theta":1}}}""", "full_attention")]
    [InlineData(Llama, """{"sliding_window":4096}""", "sliding_window")]
    [InlineData(Llama, """{"layer_types":["full_attention","sliding_attention"]}""", "layer_types")]
    [InlineData(Llama, """{"final_logit_softcapping":30}""", "final_logit_softcapping")]
    [InlineData(Llama, """{"attn_logit_softcapping":50.0}""", "attn_logit_softcapping")]
    [InlineData(Llama, """{"logit_scale":0.0625}""", "logit_scale")]
    [InlineData(Llama, """{"attention_multiplier":0.015625}""", "attention_multiplier")]
    [InlineData(Llama, """{"embedding_multiplier":12.0}""", "embedding_multiplier")]
    [InlineData(Llama, """{"num_experts":8}""", "num_experts")]
    [InlineData(Llama, """{"num_local_experts":8}""", "num_local_experts")]
    [InlineData(Llama, """{"rope_interleaved":true}""", "rope_interleaved")]
    [InlineData(Llama, """{"use_qk_norm":true}""", "use_qk_norm")]
    [InlineData(Llama, """{"vision_config":{"hidden_size":4}}""", "vision_config")]
    [InlineData(Mistral, """{"attention_bias":true}""", "attention_bias")]
    [InlineData(Mistral, """{"mlp_bias":true}""", "mlp_bias")]
    [InlineData(Qwen2, """{"use_mrope":true}""", "use_mrope")]
    public void An_entry_that_would_change_the_computation_is_refused_by_name(string config, string more, string named)
    {
        var error = Assert.Throws<ModelFolderException>(() => Parse(config, more));
        Assert.Equal("config-unsupported", error.Code);
        Assert.Contains(named, error.What, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData(Gpt2, """{"attn_pdrop":0.1,"resid_pdrop":0.1,"summary_type":"cls_index","n_ctx":1024,"_num_labels":1}""")]
    [InlineData(Gpt2, """{"scale_attn_weights":true,"scale_attn_by_inverse_layer_idx":false,"reorder_and_upcast_attn":true}""")]
    [InlineData(GptJ, """{"rotary":true,"scale_attn_weights":true,"gradient_checkpointing":false,"tokenizer_class":"GPT2Tokenizer"}""")]
    [InlineData(Neo, """{"attention_layers":["global","local"],"attention_types":[[["global","local"],1]],"embed_dropout":0}""")]
    [InlineData(NeoX, """{"rotary_pct":0.25,"rotary_emb_base":10000,"rope_theta":10000,"partial_rotary_factor":0.25}""")]
    [InlineData(Llama, """{"rope_scaling":null,"pretraining_tp":1,"attention_bias":false,"mlp_bias":false,"sliding_window":null}""")]
    [InlineData(Llama, """{"rope_parameters":{"rope_type":"default","rope_theta":500000.0},"dtype":"bfloat16"}""")]
    [InlineData(Llama, """{"is_llama_config":true,"rope_interleaved":false,"transformers.js_config":{},"final_logit_softcapping":null}""")]
    [InlineData(Llama, """{"num_experts":0,"logit_scale":1.0,"layer_types":["full_attention","full_attention"]}""")]
    [InlineData(Qwen2, """{"use_mrope":false,"use_sliding_window":false,"sliding_window":131072,"max_window_layers":28}""")]
    [InlineData(Llama, """{"quantization_config":null}""")]
    [InlineData(Llama, """{"quantization_config":{"load_in_4bit":false,"load_in_8bit":false}}""")]
    public void What_changes_nothing_is_accepted_without_a_word(string config, string more) => Assert.Empty(Parse(config, more).Unknown);

    [Fact]
    public void Unknown_entries_are_named()
    {
        Assert.Equal(["new_trick", "layer_norm_eps"], Parse(Gpt2, """{"new_trick":3,"layer_norm_eps":0.1}""").Unknown);
        Assert.Equal(["auto_map"], Parse(Llama, """{"auto_map":{"AutoModelForCausalLM":"modeling_x.X"}}""").Unknown);
    }

    [Theory]
    [InlineData(Gpt2, """{"n_head":0}""")]
    [InlineData(Gpt2, """{"n_head":3}""")]
    [InlineData(Gpt2, """{"n_head":-2}""")]
    [InlineData(Gpt2, """{"n_layer":2000000000}""")]
    [InlineData(Gpt2, """{"n_layer":20000}""")]
    [InlineData(Gpt2, """{"vocab_size":99999999999}""")]
    [InlineData(Gpt2, """{"n_embd":8.5}""")]
    [InlineData(Gpt2, """{"n_embd":"8"}""")]
    [InlineData(Gpt2, """{"n_embd":[8]}""")]
    [InlineData(Gpt2, """{"tie_word_embeddings":"true"}""")]
    [InlineData(Gpt2, """{"layer_norm_epsilon":-1e-5}""")]
    [InlineData(Gpt2, """{"layer_norm_epsilon":1e999}""")]
    [InlineData(Gpt2, """{"hidden_size":16}""")]
    [InlineData(GptJ, """{"rotary_dim":null}""")]
    [InlineData(GptJ, """{"rotary_dim":64}""")]
    [InlineData(GptJ, """{"rotary_dim":3}""")]
    [InlineData(Neo, """{"attention_types":[[["global","local"],2000000000]]}""")]
    [InlineData(Neo, """{"attention_types":[[["global","round"],1]]}""")]
    [InlineData(Neo, """{"attention_types":"global"}""")]
    [InlineData(Neo, """{"attention_types":[[["global","local"],1]],"attention_layers":["local","global"]}""")]
    [InlineData(NeoX, """{"rotary_pct":0.25,"partial_rotary_factor":0.5}""")]
    [InlineData(NeoX, """{"rotary_pct":2}""")]
    [InlineData(Llama, """{"num_key_value_heads":0}""")]
    [InlineData(Llama, """{"num_attention_heads":0}""")]
    [InlineData(Llama, """{"rope_theta":0}""")]
    [InlineData(Llama, """{"rope_scaling":"llama3"}""")]
    [InlineData(Llama, """{"rope_scaling":{"rope_type":"linear"}}""")]
    [InlineData(Llama, """{"rope_scaling":{"rope_type":7}}""")]
    [InlineData(Llama, """{"rope_theta":10000,"rope_parameters":{"rope_type":"default","rope_theta":500000}}""")]
    [InlineData(Llama, """{"rope_scaling":{"rope_type":"linear","factor":2},"rope_parameters":{"rope_type":"linear","factor":4}}""")]
    [InlineData(Llama, """{"model_type":5}""")]
    [InlineData(Mistral, """{"sliding_window":0}""")]
    [InlineData(Mistral, """{"layer_types":["full_attention","sliding_attention"]}""")]
    [InlineData(Qwen2, """{"layer_types":["full_attention","sliding_attention"]}""")]
    [InlineData(Qwen2, """{"layer_types":["full_attention"]}""")]
    [InlineData(Qwen2, """{"use_sliding_window":true,"layer_types":["full_attention","chunked_attention"]}""")]
    public void Impossible_values_are_one_line(string config, string more)
    {
        var error = Assert.Throws<ModelFolderException>(() => Parse(config, more));
        Assert.Equal("config-impossible", error.Code);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("""{"quant_method":"bitsandbytes","load_in_4bit":true}""", "in 4 bits by bitsandbytes")]
    [InlineData("""{"quant_method":"bitsandbytes","load_in_8bit":true}""", "in 8 bits by bitsandbytes")]
    [InlineData("""{"quant_method":"gptq","bits":4}""", "in 4 bits by GPTQ")]
    [InlineData("""{"quant_method":"awq","bits":4}""", "in 4 bits by AWQ")]
    [InlineData("""{"quant_method":"fp8"}""", "by fp8")]
    [InlineData("""{"quant_method":"compressed-tensors"}""", "by compressed-tensors")]
    public void A_quantised_model_is_named_as_what_it_is(string entry, string named)
    {
        var error = Assert.Throws<ModelFolderException>(() => Parse(Llama, $$"""{"quantization_config":{{entry}}}"""));
        Assert.Equal("weights-quantised", error.Code);
        Assert.Contains(named, error.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Absent_entries_have_the_formats_values()
    {
        Assert.Equal([4096, 4096], Parse(Mistral).Windows);
        Assert.Equal([null, null], Parse(Mistral, """{"sliding_window":null}""").Windows);
        Assert.Equal([null, null], Parse(Qwen2).Windows);
        Assert.Equal([null, 4096], Parse(Qwen2, """{"use_sliding_window":true,"max_window_layers":1}""").Windows);
        Assert.Equal([null, null], Parse(Qwen2, """{"use_sliding_window":true}""").Windows); // from layer 28 on
        Assert.Equal(
            [3, null],
            Parse(Qwen2, """{"use_sliding_window":true,"sliding_window":3,"layer_types":["sliding_attention","full_attention"]}""").Windows
        );
        var wide = (JsonObject)JsonNode.Parse(GptJ)!;
        wide.Remove("rotary_dim");
        wide["n_embd"] = 256;
        Assert.Equal(64, ModelConfig.Parse(wide).RotaryWidth);
        Assert.Equal(
            8,
            Parse(
                """{"model_type":"mistral","hidden_size":64,"num_attention_heads":16,"num_hidden_layers":1,"intermediate_size":8,"vocab_size":20}"""
            ).KeyValueHeads
        );
        Assert.Equal(2, Parse(Mistral, """{"num_key_value_heads":null}""").KeyValueHeads);
        Assert.Equal(500000, Parse(Llama, """{"rope_parameters":{"rope_theta":500000}}""").RotaryBase);
        Assert.Equal(new(8, new(1, 4, 8192)), Parse(Llama, $$"""{"rope_scaling":{{Llama3}}}""").RotaryScaling);
        Assert.Equal(new(2), Parse(NeoX, """{"rope_scaling":{"type":"linear","factor":2}}""").RotaryScaling);
    }

    [Fact]
    public void Names_of_other_families_are_read_as_transformers_does()
    {
        var config = ModelConfig.Parse(
            (JsonObject)
                JsonNode.Parse(
                    """{"model_type":"gpt2","hidden_size":8,"num_attention_heads":2,"num_hidden_layers":3,"max_position_embeddings":9,"vocab_size":20}"""
                )!
        );
        Assert.Equal((8, 2, 3, 9), (config.Width, config.Heads, config.Layers, config.MaxPositions));
        Assert.Empty(config.Unknown);
    }

    [Fact]
    public void The_sizes_of_the_known_models_have_no_unknown_entry() =>
        Assert.All(BaseModels.All.Where(m => m.Config is not null), m => Assert.Empty(m.Config!.Unknown));

    /// <summary>Llama 3's rule: long waves are divided, short ones kept.</summary>
    [Fact]
    public void Llama_3_divides_long_waves_and_keeps_short_ones()
    {
        var scaling = new RotaryScaling(8, new(1, 4, 8192));
        double Wave(double positions) => 2 * Math.PI / positions;
        Assert.Equal(Wave(100), scaling.Apply(Wave(100)));
        Assert.Equal(Wave(2047), scaling.Apply(Wave(2047)));
        Assert.Equal(Wave(8193) / 8, scaling.Apply(Wave(8193)), 12);
        var middle = 8192 / 2.5; // 2.5 turns: halfway between 1 and 4
        Assert.Equal((Wave(middle) / 8 + Wave(middle)) / 2, scaling.Apply(Wave(middle)), 12);
    }

    [Fact]
    public void Without_the_scale_of_attention_scores_queries_count_as_they_are()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var plain = ArchitectureTests.Random(Gpt2);
        using var unscaled = ArchitectureTests.Random(
            Gpt2.Replace("\"n_embd\"", "\"scale_attn_weights\":false,\"n_embd\"", StringComparison.Ordinal)
        );
        var ids = tensor((long[])[1, 2, 3, 4, 5, 6], [1, 6]);
        float[] Numbers(Tensor t) => t.contiguous().data<float>().ToArray();
        Assert.True(Numbers(plain.Logits(ids)).Zip(Numbers(unscaled.Logits(ids)), (a, b) => Math.Abs(a - b)).Max() > 1e-4);
        foreach (var weight in unscaled.Weights.Where(w => w.Name.Contains("c_attn", StringComparison.Ordinal)))
            weight.Value.narrow(weight.Value.dim() - 1, 0, 8).MultiplyInPlace(0.5); // 1/√4
        Close.To(Numbers(plain.Logits(ids)), unscaled.Logits(ids), 1e-5);
    }
}
