using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Torch;
using LiftLab.Tests.Engine.FineTuning;

namespace LiftLab.Tests.Engine.Pretraining;

public sealed class FirstWeightsTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("first").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task What_lies_beside_lift_mini_draws_its_weights_again_and_another_seed_draws_others()
    {
        var first = FirstWeights.OfUntrained(ModelByName.BuiltInFolder);
        Assert.NotNull(first);
        var (same, other) = await TorchThread.Run<(double, double)>(
            "first weights",
            () =>
            {
                var (shipped, tokenizer) = ModelByName.Load(LiftSettings.BuiltIn);
                using var drawn = ModelByName.Load(LiftSettings.BuiltIn).Model;
                using (shipped)
                {
                    double From(long seed)
                    {
                        (first with { Seed = seed }).Apply(drawn, tokenizer.FirstLevelId, tokenizer.Levels, tokenizer.LevelColumns);
                        return TinyModel.LargestDifference(shipped, drawn);
                    }
                    return (From(first.Seed), From(first.Seed + 1));
                }
            }
        );
        Assert.InRange(same, 0, 0.02); // half precision keeps 11 bits; the largest weight is a bias of -20
        Assert.InRange(other, 0.1, double.MaxValue);
    }

    [Theory]
    [InlineData("""{"seed":1,"deviation":0.1,"tokenDeviation":0,"ordinalLevels":true,"ordinalDecay":1.5,"steps":10}""")]
    [InlineData("""{"seed":1,"deviation":0.1,"tokenDeviation":0,"ordinalLevels":true,"ordinalDecay":1.5,"steps":0,"kernel":30}""")]
    [InlineData("""{"flour":"500 g","steps":"three"}""")]
    [InlineData("no JSON")]
    [InlineData(null)]
    public void A_model_that_has_learned_or_says_nothing_of_it_has_none(string? recipe)
    {
        if (recipe is not null)
            File.WriteAllText(Path.Combine(folder, FirstWeights.RecipeFile), recipe);
        Assert.Null(FirstWeights.OfUntrained(folder));
    }
}
