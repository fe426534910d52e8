using System.Net;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Web.Live;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace LiftLab.Tests.Web.Live;

[Trait(Speed.Trait, Speed.Slow)]
public sealed class RunHubTests
{
    static HubConnection Connect(Uri address, string? token = null) =>
        new HubConnectionBuilder()
            .WithUrl(
                new Uri(address, RunHub.Path),
                o =>
                {
                    if (token is not null)
                        o.AccessTokenProvider = () => Task.FromResult<string?>(token);
                }
            )
            .AddJsonProtocol(o => RunJson.Configure(o.PayloadSerializerOptions))
            .Build();

    /// <summary>Reads until the run's last word or until the line breaks; adds to what was read before.</summary>
    static async Task<bool> ReadAsync(Uri address, string runId, List<RunEvent> seen, CancellationToken cancel)
    {
        await using var hub = Connect(address);
        try
        {
            await hub.StartAsync(cancel);
            await foreach (var part in hub.StreamAsync<RunEvent[]>("Watch", runId, seen.Count == 0 ? 0L : seen[^1].Sequence, cancel))
            {
                seen.AddRange(part);
                if (part[^1].Body is RunEnded)
                    return true;
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested) { }
        return false;
    }

    [Fact]
    public async Task A_client_that_was_cut_off_for_ten_seconds_misses_nothing_and_sees_nothing_twice()
    {
        using var lab = new LabServer();
        await using var line = new CutLine(lab.Start());
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var run = await lab.QueueAsync(StepLearner.Spec(600, 25));
        var seen = new List<RunEvent>();
        var reading = Task.Run(async () =>
        {
            while (!await ReadAsync(line.Address, run.Id, seen, limit.Token))
                await Task.Delay(200, limit.Token);
        });
        await Eventually.TrueAsync(() => LabServer.Steps(run).Count >= 20);
        line.Cut();
        var atCut = LabServer.Steps(run).Count;
        await Task.Delay(TimeSpan.FromSeconds(10));
        Assert.True(LabServer.Steps(run).Count > atCut); // the run went on meanwhile
        line.Mend();
        await reading;
        Assert.Equal(RunTail.All(run).Select(e => e.Sequence), seen.Select(e => e.Sequence));
        Assert.Equal(Enumerable.Range(1, 600), seen.Select(e => e.Body).OfType<TrainingStep>().Select(s => s.Step));
        await Eventually.TrueAsync(() => lab.Get<RunFeed>().ReaderCount(run.Id) == 0); // the server noticed who left
    }

    [Fact]
    public async Task The_hub_takes_the_access_token_and_refuses_a_wrong_one()
    {
        const string token = "a-token-of-this-test";
        using var lab = new LabServer();
        lab.Settings["LiftLab:AccessToken"] = token;
        var address = lab.Start();
        var run = await lab.QueueAsync(StepLearner.Spec(3, 1));
        await using var wrong = Connect(address, "some-other-token-here");
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => wrong.StartAsync());
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);

        await using var right = Connect(address, token);
        await right.StartAsync();
        await foreach (var part in right.StreamAsync<RunEvent[]>("Watch", run.Id, 0L))
        {
            Assert.Equal(1, part[0].Sequence);
            break;
        }
        await lab.UntilAsync(run, RunState.Succeeded);
    }

    [Fact]
    public async Task An_unknown_run_is_answered_with_words()
    {
        using var lab = new LabServer();
        await using var hub = Connect(lab.Start());
        await hub.StartAsync();
        var refused = await Assert.ThrowsAsync<HubException>(async () =>
        {
            await foreach (var part in hub.StreamAsync<RunEvent[]>("Watch", "no-such-run", 0L))
                Assert.Empty(part);
        });
        Assert.Contains("no run or study 'no-such-run'", refused.Message, StringComparison.Ordinal);
    }
}
