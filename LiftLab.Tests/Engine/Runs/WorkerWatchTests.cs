using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Runs.Work;

namespace LiftLab.Tests.Engine.Runs;

public sealed class WorkerWatchTests : IDisposable
{
    readonly TestRuns runs = new();
    readonly ManualClock clock = new();

    public void Dispose() => runs.Dispose();

    [Fact]
    public async Task Work_whose_folder_was_deleted_ends()
    {
        var run = runs.Create();
        using var log = AttemptLog.Claim(run, clock);
        await using var watch = new WorkerWatch(run, log, clock, null, CancellationToken.None);
        await Eventually.TrueAsync(() => LooksOnAsync(() => RunStory.Read(run, learner: null).Heartbeat is not null));
        var file = run.AttemptFile(log.Attempt);

        // away for a moment, as on a network disk
        File.Move(file, file + ".away");
        for (var second = 0; second < 20; second++)
            await LooksOnAsync(() => true);
        File.Move(file + ".away", file);
        for (var second = 0; second < 60; second++)
            await LooksOnAsync(() => true);
        Assert.False(watch.End.IsCancellationRequested);

        Directory.Delete(run.Path, recursive: true);
        await Eventually.TrueAsync(() => LooksOnAsync(() => watch.EndNow.IsCancellationRequested));
    }

    async Task<bool> LooksOnAsync(Func<bool> holds)
    {
        clock.Advance(TimeSpan.FromSeconds(1));
        await Task.Yield();
        return holds();
    }
}
