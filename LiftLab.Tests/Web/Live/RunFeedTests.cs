using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Web.Live;
using LiftLab.Web.Storage;
using Microsoft.Extensions.Options;

namespace LiftLab.Tests.Web.Live;

public sealed class RunFeedTests : IDisposable
{
    static readonly TimeSpan Often = TimeSpan.FromMilliseconds(5);

    readonly TestRuns runs = new();
    readonly LabFolder lab;
    readonly RunFeed feed;
    readonly CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));

    public RunFeedTests()
    {
        var folder = Directory.CreateDirectory(Path.Combine(runs.Root, "runs")).FullName;
        Assert.True(Directory.Exists(folder));
        lab = new(Options.Create(new LabOptions { LabFolder = runs.Root }));
        feed = new(lab, TimeProvider.System);
    }

    public void Dispose()
    {
        limit.Dispose();
        lab.Dispose();
        runs.Dispose();
    }

    RunFolder Create() =>
        RunFolder.Create(
            lab.Runs,
            new("run-1", "A test", DateTimeOffset.UnixEpoch, "table.csv", TestRuns.Schema, 0, 0, new("knn"), []),
            file => File.WriteAllText(file, TestRuns.TwoClasses)
        );

    static void Write(AttemptLog log, int from, int to)
    {
        for (var i = from; i <= to; i++)
            log.Write("lift", new TrainingStep(i, to, i, 1.0 / i, 1e-3, 100, 0));
    }

    async Task<List<long>> ReadAsync(long after, long until, TimeSpan? pause = null)
    {
        var seen = new List<long>();
        await foreach (var batch in feed.WatchAsync("run-1", after, Often, limit.Token))
        {
            seen.AddRange(batch.Select(e => e.Sequence));
            if (seen[^1] >= until)
                break;
            if (pause is { } wait)
                await Task.Delay(wait, limit.Token);
        }
        return seen;
    }

    static IEnumerable<long> Range(int from, int to) => Enumerable.Range(from, to - from + 1).Select(i => (long)i);

    [Fact]
    public async Task A_late_reader_gets_the_past_and_then_what_comes_without_a_gap()
    {
        using var log = AttemptLog.Claim(Create(), TimeProvider.System);
        Write(log, 1, 500);
        var writing = Task.Run(() => Write(log, 501, 4000));
        var seen = await ReadAsync(0, 4000);
        await writing;
        Assert.Equal(Range(1, 4000), seen);
    }

    [Fact]
    public async Task Two_readers_of_one_run_get_the_same_events()
    {
        using var log = AttemptLog.Claim(Create(), TimeProvider.System);
        Write(log, 1, 50);
        var first = ReadAsync(0, 2000);
        var second = ReadAsync(0, 2000);
        await Eventually.TrueAsync(() => feed.ReaderCount("run-1") == 2);
        await Task.Run(() => Write(log, 51, 2000));
        Assert.Equal(Range(1, 2000), await first);
        Assert.Equal(Range(1, 2000), await second);
    }

    [Fact]
    public async Task A_reader_slower_than_its_channel_reads_the_rest_from_the_folder()
    {
        using var log = AttemptLog.Claim(Create(), TimeProvider.System);
        Write(log, 1, 1);
        var slow = ReadAsync(0, 6000, TimeSpan.FromMilliseconds(400));
        await Task.Run(() => Write(log, 2, 6000));
        Assert.Equal(Range(1, 6000), await slow);
    }

    [Fact]
    public async Task A_reader_that_comes_back_asks_from_its_last_event()
    {
        using var log = AttemptLog.Claim(Create(), TimeProvider.System);
        Write(log, 1, 300);
        var before = await ReadAsync(0, 100);
        Write(log, 301, 400);
        Assert.Equal(Range((int)before[^1] + 1, 400), await ReadAsync(before[^1], 400));
    }

    [Fact]
    public async Task Events_of_a_resumed_run_reach_a_reader_of_the_attempt_before()
    {
        var run = Create();
        using (var first = AttemptLog.Claim(run, TimeProvider.System))
        {
            Write(first, 1, 10);
            first.Write("run", new RunEnded(RunState.Interrupted, "worker-killed"));
        }
        var reading = ReadAsync(0, 16);
        await Eventually.TrueAsync(() => feed.ReaderCount("run-1") == 1);
        using var second = AttemptLog.Claim(run, TimeProvider.System);
        Write(second, 8, 12);
        Assert.Equal(Range(1, 16), await reading);
    }

    [Fact]
    public async Task Leaving_takes_the_reader_off_and_nothing_is_kept()
    {
        using (var log = AttemptLog.Claim(Create(), TimeProvider.System))
            Write(log, 1, 20);
        Assert.Equal(20, (await ReadAsync(0, 20)).Count);
        Assert.Equal(0, feed.ReaderCount("run-1"));
    }

    [Fact]
    public async Task Deleting_a_run_ends_its_streams()
    {
        var run = Create();
        using (var log = AttemptLog.Claim(run, TimeProvider.System))
            Write(log, 1, 20);
        var seen = new List<long>();
        // Only once the past has been told: a run deleted while it is being read has no past to tell.
        await foreach (var batch in feed.WatchAsync("run-1", 0, limit.Token))
        {
            seen.AddRange(batch.Select(e => e.Sequence));
            if (seen.Count == 20)
                Directory.Delete(run.Path, recursive: true);
        }
        Assert.Equal(Range(1, 20), seen);
    }

    [Fact]
    public async Task An_unknown_run_is_refused() =>
        await Assert.ThrowsAsync<KeyNotFoundException>(async () =>
        {
            await foreach (var batch in feed.WatchAsync("../etc", 0, limit.Token))
                Assert.Fail($"{batch.Count} events of a run that is none");
        });
}
