using LiftLab.Engine.Commands;
using LiftLab.Engine.Models.Files;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.Models;

/// <summary>The model folders of Cases/README.md.</summary>
public sealed class CaseModelTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("liftlab-cases-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    static string Case(string name) => CaseFile.At("models", name);

    static float[] LastLogits(string folder)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = ModelFolder.Load(folder);
        return [.. model.Logits(tensor((long[])[1, 2, 3, 4, 5, 6, 7, 8], [1, 8]))[0][7].data<float>().ToArray().Take(4)];
    }

    static void Near(float[] expected, float[] actual) => Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, 1e-4));

    [Fact]
    public void Attention_scores_of_gpt2_fall_with_the_layer_where_the_configuration_says_so() =>
        Near([-0.40399f, -0.77763f, 0.59606f, 0.20680f], LastLogits(Case("gpt2-layer-scale")));

    [Fact]
    public void Gptj_without_rotary_dim_rotates_64_dimensions()
    {
        float[] expected = [-0.09372f, 1.08524f, 1.05614f, -1.13237f];
        Near(expected, LastLogits(Case("gptj-rotary-left-out")));
        File.Copy(Path.Combine(Case("gptj-rotary-left-out"), "config-with-64.json"), Path.Combine(root, "config.json"));
        File.Copy(Path.Combine(Case("gptj-rotary-left-out"), "model.safetensors"), Path.Combine(root, "model.safetensors"));
        Near(expected, LastLogits(root));
    }

    [Theory]
    [InlineData("gptj-int8", "weights-quantised", "15 of 15 tensors are stored as Int8, which are quantised weights without their scales")]
    [InlineData("gptj-4bit-saved", "weights-quantised", "in 4 bits by bitsandbytes (quantization_config in config.json)")]
    [InlineData("adapter-alone", "adapter-alone", "for some/base-7b and not a whole model")]
    [InlineData("pointer-weights", "weights-broken", "it is a Git LFS pointer")]
    [InlineData("prefix-space-as-text", "tokenizer-unusable", "'add_prefix_space' is \"false\", which is not true or false")]
    [InlineData("no-tokenizer-yet-sound", "tokenizer-unusable", "has no tokenizer")]
    public async Task Check_says_what_is_wrong_and_is_not_sound(string name, string code, string what)
    {
        var problem = ModelCheck.Of(Case(name)).Problems[0];
        Assert.Equal((code, true), (problem.Code, problem.Blocks));
        Assert.Contains(what, problem.What, StringComparison.Ordinal);
        using StringWriter output = new(),
            error = new();
        var exit = await LiftLabCommand
            .Create()
            .Parse(["models", "check", Case(name)])
            .InvokeAsync(new() { Output = output, Error = error });
        Assert.Equal((ExitCode.BadData, ""), (exit, error.ToString()));
        Assert.Contains(what, output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(output.ToString().Split('\n'), line => line.Trim() == "sound");
    }

    [Theory]
    [InlineData("gptj-int8")]
    [InlineData("gptj-4bit-saved")]
    [InlineData("adapter-alone")]
    [InlineData("pointer-weights")]
    public void What_check_refuses_is_not_loaded_either(string name) =>
        Assert.Equal(
            ModelCheck.Of(Case(name)).Problems[0].Code,
            Assert.Throws<ModelFolderException>(() => ModelFolder.Load(Case(name))).Code
        );
}
