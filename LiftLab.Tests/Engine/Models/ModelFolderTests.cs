using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.Models;

public sealed class ModelFolderTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-models-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory, InlineData("tiny-gptj"), InlineData("tiny-gpt2")]
    public void A_pickle_checkpoint_holds_the_same_weights(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Of(name);
        Copy(golden, "config.json", "pytorch_model.bin");
        using var expected = ModelFolder.Load(golden.Folder);
        using var actual = ModelFolder.Load(folder);
        AssertSame(expected, actual);
    }

    [Fact]
    public void Shards_are_read_through_their_index_and_a_saved_model_comes_back()
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Of("tiny-gptj");
        Copy(golden, "config.json");
        using var model = ModelFolder.Load(golden.Folder);
        var map = new JsonObject();
        foreach (var (part, i) in model.Weights.Chunk(20).Select((p, i) => (p, i)))
        {
            var file = $"model-{i + 1:00000}-of-00002.safetensors";
            using (var stream = File.Create(Path.Combine(folder, file)))
                SafeTensors.Write(stream, part.Select(w => (w.Name, w.Value)));
            foreach (var weight in part)
                map[weight.Name] = file;
        }
        File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), new JsonObject { ["weight_map"] = map }.ToJsonString());
        var seen = new FineTuning.Collected<LoadProgress>();
        using (var shards = ModelFolder.Load(folder, progress: seen))
            AssertSame(model, shards);
        Assert.InRange(seen.All[^1].Done, 0.9 * seen.All[^1].Total, seen.All[^1].Total);
        ModelFolder.Save(model, folder); // one file now, which is preferred
        using var saved = ModelFolder.Load(folder);
        AssertSame(model, saved);

        File.Delete(Path.Combine(folder, "model.safetensors"));
        File.Delete(Path.Combine(folder, "model-00002-of-00002.safetensors"));
        var missing = Assert.Throws<ModelFolderException>(() => ModelFolder.Load(folder));
        Assert.Equal("shard-missing", missing.Code);
        Assert.Contains("model-00002-of-00002.safetensors", missing.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ScalarType.Float16, 2e-3)]
    [InlineData(ScalarType.BFloat16, 2e-2)]
    public void Weights_stored_in_half_precision_are_widened(ScalarType stored, double tolerance)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Of("tiny-gptj");
        Copy(golden, "config.json");
        using var model = ModelFolder.Load(golden.Folder);
        using (var stream = File.Create(Path.Combine(folder, "model.safetensors")))
            SafeTensors.Write(stream, model.Weights.Select(w => (w.Name, w.Value.to(stored))));
        using var narrow = ModelFolder.Load(folder);
        foreach (var (a, b) in model.Weights.Zip(narrow.Weights))
            Close.To(a.Value.data<float>().ToArray(), b.Value, tolerance);
    }

    [Fact]
    public void Missing_superfluous_and_misshapen_tensors_are_all_named()
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Of("tiny-gptj");
        Copy(golden, "config.json");
        using var model = ModelFolder.Load(golden.Folder);
        using (var stream = File.Create(Path.Combine(folder, "model.safetensors")))
            SafeTensors.Write(
                stream,
                model.Weights.Skip(1).Select(w => (w.Name, w.Name == "lm_head.bias" ? zeros(3) : w.Value)).Append(("stranger", zeros(2)))
            );
        var refusal = Assert.Throws<ModelFolderException>(() => ModelFolder.Load(folder));
        Assert.Equal("tensor-missing", refusal.Code);
        foreach (var word in new[] { "transformer.wte.weight", "lm_head.bias is (3) and should be (97)", "stranger" })
            Assert.Contains(word, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cos\nsystem\n(Vtouch /tmp/x\ntR.")]
    [InlineData("c__builtin__\neval\n.")]
    [InlineData("(lp0\n.")]
    public void A_pickle_that_would_run_something_is_refused(string pickle)
    {
        Copy(Golden.Of("tiny-gptj"), "config.json");
        using (var archive = ZipFile.Open(Path.Combine(folder, "pytorch_model.bin"), ZipArchiveMode.Create))
        using (var stream = archive.CreateEntry("archive/data.pkl").Open())
            stream.Write(Encoding.ASCII.GetBytes(pickle));
        Assert.Equal("weights-broken", Assert.Throws<ModelFolderException>(() => ModelFolder.Load(folder)).Code);
    }

    [Theory]
    [InlineData(0), InlineData(7), InlineData(300), InlineData(20_000)]
    public void A_cut_file_is_refused(int length)
    {
        var golden = Golden.Of("tiny-gptj");
        Copy(golden, "config.json");
        File.WriteAllBytes(
            Path.Combine(folder, "model.safetensors"),
            File.ReadAllBytes(Path.Combine(golden.Folder, "model.safetensors"))[..length]
        );
        Assert.Equal("weights-broken", Assert.Throws<ModelFolderException>(() => ModelFolder.Load(folder)).Code);
    }

    [Theory]
    [InlineData("{}", "config-incomplete")]
    [InlineData("[]", "config-impossible")]
    [InlineData("""{"model_type":"t5"}""", "architecture-unknown")]
    [InlineData("""{"model_type":"gptj","n_embd":"wide"}""", "config-impossible")]
    [InlineData(
        """{"model_type":"llama","hidden_size":64,"num_attention_heads":4,"num_hidden_layers":1,"intermediate_size":9,"vocab_size":9,"rope_scaling":{"rope_type":"yarn","factor":4}}""",
        "config-unsupported"
    )]
    public void A_configuration_that_cannot_be_used_says_why(string json, string code)
    {
        File.WriteAllText(Path.Combine(folder, "config.json"), json);
        Assert.Equal(code, Assert.Throws<ModelFolderException>(() => ModelFolder.Load(folder)).Code);
    }

    void Copy(Golden golden, params string[] files)
    {
        foreach (var file in files)
            File.WriteAllBytes(Path.Combine(folder, file), File.ReadAllBytes(Path.Combine(golden.Folder, file)));
    }

    static void AssertSame(LanguageModel expected, LanguageModel actual)
    {
        foreach (var (a, b) in expected.Weights.Zip(actual.Weights))
            Assert.True(a.Value.eq(b.Value).all().item<bool>(), a.Name);
    }
}
