using System.Text.Json.Nodes;
using LiftLab.Engine.Models.Files;

namespace LiftLab.Engine.Models.Architectures;

/// <summary>
/// The entries of a config.json that a family does not read: harmless ones are passed over, those that change the computation must have a
/// neutral value, and unknown ones are listed. The table is docs/model-configurations.md.
/// </summary>
static class OtherEntries
{
    /// <summary>Bookkeeping, training and generation settings: they do not change the logits.</summary>
    static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
    {
        "architectures",
        "model_type",
        "name_or_path",
        "transformers_version",
        "transformers.js_config",
        "torch_dtype",
        "dtype",
        "use_cache",
        "return_dict",
        "output_attentions",
        "output_hidden_states",
        "output_past",
        "torchscript",
        "use_bfloat16",
        "tf_legacy_loss",
        "bos_token_id",
        "eos_token_id",
        "pad_token_id",
        "sep_token_id",
        "cls_token_id",
        "mask_token_id",
        "unk_token_id",
        "decoder_start_token_id",
        "forced_bos_token_id",
        "forced_eos_token_id",
        "tokenizer_class",
        "prefix",
        "task_specific_params",
        "problem_type",
        "finetuning_task",
        "id2label",
        "label2id",
        "num_labels",
        "initializer_range",
        "initializer_factor",
        "gradient_checkpointing",
        "attn_implementation",
        "chunk_size_feed_forward",
        "pretraining_tp",
        "reorder_and_upcast_attn",
        "tie_encoder_decoder",
        "is_decoder",
        "is_llama_config",
        "n_ctx",
        "max_sequence_length",
        "model_max_length",
        "attn_pdrop",
        "embd_pdrop",
        "resid_pdrop",
        "attention_dropout",
        "embed_dropout",
        "hidden_dropout",
        "resid_dropout",
        "classifier_dropout",
        "classifier_dropout_prob",
        "max_length",
        "min_length",
        "do_sample",
        "early_stopping",
        "num_beams",
        "num_beam_groups",
        "diversity_penalty",
        "temperature",
        "top_k",
        "top_p",
        "typical_p",
        "repetition_penalty",
        "length_penalty",
        "no_repeat_ngram_size",
        "encoder_no_repeat_ngram_size",
        "bad_words_ids",
        "suppress_tokens",
        "begin_suppress_tokens",
        "num_return_sequences",
        "output_scores",
        "return_dict_in_generate",
        "remove_invalid_values",
        "exponential_decay_length_penalty",
    };

    static readonly string[] HarmlessStarts = ["_", "summary_", "unsloth_"];

    /// <summary>Entries of related families that change the computation.</summary>
    static readonly NeutralEntry[] Neutral =
    [
        new("is_encoder_decoder", "false"),
        new("add_cross_attention", "false"),
        new("cross_attention_hidden_size"),
        new("pruned_heads", "{}"),
        new("is_causal", "true"),
        new("use_bidirectional_attention", "false"),
        new("vision_config"),
        new("text_config"),
        new("audio_config"),
        new("num_experts", "0", "1"),
        new("num_local_experts", "0", "1"),
        new("n_routed_experts", "0"),
        new("num_experts_per_tok", "0", "1"),
        new("num_nextn_predict_layers", "0"),
        new("q_lora_rank"),
        new("kv_lora_rank"),
        new("final_logit_softcapping", "0"),
        new("attn_logit_softcapping", "0"),
        new("logit_scale", "1"),
        new("logits_scaling", "1"),
        new("attention_multiplier"),
        new("embedding_multiplier", "1"),
        new("residual_multiplier", "1"),
        new("query_pre_attn_scalar"),
        new("scale_emb", "1"),
        new("scale_depth"),
        new("dim_model_base"),
        new("scale_embedding", "false"),
        new("embedding_scale", "1"),
        new("mup_scale_qk_dot_by_d", "false"),
        new("mup_width_scale", "1"),
        new("mup_embeddings_scale", "1"),
        new("mup_output_alpha", "1"),
        new("qk_norm", "false"),
        new("use_qk_norm", "false"),
        new("qk_layernorm", "false"),
        new("clip_qkv"),
        new("alibi", "false"),
        new("use_alibi", "false"),
        new("multi_query", "false"),
        new("parallel_attn", "false"),
        new("new_decoder_architecture", "false"),
        new("parallel_residual", "false"),
        new("use_parallel_residual", "false"),
        new("attention_bias", "false"),
        new("mlp_bias", "false"),
        new("lm_head_bias", "false"),
        new("scale_attn_weights", "true"),
        new("scale_attn_by_inverse_layer_idx", "false"),
        new("rotary", "true"),
        new("rotary_base", "10000"),
        new("rotary_pct", "1"),
        new("partial_rotary_factor", "1"),
        new("rope_scaling"),
        new("rope_parameters"),
        new("rope_interleaved", "false"),
        new("use_mrope", "false"),
        new("no_rope_layers", "[]"),
        new("attention_chunk_size"),
        new("sliding_window"),
        new("use_sliding_window", "false"),
    ];

    /// <returns>Unknown entries, in their order.</returns>
    /// <exception cref="ModelFolderException">An entry changes the computation.</exception>
    public static IReadOnlyList<string> Check(ConfigEntries entries)
    {
        var unknown = new List<string>();
        foreach (var name in entries.Left)
        {
            if (Harmless.Contains(name) || HarmlessStarts.Any(s => name.StartsWith(s, StringComparison.Ordinal)))
                continue;
            if (Neutral.FirstOrDefault(n => n.Name == name) is { } neutral)
                neutral.Demand(entries.Json[name]);
            else if (name == "layer_types")
                DemandFull(entries);
            else
                unknown.Add(name);
        }
        return unknown;
    }

    static void DemandFull(ConfigEntries entries)
    {
        if (entries.Texts("layer_types")?.FirstOrDefault(t => t != "full_attention") is { } other)
            new NeutralEntry("layer_types").Demand(JsonValue.Create(other));
    }

    /// <exception cref="ModelFolderException">The weights are quantised.</exception>
    public static void DemandUnquantised(ConfigEntries entries)
    {
        foreach (var name in (string[])["quantization_config", "compression_config"])
            if (entries.Inside(name) is { Json.Count: > 0 } quantised)
            {
                var method = quantised.Text("quant_method", "").ToLowerInvariant();
                var (four, eight) = (quantised.Flag("load_in_4bit", false), quantised.Flag("load_in_8bit", false));
                if (method.Length == 0 && !four && !eight && (quantised.Has("load_in_4bit") || quantised.Has("load_in_8bit")))
                    continue;
                var bits =
                    four ? " in 4 bits"
                    : eight ? " in 8 bits"
                    : quantised.Json["bits"] is { } b ? $" in {ConfigEntries.Short(b)} bits"
                    : "";
                throw new ModelFolderException(
                    "weights-quantised",
                    $"the model was saved quantised{bits}{(method.Length > 0 ? " by " + Maker(method) : "")} ({name} in config.json)",
                    $"Get the unquantised weights of this model (if these are unquantised, remove {name}). LiftLab quantises them itself where the recipe asks for it (precision int8 or nf4)."
                );
            }
    }

    static string Maker(string method) =>
        method switch
        {
            "bitsandbytes" => "bitsandbytes",
            "gptq" => "GPTQ",
            "awq" => "AWQ",
            _ => method,
        };
}
