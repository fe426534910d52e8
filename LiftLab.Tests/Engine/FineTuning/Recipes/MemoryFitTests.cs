using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Memory;
using LiftLab.Engine.Models.Torch;

namespace LiftLab.Tests.Engine.FineTuning.Recipes;

public sealed class MemoryFitTests
{
    const long Gigabyte = 1_000_000_000;
    static readonly ModelConfig GptJ = BaseModels.Find("gpt-j-6b")!.Config!;

    static MemoryFit Fit(long device, bool card = true, FineTune? recipe = null) =>
        MemoryFit.Of(GptJ, recipe ?? FineTunePresets.Paper, 128, 8, device, card);

    [Theory]
    [InlineData(80, Precision.Bfloat16, Recomputation.Never)]
    [InlineData(24, Precision.Bfloat16, Recomputation.Never)]
    [InlineData(16, Precision.Bfloat16, Recomputation.Always)]
    [InlineData(10, Precision.Int8, Recomputation.Always)]
    [InlineData(6, Precision.Nf4, Recomputation.Always)]
    public void GptJ_takes_the_most_exact_weights_that_the_card_holds(int gigabytes, Precision precision, Recomputation recompute)
    {
        var fit = Fit(gigabytes * Gigabyte);
        Assert.True(fit.Fits, fit.Words);
        Assert.Equal((precision, recompute), (fit.Recipe.Precision, fit.Recipe.Recompute));
        Assert.True(fit.Need <= MemoryFit.Share * gigabytes * Gigabyte);
        Assert.True(fit.Recipe.TokensAtOnce >= 128);
    }

    [Fact]
    public void A_card_without_bfloat16_keeps_float32()
    {
        var fit = MemoryFit.Of(GptJ, FineTunePresets.Paper, 128, 8, 80 * Gigabyte, onCard: true, hasBFloat16: false);
        Assert.Equal(Precision.Float32, fit.Recipe.Precision);
    }

    [Fact]
    public void On_a_processor_weights_stay_float32_while_they_fit() =>
        Assert.Equal(Precision.Float32, Fit(64 * Gigabyte, card: false).Recipe.Precision);

    [Theory]
    [InlineData(23.8 / 23.5, true)]
    [InlineData(0.93, true)]
    [InlineData(0.91, false)]
    public void On_a_processor_a_run_is_refused_from_92_percent_of_the_memory_on(double share, bool refused)
    {
        var recipe = FineTunePresets.Paper with { Precision = Precision.Float32, Recompute = Recomputation.Never, TokensAtOnce = 128 };
        var fit = Fit(64 * Gigabyte, card: false, recipe);
        var room = (long)(fit.Need / share);
        Assert.Equal(refused, (fit with { Device = room }).IsRefused);
        Assert.Equal(refused, (fit with { Available = room }).IsRefused);
        var card = Fit(64 * Gigabyte, card: true, recipe);
        Assert.False((card with { Device = card.Need }).IsRefused); // a card is full only above its memory
        Assert.True((card with { Device = card.Need, Available = card.Need / 2 }).IsRefused); // others use it
    }

    [Fact]
    public void Freed_pages_are_kept_where_twice_the_estimate_leaves_half_of_the_memory()
    {
        var fit = Fit(256 * Gigabyte, card: false, FineTunePresets.Paper with { Precision = Precision.Nf4 });
        Assert.Equal(HeapPages.Kept, (fit with { Device = 4 * fit.Need }).Pages);
        Assert.Equal(HeapPages.Returned, (fit with { Device = 4 * fit.Need - 4 }).Pages);
        Assert.Equal(HeapPages.Returned, (fit with { Device = 8 * fit.Need, Available = 3 * fit.Need }).Pages); // others use it
        Assert.Equal(HeapPages.Returned, (fit with { Device = 8 * fit.Need, OnCard = true }).Pages);
    }

    [Fact]
    public void What_the_recipe_fixes_is_not_touched()
    {
        var asked = FineTunePresets.Paper with { Precision = Precision.Int8, Recompute = Recomputation.Always, TokensAtOnce = 256 };
        Assert.Equal(asked, Fit(80 * Gigabyte, recipe: asked).Recipe);
    }

    [Fact]
    public void What_does_not_fit_says_so_and_what_would_need_less()
    {
        var full = Fit(24 * Gigabyte, recipe: FineTunePresets.Paper with { Method = FineTuneMethod.Full });
        Assert.False(full.Fits);
        Assert.Contains("adapters", full.Advice, StringComparison.Ordinal);
        var smallest = Fit(3 * Gigabyte);
        Assert.False(smallest.Fits);
        Assert.Equal(
            (Precision.Nf4, Recomputation.Always, (string?)null),
            (smallest.Recipe.Precision, smallest.Recipe.Recompute, smallest.Advice)
        );
    }

    [Fact]
    public void A_large_batch_is_cut_before_layers_are_recomputed_and_the_parts_stay_useful()
    {
        var fit = Fit(24 * Gigabyte, recipe: FineTunePresets.Paper with { BatchSize = 256 });
        Assert.Equal(Recomputation.Never, fit.Recipe.Recompute);
        Assert.InRange(fit.Recipe.TokensAtOnce, 512, 128 * 64);
        Assert.True(fit.Estimate.Parts > 1);
    }

    [Fact]
    public void An_embedding_that_does_not_learn_has_no_gradient_no_moments_and_no_copy()
    {
        var config = ModelFolder.ReadConfig(ModelByName.BuiltInFolder);
        MemoryEstimate Of(bool frozen) =>
            MemoryEstimate.ForTraining(
                config,
                new()
                {
                    LoraRank = null,
                    KeepsBest = true,
                    FrozenEmbedding = frozen,
                    Rows = 64,
                }
            );
        var embedding = (long)config.VocabularySize * config.Width * sizeof(float);
        Assert.Equal((2 * embedding, embedding), (Of(false).Optimizer - Of(true).Optimizer, Of(false).Best - Of(true).Best));
    }

    [Fact]
    public void The_built_in_model_needs_no_saving_anywhere()
    {
        var config = ModelFolder.ReadConfig(ModelByName.BuiltInFolder);
        var fit = MemoryFit.Of(config, FineTunePresets.ForLiftMini, 200, 4, 4 * Gigabyte, onCard: false);
        Assert.Equal((Precision.Float32, Recomputation.Never, 1), (fit.Recipe.Precision, fit.Recipe.Recompute, fit.Estimate.Parts));
    }
}
