using Bunit;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Memory;
using LiftLab.Web.Pages.Library;

namespace LiftLab.Tests.Web.Library;

public sealed class MemoryCardTests : BunitContext
{
    static readonly ModelConfig GptJ = BaseModels.Find("gpt-j-6b")!.Config!;

    IRenderedComponent<MemoryCard> Card(MemoryChoice choice, long device, Action<MemoryChoice>? changed = null) =>
        Render<MemoryCard>(card =>
            card.Add(c => c.Name, "gpt-j-6b")
                .Add(c => c.Config, GptJ)
                .Add(c => c.Chosen, choice)
                .Add(c => c.Gpu, device)
                .Add(c => c.ChosenChanged, c => changed?.Invoke(c))
        );

    [Fact]
    public void What_fits_says_so_and_what_does_not_says_what_to_change()
    {
        Assert.Contains("fits", Card(new(WeightPrecision.BFloat16), 80_000_000_000).Find(".need").TextContent, StringComparison.Ordinal);
        var tight = Card(new(WeightPrecision.Float32), 24_000_000_000).Find(".need.over");
        Assert.Contains("store the weights in bfloat16", tight.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Choosing_hands_the_whole_choice_on()
    {
        MemoryChoice? chosen = null;
        var card = Card(new(), 80_000_000_000, c => chosen = c);
        card.FindAll("[role=radio]").First(b => b.TextContent == "int8").Click();
        Assert.Equal(new MemoryChoice(WeightPrecision.Int8), chosen);
        card.FindAll("input[type=number]")[0].Change("4096");
        Assert.Equal(MemoryChoice.MostRows, chosen!.Rows);
        card.FindAll("input[type=number]")[0].Change("100000");
        Assert.Equal(MemoryChoice.MostRows, chosen.Rows);
        Assert.Contains("a whole number from 1 to 4096", card.Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Eight_bit_moments_are_a_switch_and_shrink_the_estimate()
    {
        MemoryChoice? chosen = null;
        var card = Card(new(WeightPrecision.Float32, Full: true), 400_000_000_000, c => chosen = c);
        card.FindAll("label.switch")
            .Single(l => l.TextContent.Contains("8 bits", StringComparison.Ordinal))
            .QuerySelector("input")!
            .Change(true);
        Assert.True(chosen!.SmallMoments);
        long Moments(MemoryChoice choice) => MemoryEstimate.ForTraining(GptJ, choice.Settings).Optimizer;
        Assert.InRange((double)Moments(chosen) / Moments(new(WeightPrecision.Float32, Full: true)), 0.25, 0.26);
    }

    [Fact]
    public void Quantised_weights_do_not_learn()
    {
        Assert.False(new MemoryChoice(WeightPrecision.Int8, Full: true).Checked.Full);
        Assert.False(new MemoryChoice(WeightPrecision.BFloat16, Full: true).Checked.Full);
        Assert.True(new MemoryChoice(WeightPrecision.Float32, Full: true).Checked.Full);
    }

    [Fact]
    public void The_parts_of_the_bar_and_of_the_table_are_the_estimates()
    {
        var card = Card(new(WeightPrecision.Float32, Full: true), 400_000_000_000);
        var estimate = MemoryEstimate.ForTraining(GptJ, new MemoryChoice(WeightPrecision.Float32, Full: true).Settings);
        Assert.Contains(LiftLab.Web.Parts.Display.Bytes(estimate.Optimizer), card.Find("table").TextContent, StringComparison.Ordinal);
        Assert.Equal(8, card.FindAll(".need-bar")[0].QuerySelectorAll("i:not(.free)").Length); // all but adapters and cache
    }
}
