using System.Text;
using System.Text.Json.Nodes;
using LiftLab.Engine.Hub;

namespace LiftLab.Tests.Engine.Hub;

/// <summary>A hub that answers oddly ends the download with a message.</summary>
public sealed class OddHubTests : IAsyncLifetime
{
    const int Weights = 400_000;

    readonly string models = Directory.CreateTempSubdirectory("liftlab-odd-hub-").FullName;
    readonly ImpatientTime time = new(TimeSpan.FromSeconds(60));
    TestHub hub = null!;

    public async Task InitializeAsync()
    {
        hub = await TestHub.StartAsync();
        hub.Files["config.json"] = Encoding.UTF8.GetBytes(
            """{ "model_type": "gpt2", "vocab_size": 100, "n_embd": 8, "n_layer": 1, "n_head": 2, "n_positions": 16 }"""
        );
        hub.Files["tokenizer.json"] = Encoding.UTF8.GetBytes("""{ "model": { "type": "BPE" } }""");
        var weights = new byte[Weights];
        new Random(1).NextBytes(weights);
        hub.Files["model.safetensors"] = weights;
    }

    public async Task DisposeAsync()
    {
        await hub.DisposeAsync();
        Directory.Delete(models, recursive: true);
    }

    async Task<HubException> FailsAsync()
    {
        using var client = new HubClient(new() { Endpoint = hub.Address, Retries = 4 }, time);
        var download = new ModelDownload(client, models);
        var error = await Assert.ThrowsAsync<HubException>(async () =>
        {
            var (plan, _) = await download.PlanAsync(hub.Id);
            await download.RunAsync(plan);
        });
        Assert.DoesNotContain('\n', error.Message);
        Assert.NotEmpty(error.WhatToDo);
        Assert.False(Directory.Exists(Path.Combine(models, "someone--small-model")));
        return error;
    }

    static JsonObject File(JsonObject told, int index = 0) => (JsonObject)told["siblings"]!.AsArray()[index]!;

    public static TheoryData<string, string> Descriptions =>
        new()
        {
            { "name twice", "lists the file 'config.json' twice" },
            { "null name", "lists a file without a name" },
            { "name that is a number", "form of a Hugging Face hub" },
            { "negative size", "a size of -5 bytes" },
            { "size beyond measure", "a size of" },
            { "size of text", "form of a Hugging Face hub" },
            { "no hash", "the hash ''" },
            { "hash of another kind", "the hash 'xyz'" },
            { "id that leads out", "calls the model '../..'" },
            { "no commit", "the commit of the model is ''" },
            { "commit that is a path", "the commit of the model is '../../x'" },
            { "no files", "form of a Hugging Face hub" },
            { "files that are text", "form of a Hugging Face hub" },
        };

