using LiftLab.Engine.Runs;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Web.Live;
using Microsoft.Extensions.Logging;

namespace LiftLab.Tests.Web.Live.Jobs;

/// <summary>Files of a run that are deleted while it runs.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class MissingFolderTests
{
    [Theory]
    [InlineData("everything")]
    [InlineData("spec.json")]
    [InlineData("attempts")]
    [InlineData("attempts/001.jsonl")]
    public async Task The_run_ends_its_worker_too_and_the_queue_goes_on_without_a_flood_of_the_log(string what)
    {
        using var lab = new LabServer();
        lab.Start();
        var log = new HeardLog();
        lab.Get<ILoggerFactory>().AddProvider(log);
        var first = await lab.QueueAsync(StepLearner.Spec(100_000, 20));
        var second = await lab.QueueAsync(StepLearner.Spec(3, 1));
        await Eventually.TrueAsync(() => LabServer.Steps(first).Count >= 3);
        await Eventually.TrueAsync(async () => (await lab.RowAsync(first)).Attempt > 0); // the dashboard may be behind the log
        var worker = LabServer.WorkerOf(first);
        var path = what == "everything" ? first.Path : Path.Combine(first.Path, what);
        if (Directory.Exists(path))
            await Eventually.TrueAsync(() => Gone(path));
        else
            File.Delete(path);

        await lab.UntilAsync(first, RunState.Failed);
        var row = await lab.RowAsync(first);
        Assert.Equal("folder-missing", row.Code);
        Assert.Contains("gone", row.What, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => !Path.Exists($"/proc/{worker}/exe"));
        await lab.UntilAsync(second, RunState.Succeeded);
        Assert.InRange(log.Errors.Count, 0, 3);
        await lab.Get<LabRuns>().DeleteAsync(first.Id);
        Assert.False(Directory.Exists(first.Path));
    }

    /// <summary>The worker may write into the folder while it is being deleted.</summary>
    static bool Gone(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (IOException)
        {
            return !Directory.Exists(path);
        }
        return true;
    }
}
