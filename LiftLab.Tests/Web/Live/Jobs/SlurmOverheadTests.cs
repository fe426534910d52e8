using System.Diagnostics;
using System.Globalization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Tests.Engine.Launching.Slurm;
using LiftLab.Web.Live;
using Xunit.Abstractions;

namespace LiftLab.Tests.Web.Live.Jobs;

/// <summary>
/// The same fine-tune of the built-in model here and on the cluster, alternately. LIFTLAB_PAIRS sets the number of pairs; the seconds that
/// a run takes beyond its worker's own time are printed.
/// </summary>
[Trait(Speed.Trait, Speed.Slow)]
[Collection(nameof(SlurmLab))]
public sealed class SlurmOverheadTests(ITestOutputHelper output)
{
    static int Pairs =>
        int.TryParse(Environment.GetEnvironmentVariable("LIFTLAB_PAIRS"), NumberStyles.None, CultureInfo.InvariantCulture, out var pairs)
            ? pairs
            : 1;

    [SlurmFact]
    public async Task A_fine_tune_of_the_built_in_model_gives_the_same_answers_here_and_on_the_cluster()
    {
        var slurm = await SlurmLab.OpenAsync();
        using var lab = new LabServer { Settings = { ["LiftLab:Engine"] = "" } };
        foreach (var (name, value) in SlurmServer.Settings(slurm, ("MemoryMb", "1500")))
            lab.Settings[name] = value;
        lab.Start();
        var (here, there) = (new List<double>(), new List<double>());
        for (var pair = 0; pair < Pairs; pair++)
        {
            var (first, local) = await RunAsync(lab, null);
            var (second, cluster) = await RunAsync(lab, SlurmServer.Launcher);
            Assert.Equal(24, first.Answers.Count);
            Assert.Equal(first.Answers.Select(a => (a.Row, a.Text, a.Value)), second.Answers.Select(a => (a.Row, a.Text, a.Value)));
            here.Add(local);
            there.Add(cluster);
        }
        output.WriteLine($"seconds beyond the worker, here: {Words(here)}; on the cluster: {Words(there)}");
    }

    static async Task<(LearnerOutcome Outcome, double Beyond)> RunAsync(LabServer lab, string? launcher)
    {
        var recipe = new System.Text.Json.Nodes.JsonObject
        {
            ["preset"] = "quick",
            ["epochs"] = 2,
            ["minimumSteps"] = 0,
        };
        var watch = Stopwatch.StartNew();
        var run = await lab.QueueAsync(new LearnerSpec("lift", new() { ["recipe"] = recipe }), launcher: launcher);
        await lab.UntilAsync(run, RunState.Succeeded);
        var seconds = watch.Elapsed.TotalSeconds;
        return ((await lab.Get<LabRuns>().OutcomeAsync(run.Id, "lift"))!, seconds - RunStory.Read(run, learner: null).Ran.TotalSeconds);
    }

    static string Words(List<double> seconds)
    {
        double[] sorted = [.. seconds.Order()];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{sorted[sorted.Length / 2]:0.0} (median, {sorted[0]:0.0} to {sorted[^1]:0.0})"
        );
    }
}