    [Theory, MemberData(nameof(Descriptions))]
    public async Task A_description_that_cannot_be_is_refused(string fault, string what)
    {
        hub.Description = told =>
        {
            switch (fault)
            {
                case "name twice":
                    told["siblings"]!.AsArray().Add(File(told).DeepClone());
                    break;
                case "null name":
                    File(told)["rfilename"] = null;
                    break;
                case "name that is a number":
                    File(told)["rfilename"] = 7;
                    break;
                case "negative size":
                    File(told)["size"] = -5;
                    break;
                case "size beyond measure":
                    File(told)["size"] = long.MaxValue;
                    break;
                case "size of text":
                    File(told)["size"] = "large";
                    break;
                case "no hash":
                    File(told, 2)["lfs"]!["sha256"] = null;
                    break;
                case "hash of another kind":
                    File(told)["blobId"] = "xyz";
                    break;
                case "id that leads out":
                    told["id"] = "../..";
                    break;
                case "no commit":
                    told["sha"] = null;
                    break;
                case "commit that is a path":
                    told["sha"] = "../../x";
                    break;
                case "no files":
                    told.Remove("siblings");
                    break;
                default:
                    told["siblings"] = "config.json";
                    break;
            }
        };
        var error = await FailsAsync();
        Assert.Equal("server-failed", error.Code);
        Assert.Contains(what, error.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        """{"peft_type":"LORA","base_model_name_or_path":"EleutherAI/gpt-j-6b"}""",
        "for EleutherAI/gpt-j-6b and",
        "base model EleutherAI/gpt-j-6b,"
    )]
    [InlineData("""{"peft_type":"LORA","base_model_name_or_path":null}""", "that it does not name", "adapter's base model")]
    [InlineData("""{"base_model_name_or_path":7}""", "that it does not name", "adapter's base model")]
    [InlineData("no JSON", "that it does not name", "adapter's base model")]
    public async Task A_repository_with_an_adapter_only_names_its_base_model(string config, string what, string whatToDo)
    {
        hub.Files.Remove("config.json");
        hub.Files.Remove("model.safetensors");
        hub.Files["adapter_config.json"] = Encoding.UTF8.GetBytes(config);
        hub.Files["adapter_model.safetensors"] = new byte[10];
        var error = await FailsAsync();
        Assert.Equal("adapter-alone", error.Code);
        Assert.Contains(what, error.What, StringComparison.Ordinal);
        Assert.Contains(whatToDo, error.WhatToDo, StringComparison.Ordinal);
        // some programs save the base model's configuration beside the adapter
        hub.Files["config.json"] = "{}"u8.ToArray();
        Assert.Equal("adapter-alone", (await FailsAsync()).Code);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("<html></html>")]
    [InlineData("")]
    [InlineData("{\"siblings\":[null]}")]
    public async Task An_answer_of_another_form_is_refused(string text)
    {
        hub.DescriptionText = text;
        Assert.Equal("server-failed", (await FailsAsync()).Code);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://example.org/model")]
    [InlineData("javascript:alert(1)")]
    [InlineData("gopher://x")]
    public async Task A_redirection_to_something_else_than_the_web_is_not_followed_or_repeated(string target)
    {
        hub.RedirectsTo = target;
        var error = await FailsAsync();
        Assert.Equal("server-failed", error.Code);
        Assert.Contains("not an http or https address", error.What, StringComparison.Ordinal);
        Assert.Single(hub.Requests, r => r.Path.EndsWith("model.safetensors", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Redirections_in_a_circle_end()
    {
        hub.RedirectsTo = $"/{hub.Id}/resolve/{TestHub.Commit}/model.safetensors";
        Assert.Contains("redirections", (await FailsAsync()).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_shorter_than_listed_says_both_lengths()
    {
        hub.Lacks = 1000;
        var error = await FailsAsync();
        Assert.Contains(
            $"has {Weights - 1000} bytes on the server, and the hub lists it with {Weights}",
            error.What,
            StringComparison.Ordinal
        );
        Assert.Single(hub.Requests, r => r.Path.StartsWith("/cdn/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_shorter_file_of_unknown_length_is_given_up_after_a_few_tries()
    {
        (hub.Lacks, hub.HidesLength) = (1000, true);
        Assert.Equal("offline", (await FailsAsync()).Code);
        Assert.InRange(hub.Requests.Count(r => r.Path.StartsWith("/cdn/", StringComparison.Ordinal)), 2, 8);
    }

    [Fact]
    public async Task A_server_that_always_cuts_at_the_same_place_is_given_up()
    {
        hub.IgnoresRanges = true;
        for (var i = 0; i < 100; i++)
            hub.Cuts.Enqueue(100_000);
        Assert.Equal("offline", (await FailsAsync()).Code);
        Assert.InRange(hub.Requests.Count(r => r.Path.StartsWith("/cdn/", StringComparison.Ordinal)), 2, 8);
    }

    [Fact]
    public async Task An_endless_configuration_is_refused()
    {
        hub.Files["config.json"] = new byte[17 << 20];
        Assert.Contains("more than", (await FailsAsync()).What, StringComparison.Ordinal);
    }
}
