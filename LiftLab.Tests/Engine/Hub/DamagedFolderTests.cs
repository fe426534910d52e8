using LiftLab.Engine.Hub;
using LiftLab.Engine.Models.Files;
using LiftLab.Tests.Engine.Models;

namespace LiftLab.Tests.Engine.Hub;

/// <summary>A folder in the models folder that is damaged is listed with the reason, can be deleted, and hides no other model.</summary>
public sealed class DamagedFolderTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("liftlab-damaged-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    string Models => Path.Combine(root, "models");

    ModelLibrary Library => new(Models, bundled: Path.Combine(root, "none"));

    public static TheoryData<string> Faults => [.. DamagedModel.Names];

    [Theory, MemberData(nameof(Faults))]
    public void It_is_listed_with_the_reason_beside_the_sound_ones_and_can_be_deleted(string fault)
    {
        DamagedModel.WriteSound(Path.Combine(Models, "sound"));
        DamagedModel.Write(Path.Combine(Models, "damaged"), fault);
        var (damaged, sound) = (Library.Find("damaged")!, Library.Find("sound")!);
        Assert.Null(sound.Problem);
        Assert.NotNull(damaged.Problem);
        Assert.NotEqual("folder-unreadable", damaged.Problem.Code); // a fault that nobody has thought of
        Assert.DoesNotContain('\n', damaged.Problem.What);
        Assert.False(ModelCheck.Of(damaged.Folder).IsSound);
        Library.Delete(damaged);
        Assert.Equal(["sound"], Library.List().Select(m => m.Name));
    }

    [Theory]
    [InlineData("""{ "model": 5 }""")]
    [InlineData("""{ "model": null, "licence": [1] }""")]
    [InlineData("""{ "model": "a", "model": "b" }""")]
    [InlineData("[]")]
    [InlineData("no JSON")]
    [InlineData("")]
    public void A_source_file_that_says_nothing_of_use_leaves_the_folders_name(string source)
    {
        DamagedModel.WriteSound(Path.Combine(Models, "someone--small"));
        File.WriteAllText(Path.Combine(Models, "someone--small", ModelDownload.SourceFile), source);
        var model = Assert.Single(Library.List());
        Assert.Equal(("someone/small", (ModelProblem?)null), (model.Name, model.Problem));
    }

    [Fact]
    public void Unknown_entries_are_notes_and_not_problems()
    {
        var folder = DamagedModel.WriteSound(Path.Combine(Models, "m"));
        var config = Path.Combine(folder, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("{", "{\"new_trick\": 3,", StringComparison.Ordinal));
        var model = Assert.Single(Library.List());
        Assert.Null(model.Problem);
        Assert.Equal("config-unknown", Assert.Single(model.Notes).Code);
        Assert.Contains("new_trick", model.Notes[0].What, StringComparison.Ordinal);
        Assert.True(ModelCheck.Of(folder).IsSound);
    }

    [Fact]
    public void Names_that_wrappers_add_are_read()
    {
        var folder = DamagedModel.WriteSound(Path.Combine(Models, "m"));
        using var plain = ModelFolder.Load(folder);
        foreach (var wrapper in (string[])["_orig_mod.", "module.", "module._orig_mod."])
        {
            using (var file = File.Create(Path.Combine(folder, ModelFolder.WeightsFile)))
                SafeTensors.Write(file, plain.Weights.Select(w => (wrapper + w.Name, w.Value)));
            Assert.True(ModelCheck.Of(folder).IsSound);
            using var wrapped = ModelFolder.Load(folder);
            Assert.All(plain.Weights.Zip(wrapped.Weights), p => Assert.True(p.First.Value.eq(p.Second.Value).all().item<bool>()));
        }
    }

    [Fact]
    public async Task An_import_follows_no_link()
    {
        var outside = Path.Combine(root, "secret.safetensors");
        var folder = DamagedModel.WriteSound(Path.Combine(root, "mine"));
        File.Move(Path.Combine(folder, ModelFolder.WeightsFile), outside);
        File.CreateSymbolicLink(Path.Combine(folder, ModelFolder.WeightsFile), outside);
        var error = await Assert.ThrowsAsync<ModelFolderException>(() => Library.ImportAsync(folder));
        Assert.Equal("file-link", error.Code);
        Assert.Empty(Library.List());
        File.CreateSymbolicLink(Path.Combine(DamagedModel.WriteSound(Path.Combine(root, "other")), "README.md"), outside);
        Assert.Equal(
            "file-link",
            (await Assert.ThrowsAsync<ModelFolderException>(() => Library.ImportAsync(Path.Combine(root, "other")))).Code
        );
    }

    [Fact]
    public async Task An_import_takes_what_a_model_needs()
    {
        var folder = DamagedModel.WriteSound(Path.Combine(root, "mine"));
        File.WriteAllText(Path.Combine(folder, "notes.txt"), "x");
        File.WriteAllText(Path.Combine(folder, "optimizer.bin"), "x");
        File.WriteAllText(Path.Combine(folder, "LICENSE"), "x");
        var imported = await Library.ImportAsync(folder);
        Assert.Equal(
            ["LICENSE", "config.json", "model.safetensors", "tokenizer_config.json"],
            Directory.GetFiles(imported.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.Null(imported.Problem);
    }

    /// <summary>Opening a named pipe would wait for somebody who writes to it.</summary>
    [Theory]
    [InlineData("config.json")]
    [InlineData("model.safetensors")]
    [InlineData("tokenizer_config.json")]
    public async Task A_named_pipe_is_not_opened(string file)
    {
        if (OperatingSystem.IsWindows())
            return;
        var folder = DamagedModel.WriteSound(Path.Combine(Models, "pipe"));
        var path = Path.Combine(folder, file);
        File.Delete(path);
        using (var make = System.Diagnostics.Process.Start("mkfifo", path))
            await make.WaitForExitAsync();
        var listed = await Task.Run(() => Library.List()).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.NotNull(Assert.Single(listed).Problem);
        Assert.False((await Task.Run(() => ModelCheck.Of(folder)).WaitAsync(TimeSpan.FromSeconds(20))).IsSound);
        var other = new ModelLibrary(Path.Combine(root, "others"), bundled: Path.Combine(root, "none"));
        var error = await Assert.ThrowsAsync<ModelFolderException>(() => other.ImportAsync(folder).WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal("file-empty", error.Code);
    }
}
