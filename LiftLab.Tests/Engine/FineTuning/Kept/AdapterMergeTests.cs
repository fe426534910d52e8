using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Torch;
using LiftLab.Tests.Engine.Models;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.FineTuning.Kept;

public sealed class AdapterMergeTests
{
    static readonly long[] Ids = [1, 5, 9, 2];

    /// <summary>Adapters that change something: their second matrices are drawn instead of zero.</summary>
    static void Adapt(LanguageModel model, LoraPlan plan)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var generator = new TorchSharp.torch.Generator(3);
        LoraAdapter.Attach(model, plan, 5);
        foreach (var weight in model.Trainable.Where(w => w.Name.Contains("_B", StringComparison.Ordinal)))
            weight.Value.copy_(randn([.. weight.Value.shape], generator: generator).MultiplyInPlace(0.05));
    }

    static LanguageModel Gpt2()
    {
        var model = new LanguageModel(
            ModelConfig.Parse(
                new JsonObject
                {
                    ["model_type"] = "gpt2",
                    ["vocab_size"] = 64,
                    ["n_embd"] = 16,
                    ["n_layer"] = 2,
                    ["n_head"] = 2,
                    ["n_positions"] = 16,
                }
            )
        );
        new Initialisation(0.05).Apply(model, 1);
        return model;
    }

    static void DemandSameLogits(LanguageModel model, LoraPlan plan)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var ids = tensor(Ids, [1, Ids.Length]);
        var plain = model.Logits(ids).clone();
        Adapt(model, plan);
        var adapted = model.Logits(ids).clone();
        Assert.True(adapted.sub(plain).abs().max().item<float>() > 1e-3);
        AdapterMerge.Apply(model);
        Assert.DoesNotContain(model.Weights, w => w.Name.Contains(".lora_", StringComparison.Ordinal));
        Close.To(adapted.contiguous().data<float>().ToArray(), model.Logits(ids), 1e-5);
    }

    [Fact]
    public void A_merged_model_answers_as_the_adapted_one()
    {
        using var model = TinyModel.Create();
        DemandSameLogits(model, new(new(4, Alpha: 8)));
    }

    [Fact]
    public void Weights_stored_the_other_way_round_are_merged_the_other_way_round()
    {
        using var model = Gpt2();
        DemandSameLogits(model, new(new(4), ["c_attn", "c_proj", "c_fc"]));
    }

    static LanguageModel TiedLlama()
    {
        var model = new LanguageModel(
            ModelConfig.Parse(
                new JsonObject
                {
                    ["model_type"] = "llama",
                    ["vocab_size"] = 64,
                    ["hidden_size"] = 16,
                    ["num_hidden_layers"] = 2,
                    ["num_attention_heads"] = 4,
                    ["num_key_value_heads"] = 2,
                    ["intermediate_size"] = 24,
                    ["max_position_embeddings"] = 16,
                    ["tie_word_embeddings"] = true,
                }
            )
        );
        new Initialisation(0.05).Apply(model, 1);
        return model;
    }

    public static TheoryData<string, string?> Tied =>
        new()
        {
            { "gpt2", null }, // all layers, embedding and head
            { "gpt2", "wte" },
            { "gpt2", "lm_head" },
            { "llama", null },
            { "llama", "embed_tokens" },
            { "llama", "lm_head,q_proj" },
        };

    [Theory, MemberData(nameof(Tied))]
    public void Embedding_and_head_that_share_a_weight_get_one_each_and_the_written_model_says_so(string type, string? targets)
    {
        var folder = Directory.CreateTempSubdirectory("liftlab-tied-").FullName;
        try
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            using var model = type == "gpt2" ? Gpt2() : TiedLlama();
            Assert.True(model.Config.TiedEmbeddings);
            var weights = model.Weights.Count();
            Adapt(model, new(new(4, Alpha: 8), targets?.Split(',')));
            var ids = tensor(Ids, [1, Ids.Length]);
            var adapted = model.Logits(ids).contiguous().data<float>().ToArray();
            AdapterMerge.Apply(model);
            Close.To(adapted, model.Logits(ids), 1e-5);
            Assert.False(model.Config.TiedEmbeddings);
            Assert.Equal(weights + 1, model.Weights.Count());

            ModelFolder.Save(model, folder);
            var config = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, ModelFolder.ConfigFile)))!;
            Assert.False((bool)config["tie_word_embeddings"]!);
            using var saved = ModelFolder.Load(folder);
            Close.To(adapted, saved.Logits(ids), 1e-5);
            ModelFolder.Save(saved, folder);
            using var again = ModelFolder.Load(folder);
            Close.To(adapted, again.Logits(ids), 1e-5);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_shared_weight_that_no_adapter_changes_stays_shared()
    {
        using var model = Gpt2();
        Adapt(model, new(new(4), ["c_attn"]));
        AdapterMerge.Apply(model);
        Assert.True(model.Config.TiedEmbeddings);
    }
}
