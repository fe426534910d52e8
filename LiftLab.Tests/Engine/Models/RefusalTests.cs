using LiftLab.Engine.Commands.Bench;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Models.Torch;
using LiftLab.Tests.Engine.FineTuning;
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

    sealed class LanguageModelPair : IDisposable
    {
        public LiftLab.Engine.Models.LanguageModel Fused { get; } = TinyModel.Trainable();
        public LiftLab.Engine.Models.LanguageModel Plain { get; } = TinyModel.Trainable();

        public void Dispose()
        {
            Fused.Dispose();
            Plain.Dispose();
        }
    }
}
