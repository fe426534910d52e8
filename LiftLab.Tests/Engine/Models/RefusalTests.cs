using System.Text.Json.Nodes;
using LiftLab.Engine.Commands.Bench;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using LiftLab.Tests.Engine.FineTuning;
using LiftLab.Tests.Engine.FineTuning.Answering;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.Models;

/// <summary>What is said where a GPU refuses something, and how its memory is measured.</summary>
public sealed class RefusalTests
{
    const long Gigabyte = 1L << 30;

    [Theory]
    [InlineData(79, false, null, true)] // full
    [InlineData(55, true, null, true)] // one large tensor did not fit
    [InlineData(55, false, null, false)] // an operator that this libtorch does not have
    [InlineData(79, true, "CUDA error: device-side assert triggered", false)]
    public void Memory_of_a_card_that_ran_out_is_told_from_other_errors(long used, bool hasWorked, string? broken, bool isMemory)
    {
        var card = new GraphicsCard("A card", 80 * Gigabyte, used * Gigabyte, null);
        var words = Refusal.Words("aten::rms_norm", 1, hasWorked, card, broken);
        Assert.Equal(isMemory, OutOfMemory.Is(new InvalidOperationException(words)));
        Assert.Contains("aten::rms_norm", words, StringComparison.Ordinal);
        if (broken is not null)
            Assert.Contains(broken, words, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_on_the_processor_says_which_operator_and_where_the_message_is()
    {
        using var scope = NewDisposeScope();
        TorchRuntime.Start();
        var thrown = Assert.Throws<InvalidOperationException>(() => Aten.RmsNorm(ones([2, 3]), 5, null, 1e-5));
        Assert.Equal("libtorch refused aten::rms_norm (error 1); its message is on standard error", thrown.Message);
    }

    [Fact]
    public void The_peak_of_a_card_is_what_a_step_has_taken_beyond_what_was_in_use_before()
    {
        var readings = new Queue<long?>([10, 25, 40, null, 35]);
        var peak = new PeakOfDevice(() => readings.Dequeue());
        for (var step = 0; step < 4; step++)
            peak.Note();
        Assert.Equal(30, peak.Bytes);
        Assert.InRange(PeakOfDevice.Of(CPU).Bytes, 1, long.MaxValue);
    }

    [Fact]
    public void An_optimiser_without_its_fused_kernel_takes_the_same_steps_and_says_so()
    {
        using LanguageModelPair pair = new();
        foreach (var (model, fused) in new[] { (pair.Fused, true), (pair.Plain, false) })
        {
            using var scope = NewDisposeScope();
            using var optimizer = new AdamW(model.Trainable, new TrainingPlan { LearningRate = 1e-3 }, fused: fused);
            for (var step = 0; step < 3; step++)
            {
                using var inner = NewDisposeScope();
                optimizer.ClearGradients();
                Objective.Mean(model, Batch.Of(TinyModel.Rows(4), CPU)).backward();
                model.ThrowIfBackwardFailed();
                optimizer.Step(1e-3);
            }
            Assert.Equal(fused, optimizer.Remark is null);
        }
        Assert.InRange(TinyModel.LargestDifference(pair.Fused, pair.Plain), 0, 1e-6);
    }

    [Fact]
    public void A_token_beyond_the_vocabulary_is_named_before_the_device_sees_it()
    {
        using var model = TinyModel.Trainable();
        var beyond = model.Config.VocabularySize;
        var training = Assert.Throws<ModelFolderException>(() =>
            new Trainer(model, new() { Steps = 1 }, TimeProvider.System).Run(
                new ShuffledRows([TrainingRow.Completion([1, beyond], [2])], 1, 1)
            )
        );
        Assert.Equal("tokenizer-larger", training.Code);
        Assert.Contains($"token {beyond}, and the model has {beyond}", training.What, StringComparison.Ordinal);
        Assert.Throws<ModelFolderException>(() => Objective.Mean(model, [TrainingRow.Completion([1], [beyond])], 1));
        using var carried = new CarriedKeys(model.Config.Layers);
        Assert.Throws<ModelFolderException>(() =>
            model.Hidden(
                new PackedSequences(
                    [
                        [1, beyond, 3],
                    ],
                    0,
                    []
                ),
                carried
            )
        );
    }

    [Fact]
    public void A_position_beyond_the_table_is_named_before_the_device_sees_it()
    {
        using var model = new LanguageModel(
            ModelConfig.Parse(
                (JsonObject)JsonNode.Parse("""{"model_type":"gpt2","vocab_size":50,"n_embd":16,"n_layer":2,"n_head":2,"n_positions":8}""")!
            )
        );
        new Initialisation(0.1).Apply(model, 1);
        model.SetTrainable(true);
        TrainingRow Row(int length) => TrainingRow.Completion([.. Enumerable.Range(1, length - 1)], [3]);
        foreach (var packing in new[] { Packing.Never, Packing.Always })
        {
            // rows of two lengths, so that positions are looked up
            void Train(int length) =>
                new Trainer(model, new() { Steps = 1, Packing = packing }, TimeProvider.System).Run(
                    new ShuffledRows([Row(length), Row(4)], 2, 1)
                );
            Train(9); // the last token is no input
            Assert.Contains(
                "position embeddings for 8",
                Assert.Throws<ArgumentException>(() => Train(10)).Message,
                StringComparison.Ordinal
            );
        }
        using var carried = new CarriedKeys(2);
        Assert.Throws<ArgumentException>(() =>
            model.Hidden(
                new PackedSequences(
                    [
                        [.. Enumerable.Range(1, 9)],
                    ],
                    0,
                    []
                ),
                carried
            )
        );
    }

    [Fact]
    public void A_step_that_runs_out_of_memory_keeps_no_tensor()
    {
        using var model = TinyModel.Trainable();
        using var scope = NewDisposeScope();
        var (slot, before) = (model.Linears.Last(), scope.DisposablesCount);
        var layer = slot.Layer;
        slot.Layer = new GreedyLayer(layer);
        Assert.Throws<LearningFailedException>(() =>
            new Trainer(model, new() { Steps = 1 }, TimeProvider.System).Run(new ShuffledRows(TinyModel.Rows(8), 8, 1))
        );
        Assert.Equal(before, scope.DisposablesCount);
        Assert.All(model.Trainable, w => Assert.Null(w.Value.grad));
        slot.Layer = layer; // with less memory in use, the same process trains on
        new Trainer(model, new() { Steps = 2 }, TimeProvider.System).Run(new ShuffledRows(TinyModel.Rows(8), 8, 1));
    }

    sealed class LanguageModelPair : IDisposable
    {
        public LanguageModel Fused { get; } = TinyModel.Trainable();
        public LanguageModel Plain { get; } = TinyModel.Trainable();

        public void Dispose()
        {
            Fused.Dispose();
            Plain.Dispose();
        }
    }
}
