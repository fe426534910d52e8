using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Adapters;
using LiftLab.Engine.Models.Architectures;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.FineTuning.Kept;

public sealed class LoraAdapterTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-lora-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_papers_adapters_on_six_billion_weights_have_34_774_016_trainable()
    {
        using var model = new LanguageModel(GptJ.Sized(50400, 4096, 28, 16, 64, 2048), META);
        LoraAdapter.Attach(model, new(new()), 0);
        Assert.Equal(34_774_016, model.Trainable.Sum(w => w.Value.numel()));
    }

    [Fact]
    public void A_fresh_adapter_changes_nothing_and_starts_as_published()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = TinyModel.Create();
        var ids = tensor(new long[] { 1, 2, 3, 4 }, [1, 4]);
        var before = model.Logits(ids).clone();
        LoraAdapter.Attach(model, new(new()), 7);
        Assert.True(model.Logits(ids).eq(before).all().item<bool>());
        foreach (var layer in model.Linears.Select(s => (LoraLinear)s.Layer))
        {
            var bound = 1 / Math.Sqrt(layer.Inputs);
            Assert.InRange(layer.Down.Value.abs().max().item<float>(), 0.9 * bound, bound);
            Assert.Equal(0, layer.Up.Value.abs().max().item<float>());
        }
        Assert.InRange(((LoraEmbedding)model.Tokens.Layer).Down.Value.std().item<float>(), 0.95, 1.05);
        Assert.All(model.Trainable, w => Assert.Contains(".lora_", w.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void A_saved_adapter_gives_the_same_logits_on_a_fresh_base()
    {
        using var scope = NewDisposeScope();
        var ids = tensor(new long[] { 40, 41, 42 }, [1, 3]);
        Tensor expected;
        using (var model = TinyModel.Create())
        {
            LoraAdapter.Attach(model, new(new(4, Alpha: 8)), 7);
            new Trainer(model, new() { Epochs = 2, LearningRate = 1e-2 }, TimeProvider.System).Run(
                new ShuffledRows(TinyModel.Rows(32), 16, 3)
            );
            using var frozen = no_grad();
            expected = model.Logits(ids);
            LoraAdapter.Save(model, folder, "lift-mini");
        }
        using var fresh = TinyModel.Create();
        LoraAdapter.Load(fresh, folder);
        using (no_grad())
            Assert.True(fresh.Logits(ids).eq(expected).all().item<bool>());

        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, LoraAdapter.ConfigFile)))!;
        Assert.Equal((4, 8.0, "LORA"), ((int)config["r"]!, (double)config["lora_alpha"]!, (string)config["peft_type"]!));
        using var file = SafeTensors.Open(Path.Combine(folder, LoraAdapter.WeightsFile));
        var embedding = file.Entries.Single(e => e.Name == "base_model.model.transformer.wte.lora_embedding_A");
        Assert.Equal([4, TinyModel.Tokenizer.VocabularySize], embedding.Shape);
        Assert.Contains(file.Entries, e => e.Name == "base_model.model.transformer.h.0.attn.q_proj.lora_A.weight");
    }

    [Theory, InlineData("tiny-gptj"), InlineData("tiny-gpt2")]
    public void A_merged_model_computes_what_the_adapted_one_did(string name)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = ModelFolder.Load(Models.Golden.Of(name).Folder);
        LoraAdapter.Attach(model, name == "tiny-gptj" ? new(new(4, Alpha: 2)) : new(new(4), ["c_attn", "c_fc"]), 7);
        foreach (var weight in model.Trainable)
            weight.Value.AddInPlace(0.03);
        var ids = tensor(new long[] { 40, 41, 42, 5 }, [1, 4]);
        var expected = model.Logits(ids).data<float>().ToArray();
        AdapterMerge.Apply(model);
        Assert.DoesNotContain(model.Weights, w => w.Name.Contains("lora", StringComparison.Ordinal));
        Models.Close.To(expected, model.Logits(ids), 1e-4);
        ModelFolder.Save(model, folder);
        using var saved = ModelFolder.Load(folder);
        Models.Close.To(expected, saved.Logits(ids), 1e-4);
    }

    [Fact]
    public void Recomputed_blocks_drop_what_they_dropped_before()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Create();
        LoraAdapter.Attach(model, new(new(4, Dropout: 0.5)), 7);
        using (no_grad())
            foreach (var weight in model.Trainable)
                weight.Value.AddInPlace(0.03);
        model.Training = true;
        var batch = Batch.Of(TinyModel.Rows(8), CPU);
        (float Loss, Tensor[] Gradients) Pass(bool checkpointing, int seed)
        {
            (model.Checkpointing, model.DropoutSeed) = (checkpointing, seed);
            foreach (var weight in model.Trainable)
                weight.Value.grad = null;
            var loss = Objective.Mean(model, batch);
            loss.backward();
            model.ThrowIfBackwardFailed();
            return (loss.item<float>(), [.. model.Trainable.Select(w => w.Value.grad!.clone())]);
        }
        var (plain, recomputed, other) = (Pass(false, 1), Pass(true, 1), Pass(true, 2));
        Assert.Equal(plain.Loss, recomputed.Loss);
        Assert.NotEqual(plain.Loss, other.Loss);
        foreach (var (a, b) in plain.Gradients.Zip(recomputed.Gradients))
            Assert.True(a.eq(b).all().item<bool>());
    }

    [Fact]
    public void An_adapter_of_another_model_is_refused()
    {
        using var scope = NewDisposeScope();
        using (var model = TinyModel.Create())
        {
            LoraAdapter.Attach(model, new(new(4)), 7);
            LoraAdapter.Save(model, folder, "lift-mini");
        }
        using var other = new LanguageModel(GptJ.Sized(359, 32, 1, 2, 8, 64));
        Assert.Equal("adapter-foreign", Assert.Throws<ModelFolderException>(() => LoraAdapter.Load(other, folder)).Code);
    }

    [Fact]
    public void A_target_that_is_no_layer_is_answered_with_those_there_are()
    {
        using var model = TinyModel.Create();
        var refusal = Assert.Throws<ArgumentException>(() => LoraAdapter.Attach(model, new(new(), ["query"]), 0));
        Assert.Contains("q_proj, k_proj, v_proj, out_proj, fc_in, fc_out, lm_head, wte", refusal.Message, StringComparison.Ordinal);
    }
}
