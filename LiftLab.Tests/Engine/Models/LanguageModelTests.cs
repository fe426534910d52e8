using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Layers;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.Models;

public sealed class LanguageModelTests
{
    public static TheoryData<string> Models => ["tiny-gptj", "tiny-gpt2"];

    [Theory, MemberData(nameof(Models))]
    public void Logits_of_an_unpadded_row_equal_the_reference(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Of(name);
        using var model = ModelFolder.Load(golden.Folder);
        using var frozen = no_grad();
        Close.To(golden.Row0Logits.SelectMany(r => r), model.Logits(golden.Ids.narrow(0, 0, 1)), 1e-4);
    }

    [Theory, MemberData(nameof(Models))]
    public void Logits_of_left_padded_rows_equal_the_reference(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Of(name);
        using var model = ModelFolder.Load(golden.Folder);
        using var frozen = no_grad();
        var last = model.Head(model.Hidden(golden.Ids, golden.Mask, last: 1));
        Close.To(golden.LastLogitsPadded.SelectMany(r => r), last, 1e-4);
        Close.To(golden.LastLogitsPadded.SelectMany(r => r), model.Logits(golden.Ids, golden.Mask).select(1, -1), 1e-4);
    }

    [Theory, MemberData(nameof(Models))]
    public void Cached_decoding_equals_uncached(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Of(name);
        using var model = ModelFolder.Load(golden.Folder);
        using var frozen = no_grad();
        var (ids, mask) = (golden.Ids, golden.Mask);
        var whole = model.Logits(ids, mask);
        using var cache = new KeyValueCache(model.Config.Layers, 17);
        var parts = new List<Tensor> { model.Head(model.Hidden(ids.narrow(1, 0, 12), mask.narrow(1, 0, 12), cache)) };
        for (var t = 12; t < 17; t += t == 12 ? 2 : 1)
            parts.Add(model.Head(model.Hidden(ids.narrow(1, t, t == 12 ? 2 : 1), cache: cache)));
        var real = mask.unsqueeze(2);
        Close.To((whole * real).data<float>().ToArray(), cat(parts, 1) * real, 1e-5);
    }

    [Theory, MemberData(nameof(Models))]
    public void Padding_does_not_change_a_row(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Of(name);
        using var model = ModelFolder.Load(golden.Folder);
        using var frozen = no_grad();
        var alone = model.Logits(golden.Ids.narrow(0, 2, 1).narrow(1, 11, 6));
        var padded = model.Logits(golden.Ids, golden.Mask).narrow(0, 2, 1).narrow(1, 11, 6).contiguous();
        Close.To(alone.data<float>().ToArray(), padded, 1e-5);
    }

    [Fact]
    public void The_published_six_billion_shape_has_its_published_parameter_count()
    {
        var config = LiftLab.Engine.Models.Architectures.GptJ.Sized(50400, 4096, 28, 16, 64, 2048);
        using var model = new LanguageModel(config, META);
        Assert.Equal(6_050_882_784, model.ParameterCount);
    }
}
