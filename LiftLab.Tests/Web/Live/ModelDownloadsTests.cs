using System.Text;
using LiftLab.Engine.Hub;
using LiftLab.Tests.Engine.Hub;
using LiftLab.Web.Live;
using LiftLab.Web.Storage;
using Microsoft.Extensions.Options;

namespace LiftLab.Tests.Web.Live;

public sealed class ModelDownloadsTests : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-lab-").FullName;
    TestHub hub = null!;

    public async Task InitializeAsync()
    {
        hub = await TestHub.StartAsync();
        hub.Files["config.json"] = Encoding.UTF8.GetBytes(
            """{ "model_type": "gpt2", "vocab_size": 100, "n_embd": 8, "n_layer": 1, "n_head": 2, "n_positions": 16 }"""
        );
        hub.Files["tokenizer.json"] = Encoding.UTF8.GetBytes("""{ "model": { "type": "BPE" } }""");
        hub.Files["model.safetensors"] = new byte[300_000];
    }

    public async Task DisposeAsync()
    {
        await hub.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    string Models => Path.Combine(folder, "models");

    ModelDownloads Downloads() =>
        new(
            new LabFolder(Options.Create(new LabOptions { LabFolder = folder })),
            new() { Endpoint = hub.Address, Retries = 1 },
            TimeProvider.System
        );

    /// <summary>Waits until a download has ended.</summary>
    static async Task<FetchedModel> EndAsync(ModelDownloads downloads, string id)
    {
        var ended = new TaskCompletionSource<FetchedModel>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look()
        {
            if (downloads.All.FirstOrDefault(d => d.Id == id) is { IsRunning: false } done)
                ended.TrySetResult(done);
        }
        downloads.Changed += Look;
        Look();
        return await ended.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_download_goes_on_without_anyone_looking_and_then_is_in_the_library()
    {
        using var downloads = Downloads();
        downloads.Start(hub.Id);
        var done = await EndAsync(downloads, hub.Id);
        Assert.Equal(("done", "apache-2.0", (Exception?)null), (done.Doing, done.Licence, done.Failure));
        Assert.Contains(new ModelLibrary(Models).List(), m => m.Name == hub.Id);
    }

    [Fact]
    public async Task A_cancelled_one_is_still_listed_by_the_next_process_and_resumes()
    {
        hub.SilentAfter = 100_000;
        using (var first = Downloads())
        {
            first.Start(hub.Id);
            await hub.Reached.Task;
            first.Cancel(hub.Id);
            Assert.Equal("cancelled", (await EndAsync(first, hub.Id)).Doing);
        }
        hub.SilentAfter = null;
        using var second = Downloads();
        Assert.Equal((hub.Id, "interrupted", false), (second.All[0].Id, second.All[0].Doing, second.All[0].IsRunning));
        second.Start(hub.Id);
        Assert.Equal("done", (await EndAsync(second, hub.Id)).Doing);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("mailto:someone@example.org")]
    public async Task A_hub_that_sends_elsewhere_ends_the_download_with_a_message(string target)
    {
        hub.RedirectsTo = target;
        using var downloads = Downloads();
        downloads.Start(hub.Id);
        Assert.Equal("server-failed", Assert.IsType<HubException>((await EndAsync(downloads, hub.Id)).Failure).Code);
    }

    [Fact]
    public async Task Any_failure_ends_a_download()
    {
        File.WriteAllText(Models, "not a folder");
        using var downloads = Downloads();
        downloads.Start(hub.Id);
        var ended = await EndAsync(downloads, hub.Id);
        Assert.Equal(("failed", true), (ended.Doing, ended.Failure is not null));
    }

    [Fact]
    public async Task One_that_another_process_continues_is_not_discarded()
    {
        hub.SilentAfter = 100_000;
        using var other = Downloads();
        other.Start(hub.Id);
        await hub.Reached.Task;
        using var downloads = Downloads();
        downloads.Forget(hub.Id);
        Assert.Equal("already-running", Assert.IsType<HubException>(downloads.All[0].Failure).Code);
        other.Cancel(hub.Id);
        await EndAsync(other, hub.Id);
    }

    [Fact]
    public async Task A_download_is_cancelled_while_the_hub_is_silent()
    {
        hub.SilentAfter = 0;
        using var downloads = Downloads();
        downloads.Start(hub.Id);
        await hub.Reached.Task;
        downloads.Cancel(hub.Id);
        var ended = await EndAsync(downloads, hub.Id);
        Assert.Equal(("cancelled", (Exception?)null), (ended.Doing, ended.Failure));
    }

    [Fact]
    public async Task A_refusal_is_kept_with_its_advice_until_it_is_discarded()
    {
        hub.Closed = (403, "GatedRepo");
        using var downloads = Downloads();
        downloads.Start(hub.Id);
        var ended = await EndAsync(downloads, hub.Id);
        Assert.Equal("access-refused", Assert.IsType<HubException>(ended.Failure).Code);
        downloads.Forget(hub.Id);
        Assert.Empty(downloads.All);
    }
}
