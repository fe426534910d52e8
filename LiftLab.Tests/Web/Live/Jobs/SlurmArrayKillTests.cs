using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using LiftLab.Engine.Experiments;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Tests.Engine.Experiments;
using LiftLab.Tests.Engine.Launching.Slurm;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Queue;
using Microsoft.Extensions.Options;
using Xunit.Abstractions;

namespace LiftLab.Tests.Web.Live.Jobs;

/// <summary>
/// Kills parts at random while a study runs as an array: workers, tasks of the array, the dashboard, Slurm's controller, the daemon of a
/// node. LIFTLAB_KILLS sets the number of kills.
/// </summary>
[Trait(Speed.Trait, Speed.Slow)]
[Collection(nameof(SlurmLab))]
public sealed class SlurmArrayKillTests(ITestOutputHelper output) : IDisposable
{
    const int Tasks = 8,
        Parallel = 4,
        Parts = 5,
        Fits = 400;

    /// <summary>Seconds from one kill to the next, for which the study must last.</summary>
    const double Pace = 3;

    readonly string folder = Directory.CreateTempSubdirectory("liftlab-lab-").FullName;
    readonly Dictionary<string, int> killed = [];
    LabProcess? dashboard;
    HttpClient http = new();

    static int Kills => int.Parse(Environment.GetEnvironmentVariable("LIFTLAB_KILLS")!, CultureInfo.InvariantCulture);

