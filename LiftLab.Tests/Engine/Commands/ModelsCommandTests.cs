using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using LiftLab.Engine.Commands;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Tests.Engine.Hub;

namespace LiftLab.Tests.Engine.Commands;

public sealed class ModelsCommandTests : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-models-").FullName;
    TestHub hub = null!;

    public async Task InitializeAsync()
    {
        hub = await TestHub.StartAsync();
        hub.Files["config.json"] = Encoding.UTF8.GetBytes(
            """{ "model_type": "gpt2", "vocab_size": 100, "n_embd": 8, "n_layer": 1, "n_head": 2, "n_positions": 16 }"""
        );
        hub.Files["tokenizer.json"] = Encoding.UTF8.GetBytes("""{ "model": { "type": "BPE" } }""");
        hub.Files["model.safetensors"] = new byte[5000];
    }

    public async Task DisposeAsync()
    {
        await hub.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    static async Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await LiftLabCommand
            .Create()
            .Parse(arguments)
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }

    [Fact]
    public async Task Download_says_size_and_licence_and_then_list_has_the_model()
    {
        var (code, output, error) = await RunAsync("models", "download", hub.Id, "--folder", folder, "--endpoint", hub.Address.ToString());
        Assert.Equal(0, code);
        Assert.Equal(Path.Combine(folder, "someone--small-model"), output.Trim());
        Assert.Contains("licence: apache-2.0", error, StringComparison.Ordinal);
        Assert.Contains("100.0 %", error, StringComparison.Ordinal);
        var list = JsonNode.Parse((await RunAsync("models", "list", "--folder", folder, "--json")).Out)!;
        Assert.Contains(list["models"]!.AsArray(), m => (string?)m!["name"] == hub.Id);
        Assert.Contains(list["known"]!.AsArray(), m => (string?)m!["name"] == "gpt-j-6b");
    }

    [Theory]
    [InlineData(401)]
    [InlineData(404)]
    public async Task A_refusing_hub_ends_with_its_exit_code(int status)
    {
        hub.Closed = (status, null);
        var (code, output, error) = await RunAsync("models", "download", hub.Id, "--folder", folder, "--endpoint", hub.Address.ToString());
        Assert.Equal((ExitCode.ServiceRefused, ""), (code, output));
        Assert.Contains(hub.Id, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_and_endpoints_that_cannot_be_are_wrong_usage()
    {
        Assert.Equal(ExitCode.WrongUsage, (await RunAsync("models", "download", "a b", "--folder", folder)).Code);
        Assert.Equal(ExitCode.WrongUsage, (await RunAsync("models", "download", "a/b", "--folder", folder, "--endpoint", "nonsense")).Code);
    }

    [Fact]
    public async Task Check_counts_the_weights_of_a_sound_folder_and_refuses_one_that_is_not()
    {
        var sound = JsonNode.Parse((await RunAsync("models", "check", ModelByName.BuiltInFolder, "--json")).Out)!;
        Assert.True((bool)sound["sound"]!);
        Assert.Equal("liftlab", (string?)sound["architecture"]);
        Assert.True((long)sound["parameters"]! > 10_000);
        var (code, output, _) = await RunAsync("models", "check", folder);
        Assert.Equal(ExitCode.BadData, code);
        Assert.Contains("config-missing", output, StringComparison.Ordinal);
    }
}
