using LiftLab.Engine.Models;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.Models;

public sealed class ExpectedTensorTests
{
    /// <summary>The known models whose architecture is here.</summary>
    public static TheoryData<string> Supported => [.. BaseModels.All.Where(m => m.Config is not null).Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(Supported))]
    public void Names_and_shapes_are_those_of_the_model(string name)
    {
        var config = BaseModels.Find(name)!.Config!;
        using var model = new LanguageModel(config, META);
        Assert.Equal(
            model.Weights.Select(w => $"{w.Name} {string.Join('x', w.Value.shape)}").Order(StringComparer.Ordinal),
            ExpectedTensor.Of(config).Select(t => $"{t.Name} {string.Join('x', t.Shape)}").Order(StringComparer.Ordinal)
        );
    }

    /// <summary>As their publishers count them.</summary>
    [Theory]
    [InlineData("gpt-j-6b", 6_050_882_784)]
    [InlineData("distilgpt2", 81_912_576)]
    [InlineData("gpt2", 124_439_808)]
    [InlineData("gpt2-medium", 354_823_168)]
    [InlineData("gpt2-large", 774_030_080)]
    [InlineData("gpt2-xl", 1_557_611_200)]
    [InlineData("gpt-neo-125m", 125_198_592)]
    [InlineData("pythia-70m", 70_426_624)]
    [InlineData("pythia-160m", 162_322_944)]
    [InlineData("pythia-410m", 405_334_016)]
    [InlineData("pythia-1.4b", 1_414_647_808)]
    [InlineData("smollm-135m", 134_515_008)]
    [InlineData("smollm-360m", 361_821_120)]
    [InlineData("tinyllama-1.1b", 1_100_048_384)]
    [InlineData("qwen2.5-0.5b", 494_032_768)]
    [InlineData("qwen2.5-1.5b", 1_543_714_304)]
    public void Known_models_have_the_published_number_of_weights(string name, long parameters)
    {
        var model = BaseModels.Find(name)!;
        Assert.Equal(model.IsSupported ? parameters : null, model.Parameters);
    }

    [Fact]
    public void Names_are_unique_and_found_under_both_names()
    {
        string[] names = [.. BaseModels.All.SelectMany(m => new[] { m.Name, m.HubId }).OfType<string>()];
        Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(BaseModels.All, m => Assert.Same(m, BaseModels.Find(m.HubId ?? m.Name)));
        Assert.Null(BaseModels.Find("no-such-model"));
    }
}
