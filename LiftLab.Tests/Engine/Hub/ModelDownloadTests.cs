using System.Text;
using System.Text.Json.Nodes;
using LiftLab.Engine.Hub;
using LiftLab.Engine.Models.Files;

namespace LiftLab.Tests.Engine.Hub;

public sealed class ModelDownloadTests : IAsyncLifetime
{
    const string Config = """{ "model_type": "gpt2", "vocab_size": 100, "n_embd": 8, "n_layer": 1, "n_head": 2, "n_positions": 16 }""";
    const int Weights = 700_000;

    readonly string models = Directory.CreateTempSubdirectory("liftlab-models-").FullName;
    readonly ImpatientTime time = new(TimeSpan.FromSeconds(60));
    TestHub hub = null!;

    public async Task InitializeAsync()
    {
        hub = await TestHub.StartAsync();
        hub.Files["config.json"] = Encoding.UTF8.GetBytes(Config);
        hub.Files["tokenizer.json"] = Encoding.UTF8.GetBytes("""{ "model": { "type": "BPE" } }""");
        hub.Files["model.safetensors"] = Noise(Weights, 1);
    }

    public async Task DisposeAsync()
    {
        await hub.DisposeAsync();
        Directory.Delete(models, recursive: true);
    }

    static byte[] Noise(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    HubClient Client(string? token = null, TimeProvider? clock = null, TimeSpan? patience = null, int retries = 6) =>
        new(
            new()
            {
                Endpoint = hub.Address,
                Token = token,
                Patience = patience ?? TimeSpan.FromSeconds(60),
                Retries = retries,
            },
            clock ?? time
        );

    async Task<string> FetchAsync(
        HubClient client,
        IProgress<DownloadProgress>? progress = null,
        Func<string, long>? free = null,
        CancellationToken cancel = default
    )
    {
        var download = new ModelDownload(client, models, free);
        var (plan, _) = await download.PlanAsync(hub.Id, cancel: cancel);
        return await download.RunAsync(plan, progress, cancel);
    }

    void DemandWhole(string folder)
    {
        foreach (var (name, content) in hub.Files.Where(f => File.Exists(Path.Combine(folder, f.Key))))
            Assert.Equal(content, File.ReadAllBytes(Path.Combine(folder, name)));
        Assert.True(File.Exists(Path.Combine(folder, "model.safetensors")));
        Assert.Empty(ModelDownload.Interrupted(models));
    }

    string[] WeightRanges() =>
        [.. hub.Requests.Where(r => r.Path.StartsWith("/cdn/", StringComparison.Ordinal)).Select(r => r.Range ?? "all")];

    [Fact]
    public async Task A_model_arrives_whole_with_its_source_written_beside_it()
    {
        using var client = Client();
        var seen = new Seen();
        var folder = await FetchAsync(client, seen);
        DemandWhole(folder);
        Assert.Equal("someone--small-model", Path.GetFileName(folder));
        var source = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, ModelDownload.SourceFile)))!;
        Assert.Equal(
            ("someone/small-model", TestHub.Commit, "apache-2.0"),
            ((string)source["model"]!, (string)source["commit"]!, (string)source["licence"]!)
        );
        Assert.Equal(hub.Files.Values.Sum(f => f.Length), seen.Last!.Done);
        Assert.Equal(seen.Last.Total, seen.Last.Done);
    }

    [Fact]
    public async Task What_is_not_needed_stays_there()
    {
        hub.Files["pytorch_model.bin"] = Noise(100, 2);
        hub.Files["tf_model.h5"] = Noise(100, 3);
        hub.Files["onnx/model.onnx"] = Noise(100, 4);
        hub.Files["README.md"] = Encoding.UTF8.GetBytes("# A model");
        using var client = Client();
        var folder = await FetchAsync(client);
        Assert.Equal(
            ["README.md", "config.json", ModelDownload.SourceFile, "model.safetensors", "tokenizer.json"],
            Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("model-{0}-of-00002.safetensors", "model.safetensors.index.json")]
    [InlineData("pytorch_model-{0}-of-00002.bin", "pytorch_model.bin.index.json")]
    public async Task Shards_come_with_their_index(string shard, string index)
    {
        hub.Files.Remove("model.safetensors");
        hub.Files[index] = Encoding.UTF8.GetBytes("{}");
        foreach (var number in new[] { "00001", "00002" })
            hub.Files[string.Format(System.Globalization.CultureInfo.InvariantCulture, shard, number)] = Noise(5000, 5);
        using var client = Client();
        var folder = await FetchAsync(client);
        Assert.All(hub.Files, f => Assert.Equal(f.Value, File.ReadAllBytes(Path.Combine(folder, f.Key))));
    }

    [Fact]
    public async Task A_connection_cut_in_the_middle_is_continued_where_it_broke()
    {
        foreach (var cut in new[] { 100_000, 300_000, 1 })
            hub.Cuts.Enqueue(cut);
        using var client = Client();
        DemandWhole(await FetchAsync(client));
        var ranges = WeightRanges();
        Assert.Equal(4, ranges.Length);
        Assert.Equal("all", ranges[0]);
        Assert.All(ranges[1..], r => Assert.NotEqual("bytes=0-", r));
    }

    [Fact]
    public async Task A_download_that_was_cancelled_goes_on_in_the_next_one()
    {
        hub.SilentAfter = 400_000;
        using var client = Client();
        using var cancel = new CancellationTokenSource();
        var first = FetchAsync(client, cancel: cancel.Token);
        await hub.Reached.Task;
        while (new DirectoryInfo(models).EnumerateFiles("model.safetensors.part", SearchOption.AllDirectories).Sum(f => f.Length) < 400_000)
            await Task.Yield();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal("someone/small-model", Assert.Single(ModelDownload.Interrupted(models)).Id);
        hub.SilentAfter = null;
        var download = new ModelDownload(client, models);
        var (plan, _) = await download.PlanAsync(hub.Id);
        Assert.InRange(plan.Present, 400_000, 400_000 + 1000);
        DemandWhole(await download.RunAsync(plan));
        Assert.Equal("bytes=400000-", WeightRanges()[^1]);
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_makes_the_file_begin_again_and_not_double()
    {
        hub.IgnoresRanges = true;
        hub.Cuts.Enqueue(250_000);
        var seen = new Seen();
        using var client = Client();
        DemandWhole(await FetchAsync(client, seen));
        Assert.Equal(seen.Last!.Total, seen.Last.Done);
    }

    [Fact]
    public async Task A_wrong_content_is_fetched_once_more()
    {
        hub.WrongAnswers = 1;
        using var client = Client();
        DemandWhole(await FetchAsync(client));
        Assert.Equal(["all", "all"], WeightRanges());
    }

    [Fact]
    public async Task A_content_that_stays_wrong_is_refused_and_nothing_of_it_is_kept()
    {
        hub.WrongAnswers = 2;
        using var client = Client();
        var error = await Assert.ThrowsAsync<HubException>(() => FetchAsync(client));
        Assert.Equal("checksum-wrong", error.Code);
        Assert.False(Directory.Exists(Path.Combine(models, "someone--small-model")));
        Assert.Equal(0, new DirectoryInfo(models).EnumerateFiles("model.safetensors*", SearchOption.AllDirectories).Sum(f => f.Length));
    }

    [Fact]
    public async Task A_changed_small_file_is_noticed_by_gits_hash()
    {
        using var client = Client();
        var download = new ModelDownload(client, models);
        var (plan, _) = await download.PlanAsync(hub.Id);
        hub.Files["tokenizer.json"][0] ^= 1;
        Assert.Equal("checksum-wrong", (await Assert.ThrowsAsync<HubException>(() => download.RunAsync(plan))).Code);
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_alone_and_is_written_nowhere()
    {
        hub.TokenWanted = "hf_secret_of_this_test";
        using var client = Client("hf_secret_of_this_test");
        var folder = await FetchAsync(client);
        Assert.All(hub.Requests, r => Assert.Equal(!r.Path.StartsWith("/cdn/", StringComparison.Ordinal), r.Token));
        Assert.Contains(hub.Requests, r => r.Path.StartsWith("/cdn/", StringComparison.Ordinal));
        Assert.All(
            Directory.GetFiles(folder),
            f => Assert.DoesNotContain("hf_secret", Encoding.Latin1.GetString(File.ReadAllBytes(f)), StringComparison.Ordinal)
        );
        hub.TokenWanted = "another";
        var error = await Assert.ThrowsAsync<HubException>(() => client.FindAsync(hub.Id));
        Assert.Equal("access-refused", error.Code);
        Assert.DoesNotContain("hf_secret", error + client.Options.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_asks_for_seconds_is_given_them()
    {
        hub.Refusals.Enqueue((429, "7"));
        hub.Refusals.Enqueue((503, null));
        using var client = Client();
        DemandWhole(await FetchAsync(client));
        Assert.Contains(TimeSpan.FromSeconds(7), time.Pauses);
    }

    [Fact]
    public async Task A_server_that_asks_for_an_hour_ends_the_download_with_its_wish()
    {
        using var client = Client();
        var download = new ModelDownload(client, models);
        var (plan, _) = await download.PlanAsync(hub.Id);
        for (var i = 0; i < 3; i++)
            hub.Refusals.Enqueue((429, "3600"));
        var error = await Assert.ThrowsAsync<HubException>(() => download.RunAsync(plan));
        Assert.Equal("rate-limited", error.Code);
        Assert.Contains("60 minutes", error.WhatToDo, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, null, "token-needed")]
    [InlineData(401, "RepoNotFound", "token-needed")]
    [InlineData(403, "GatedRepo", "access-refused")]
    [InlineData(404, null, "not-found")]
    [InlineData(500, null, "server-failed")]
    public async Task A_refusal_says_what_it_is(int status, string? code, string expected)
    {
        hub.Closed = (status, code);
        using var client = Client();
        var error = await Assert.ThrowsAsync<HubException>(() => client.FindAsync(hub.Id));
        Assert.Equal(expected, error.Code);
        Assert.NotEmpty(error.WhatToDo);
    }

    [Fact]
    public async Task No_hub_at_all_is_offline_with_its_host_named()
    {
        using var client = new HubClient(new() { Endpoint = new("http://127.0.0.1:9"), Retries = 1 }, time);
        var error = await Assert.ThrowsAsync<HubException>(() => client.FindAsync(hub.Id));
        Assert.Equal("offline", error.Code);
        Assert.Contains("127.0.0.1", error.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_given_up()
    {
        hub.SilentAfter = 0;
        using var client = Client(clock: TimeProvider.System, patience: TimeSpan.FromMilliseconds(400), retries: 1);
        Assert.Equal("offline", (await Assert.ThrowsAsync<HubException>(() => FetchAsync(client))).Code);
    }

    [Fact]
    public async Task A_disk_without_room_is_said_before_anything_large_is_fetched()
    {
        using var client = Client();
        var error = await Assert.ThrowsAsync<HubException>(() => FetchAsync(client, free: _ => 1000));
        Assert.Equal("disk-full", error.Code);
        Assert.EndsWith("the disk has 1 KB free", error.What, StringComparison.Ordinal);
        Assert.Empty(WeightRanges());
    }

    [Fact]
    public async Task Two_downloads_of_one_model_do_not_run_at_once()
    {
        hub.SilentAfter = 1000;
        using var client = Client();
        using var cancel = new CancellationTokenSource();
        var first = FetchAsync(client, cancel: cancel.Token);
        await hub.Reached.Task;
        Assert.Equal("already-running", (await Assert.ThrowsAsync<HubException>(() => FetchAsync(client))).Code);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        ModelDownload.Forget(models, hub.Id);
        Assert.Empty(ModelDownload.Interrupted(models));
    }

    [Fact]
    public async Task An_architecture_that_is_not_known_is_refused_before_the_weights()
    {
        hub.Files["config.json"] = Encoding.UTF8.GetBytes("""{ "model_type": "bert" }""");
        using var client = Client();
        var error = await Assert.ThrowsAsync<ModelFolderException>(() => FetchAsync(client));
        Assert.Equal("architecture-unknown", error.Code);
        Assert.Empty(WeightRanges());
    }

    [Theory]
    [InlineData("../etc/passwd")]
    [InlineData("a/b/c")]
    [InlineData("a b")]
    [InlineData("")]
    public async Task A_name_that_cannot_be_one_is_refused_unasked(string id)
    {
        using var client = Client();
        Assert.Equal("name-impossible", (await Assert.ThrowsAsync<HubException>(() => client.FindAsync(id))).Code);
        Assert.Empty(hub.Requests);
    }

    [Fact]
    public async Task A_licence_of_its_own_is_named_as_the_card_names_it()
    {
        hub.Card["license"] = "other";
        hub.Card["license_name"] = "the-owners-terms";
        using var client = Client();
        Assert.Equal("the-owners-terms", (await client.FindAsync(hub.Id)).Licence);
    }

    sealed class Seen : IProgress<DownloadProgress>
    {
        public DownloadProgress? Last { get; private set; }

        public void Report(DownloadProgress value) => Last = value;
    }
}