    public void Dispose()
    {
        dashboard?.Dispose();
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [SlurmKillsFact]
    public async Task Whatever_is_killed_each_cell_of_the_study_is_computed_once_and_its_figures_are_those_of_a_calm_one()
    {
        var slurm = await SlurmLab.OpenAsync();
        var study = Create();
        await StartAsync(slurm);
        var random = new Random(23);
        for (var kill = 0; kill < Kills; kill++)
        {
            var share = await LivingAsync(study, random);
            await KillAsync(slurm, study, share, kill < Parts ? kill : random.Next(12));
        }
        Assert.Equal(Kills, killed.Values.Sum());
        await Eventually.TrueAsync(
            async () =>
            {
                await slurm.ReleaseAsync();
                return await StateAsync(study) == "succeeded";
            },
            900
        );
        await DemandWholeAsync(study);
        var attempts = Enumerable.Range(0, Tasks).Sum(i => study.Share(i).LastAttempt);
        output.WriteLine(
            string.Join(", ", killed.Select(k => $"{k.Value} {k.Key}"))
                + FormattableString.Invariant($"; {StudyStory.Read(study).Answered.Count} cells, {attempts} attempts of {Tasks} tasks")
        );
    }

    StudyFolder Create()
    {
        var spec = TestStudies.Spec(
            learners: "knn,majority,logreg,tree",
            choice: new(
                Kinds: [new("label-noise", "random", [.. Enumerable.Range(1, 9).Select(l => 5.0 * l)])],
                Seeds: [.. Enumerable.Range(0, 10)]
            )
        );
        using var lab = new LabFolder(Options.Create(new LabOptions { LabFolder = folder }));
        var study = StudyFolder.Create(lab.Studies, spec, [TestStudies.Table().Table]);
        new StudyQueue(lab).Add(StudyEntry.Of(spec) with { Wanted = SlurmServer.Launcher });
        return study;
    }

    async Task StartAsync(SlurmLab slurm)
    {
        var settings = SlurmServer
            .Settings(slurm, ("ArrayTasks", $"{Tasks}"), ("ArrayThrottle", $"{Parallel}"), ("Variables:0", PausedLearner.Variable))
            .Select(s => (s.Key.Replace(":", "__", StringComparison.Ordinal), s.Value))
            .Append(("LiftLab__MaxAttempts", "1000"))
            .Append((PausedLearner.Variable, (Parallel * Pace * Kills / Fits).ToString(CultureInfo.InvariantCulture)));
        dashboard = new(folder, [.. settings]);
        http.Dispose();
        http = new() { BaseAddress = await dashboard.ListeningAsync() };
    }

    async Task<string> StateAsync(StudyFolder study)
    {
        var entry = await http.GetFromJsonAsync<JsonElement>($"/api/studies/{study.Id}");
        var state = entry.GetProperty("state").GetString()!;
        Assert.False(state is "failed" or "cancelled", entry.ToString());
        return state;
    }

    /// <summary>A share whose worker lives and is at work.</summary>
    async Task<int> LivingAsync(StudyFolder study, Random random)
    {
        int[] living = [];
        await Eventually.TrueAsync(
            async () =>
            {
                living =
                [
                    .. Enumerable
                        .Range(0, Tasks)
                        .Where(i =>
                            study.Share(i).ReadStory() is { Ended: null, Started: { } started } story
                            && SlurmLab.Lives(started.ProcessId)
                            && story.Answered.Count > 0
                        ),
                ];
                if (living.Length == 0 && await StateAsync(study) == "succeeded")
                    throw new InvalidOperationException("the study is done before the last kill");
                return living.Length > 0;
            },
            300
        );
        return living[random.Next(living.Length)];
    }

    /// <summary>0 to 3: one of each other part; above: the worker.</summary>
    async Task KillAsync(SlurmLab slurm, StudyFolder study, int share, int part)
    {
        switch (part)
        {
            case 0:
                await dashboard!.KillAsync();
                dashboard.Dispose();
                await StartAsync(slurm);
                Count("dashboard");
                break;
            case 1:
                await slurm.KillControllerAsync();
                await slurm.StartControllerAsync();
                await slurm.UntilIdleAsync();
                Count("controller");
                break;
            case 2:
                await slurm.KillNodeAsync(1);
                await slurm.StartNodeAsync(1);
                await slurm.UntilIdleAsync();
                Count("node daemon");
                break;
            case 3:
                await RequeueAsync(slurm, study, share);
                Count("task, requeued");
                break;
            default:
                SlurmLab.Kill(study.Share(share).ReadStory().Started!.ProcessId);
                Count("worker");
                break;
        }
    }

    /// <summary>Slurm ends the task and starts it again.</summary>
    static async Task RequeueAsync(SlurmLab slurm, StudyFolder study, int share)
    {
        var lines = (await slurm.RunAsync("squeue", "-h", "-r", "-t", "R", "-O", "WorkDir:300,ArrayJobID:|,ArrayTaskID:|"))
            .Split('\n')
            .Where(l => l.StartsWith(study.Path + " ", StringComparison.Ordinal))
            .Select(l => l[300..].Split('|'))
            .Where(l => l[1].Trim() == share.ToString(CultureInfo.InvariantCulture));
        foreach (var line in lines)
            await slurm.RunAsync("scontrol", "requeue", $"{line[0].Trim()}_{line[1].Trim()}");
    }

    void Count(string part) => killed[part] = killed.GetValueOrDefault(part) + 1;

    static async Task DemandWholeAsync(StudyFolder study)
    {
        var events = RunTail.All(study);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Sequence));
        var told = events.Select(e => e.Body).OfType<CellAnswered>().Select(c => c.Key).ToArray();
        Assert.Equal(told.Length, told.Distinct().Count());
        Assert.Equal(StudyStory.Read(study).Planned!.Probes, told.Length);
        Assert.Single(events.Select(e => e.Body).OfType<RunEnded>(), e => e.State == RunState.Succeeded);
        var computed = Enumerable
            .Range(0, Tasks)
            .SelectMany(i => RunTail.All(study.Share(i)))
            .Select(e => e.Body)
            .OfType<CellAnswered>()
            .Where(c => !c.Taken)
            .Select(c => c.Key)
            .ToArray();
        Assert.Equal(computed.Length, computed.Distinct().Count());
        using var other = new TestStudies();
        var calm = other.Create(study.ReadSpec());
        await TestStudies.Worker(calm).RunAsync(CancellationToken.None);
        Assert.Equal(await File.ReadAllBytesAsync(calm.FigureFile), await File.ReadAllBytesAsync(study.FigureFile));
    }
}
