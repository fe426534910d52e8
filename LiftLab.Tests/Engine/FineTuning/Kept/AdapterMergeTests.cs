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

    [Fact]
    public void A_weight_that_embedding_and_head_share_is_not_merged()
    {
        using var model = Gpt2();
        Adapt(model, new(new(4)));
        Assert.Equal("merge-tied", Assert.Throws<ModelFolderException>(() => AdapterMerge.Apply(model)).Code);
    }
}
