using System.Text.Json.Nodes;
using LiftLab.Engine.Hub;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Tokens;

namespace LiftLab.Tests.Engine.Hub;

public sealed class ModelLibraryTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("liftlab-library-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    string Models => Path.Combine(root, "models");

    /// <summary>A sound model of a few thousand weights.</summary>
    string Make(string folder)
    {
        var path = Path.Combine(root, folder);
        Directory.CreateDirectory(path);
        using var model = new LanguageModel(
            ModelConfig.Parse(
                new JsonObject
                {
                    ["model_type"] = "gpt2",
                    ["vocab_size"] = 400,
                    ["n_embd"] = 8,
                    ["n_layer"] = 2,
                    ["n_head"] = 2,
                    ["n_positions"] = 16,
                }
            )
        );
        ModelFolder.Save(model, path);
        TokenizerFolder.WriteBytes(path);
        return path;
    }

    /// <summary>Changes the header of the weights, and pads it to the old length.</summary>
    static void EditHeader(string folder, Action<JsonObject> edit)
    {
        var path = Path.Combine(folder, "model.safetensors");
        var bytes = File.ReadAllBytes(path);
        var length = (int)BitConverter.ToInt64(bytes);
        var header = JsonNode.Parse(bytes.AsSpan(8, length))!.AsObject();
        edit(header);
        var text = System.Text.Encoding.UTF8.GetBytes(header.ToJsonString());
        Assert.True(text.Length <= length);
        bytes.AsSpan(8, length).Fill((byte)' ');
        text.CopyTo(bytes, 8);
        File.WriteAllBytes(path, bytes);
    }

    [Fact]
    public void Sizes_licence_and_number_types_are_read_without_loading()
    {
        var folder = Make("models/someone--small");
        File.WriteAllText(Path.Combine(folder, ModelDownload.SourceFile), """{ "model": "someone/small", "licence": "mit" }""");
        var model = Assert.Single(new ModelLibrary(Models, bundled: Path.Combine(root, "none")).List());
        Assert.Equal(("someone/small", "mit", "Float32", false), (model.Name, model.Licence, model.Dtypes, model.IsBundled));
        Assert.Equal(400 * 8 + 16 * 8 + 2 * (4 * 8 + 24 * 8 + 24 + 64 + 8 + 256 + 32 + 256 + 8) + 16, model.Parameters);
        Assert.Equal(new DirectoryInfo(folder).GetFiles().Sum(f => f.Length), model.Bytes);
        Assert.Null(model.Problem);
    }

    [Fact]
    public void Bundled_models_come_first_and_stay()
    {
        Make("bundled/lift-mini");
        Make("models/a--b");
        var library = new ModelLibrary(Models, bundled: Path.Combine(root, "bundled"));
        Assert.Equal(["lift-mini", "a/b"], library.List().Select(m => m.Name));
        Assert.Throws<InvalidOperationException>(() => library.Delete(library.Find("lift-mini")!));
        library.Delete(library.Find("a/b")!);
        Assert.Equal(["lift-mini"], library.List().Select(m => m.Name));
        Assert.False(Directory.Exists(Path.Combine(Models, "a--b")));
    }

    [Fact]
    public void A_folder_elsewhere_is_found_by_its_path_and_not_deleted()
    {
        var folder = Make("elsewhere");
        var library = new ModelLibrary(Models, bundled: Path.Combine(root, "none"));
        Assert.Throws<InvalidOperationException>(() => library.Delete(library.Find(folder)!));
        Assert.True(Directory.Exists(folder));
        Assert.Null(library.Find("nothing-of-this-name"));
    }

    [Fact]
    public async Task An_import_is_a_copy_of_a_sound_folder()
    {
        var library = new ModelLibrary(Models, bundled: Path.Combine(root, "none"));
        var imported = await library.ImportAsync(Make("mine"));
        Assert.Equal(("mine", true), (Assert.Single(library.List()).Name, ModelCheck.Of(imported.Folder).IsSound));
        Assert.Equal(
            "name-taken",
            (await Assert.ThrowsAsync<ModelFolderException>(() => library.ImportAsync(Path.Combine(root, "mine")))).Code
        );
        Assert.Equal(
            "folder-missing",
            (await Assert.ThrowsAsync<ModelFolderException>(() => library.ImportAsync(Path.Combine(root, "gone")))).Code
        );
    }

    [Fact]
    public async Task A_folder_that_lacks_a_tensor_is_not_imported()
    {
        var folder = Make("mine");
        EditHeader(folder, h => h.Remove("transformer.h.1.mlp.c_fc.bias"));
        var library = new ModelLibrary(Models, bundled: Path.Combine(root, "none"));
        Assert.Equal("tensor-missing", (await Assert.ThrowsAsync<ModelFolderException>(() => library.ImportAsync(folder))).Code);
        Assert.Empty(library.List());
    }

    [Fact]
    public void A_sound_folder_has_no_problems()
    {
        var check = ModelCheck.Of(Make("m"));
        Assert.Empty(check.Problems);
        Assert.Equal(("bytes", "Float32"), (check.Tokenizer, check.Dtypes));
    }

    [Fact]
    public void Missing_superfluous_and_misshapen_tensors_are_listed_by_name()
    {
        var folder = Make("m");
        EditHeader(
            folder,
            h =>
            {
                h.Remove("transformer.h.0.ln_1.bias");
                var wte = h["transformer.wte.weight"]!.DeepClone();
                h.Remove("transformer.wte.weight");
                h["transformer.wtx.weight"] = wte;
                h["transformer.wpe.weight"]!["shape"] = new JsonArray(8, 16);
            }
        );
        var problems = ModelCheck.Of(folder).Problems;
        Assert.Equal(
            ["tensor-misshapen", "tensor-missing", "tensor-missing", "tensor-superfluous"],
            problems.Select(p => p.Code).Order(StringComparer.Ordinal)
        );
        Assert.Contains(problems, p => p.What == "transformer.wpe.weight is (8, 16) and should be (16, 8)");
        Assert.Contains(problems, p => p.What.StartsWith("transformer.wtx.weight", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.What == "transformer.wte.weight (400, 8) is missing");
    }

    [Fact]
    public void Shards_are_followed_and_a_missing_one_is_named()
    {
        var folder = Make("m");
        File.Move(Path.Combine(folder, "model.safetensors"), Path.Combine(folder, "model-00001-of-00002.safetensors"));
        File.WriteAllText(
            Path.Combine(folder, "model.safetensors.index.json"),
            """{ "weight_map": { "a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors" } }"""
        );
        Assert.Contains("model-00002-of-00002.safetensors", Assert.Single(ModelCheck.Of(folder).Problems).What, StringComparison.Ordinal);
        File.WriteAllText(
            Path.Combine(folder, "model.safetensors.index.json"),
            """{ "weight_map": { "a": "model-00001-of-00002.safetensors" } }"""
        );
        Assert.Empty(ModelCheck.Of(folder).Problems);
    }

    [Fact]
    public void An_empty_folder_says_everything_it_lacks_at_once()
    {
        var folder = Path.Combine(root, "empty");
        Directory.CreateDirectory(folder);
        Assert.Equal(["config-missing", "weights-missing", "tokenizer-unusable"], ModelCheck.Of(folder).Problems.Select(p => p.Code));
    }

    [Fact]
    public void A_tokenizer_of_a_larger_model_is_noticed()
    {
        var folder = Make("m");
        var config = Path.Combine(folder, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("400", "300", StringComparison.Ordinal));
        Assert.Contains("tokenizer-larger", ModelCheck.Of(folder).Problems.Select(p => p.Code));
    }
}
