using System.Diagnostics;
using LiftLab.Engine.OpenAi;
using LiftLab.Engine.OpenAi.Money;
using LiftLab.Engine.OpenAi.Wire;
using LiftLab.Engine.Runs;
using LiftLab.Web.Live.Providers;

namespace LiftLab.Tests.Web.Providers;

/// <summary>The worker of a run is killed while it asks the provider's model; the lab starts it again.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class ProviderKillTests
{
    const int AtOnce = 4;

    [Theory]
    [InlineData(9)]
    [InlineData(31)]
    public async Task Killed_in_the_middle_of_predicting_each_row_is_paid_once(int question)
    {
        await using var at = await ProviderLab.StartAsync();
        at.Service.LooksUntilDone = 1;
        var hits = 0;
        RunFolder? run = null;
        at.Service.Instead = async (http, path) =>
        {
            if (path == "completions" && Interlocked.Increment(ref hits) == question)
            {
                await Eventually.TrueAsync(() => run is not null);
                using var worker = Process.GetProcessById(LabServer.WorkerOf(run!));
                worker.Kill();
                await worker.WaitForExitAsync();
            }
            return false;
        };
        run = await at.RunAsync(s => s with { AtOnce = AtOnce });
        await at.Lab.UntilAsync(run, RunState.Succeeded);
        Assert.Equal(2, run.LastAttempt);
        Assert.Single(at.Service.Jobs);

        string[] asked = [.. at.Service.Requests.Where(r => r.Path == "completions").Select(r => r.Body)];
        var twice = asked.GroupBy(b => b).Where(g => g.Count() > 1).ToArray();
        Assert.InRange(twice.Length, 1, AtOnce); // in flight when the worker died
        Assert.All(twice, g => Assert.Equal(2, g.Count()));
        var log = Path.Combine(run.CheckpointFolder(OpenAiSettings.LearnerName), ExchangeLog.FileName);
        var kept = ExchangeLog.Read(log).Count(e => e.Path == "/completions");
        Assert.Equal(asked.Length - twice.Length, kept);
        Assert.Equal(20 * kept, LabProviders.ViewOf(run).Bill.Asked);
        var answers = run.ReadOutcome(OpenAiSettings.LearnerName)!.Answers;
        Assert.Equal(30, answers.Count);
        Assert.Equal(asked.Distinct(StringComparer.Ordinal).Count(), kept);
        Assert.Equal(1234, Bill.Of(new SpendingFile(run.SpendingFile).Read()).Trained);
    }
}
