using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Tests.Engine.Launching.Slurm;
using LiftLab.Tests.Engine.Runs;
using Xunit.Abstractions;

namespace LiftLab.Tests.Web.Live.Jobs;

/// <summary>
/// Kills parts at random: workers, the dashboard, Slurm's controller, the daemons of its nodes. LIFTLAB_KILLS sets the number of kills.
/// </summary>
[Trait(Speed.Trait, Speed.Slow)]
[Collection(nameof(SlurmLab))]
public sealed class SlurmKillTests(ITestOutputHelper output) : IDisposable
{
    const int Steps = 80,
        FewKills = 5;

    readonly string folder = Directory.CreateTempSubdirectory("liftlab-lab-").FullName;
    readonly Dictionary<string, int> killed = [];
    LabProcess? dashboard;
    HttpClient http = new();

    static int Kills =>
        int.TryParse(Environment.GetEnvironmentVariable("LIFTLAB_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out var kills)
            ? kills
            : FewKills;

    public void Dispose()
    {
        dashboard?.Dispose();
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [SlurmKillsFact]
    public async Task Whatever_is_killed_no_event_is_lost_and_each_run_is_done_once()
    {
        var slurm = await SlurmLab.OpenAsync();
        var runs = Enumerable.Range(1, Kills + 4).Select(Create).ToArray();
        await StartAsync(slurm);
        foreach (var run in runs)
        {
            await PostAsync($"/api/runs/{run.Id}/launcher?name={SlurmServer.Launcher}");
            await PostAsync($"/api/runs/{run.Id}/resume");
        }
        var random = new Random(17);
        for (var kill = 0; kill < Kills; kill++)
            await KillAsync(slurm, runs, kill < FewKills ? kill : random.Next(10), random);
        await Eventually.TrueAsync(() => DoneAsync(slurm, runs), 600);
        foreach (var run in runs)
            SlurmServer.AssertWhole(run, Steps);
        output.WriteLine(
            string.Join(", ", killed.Select(k => $"{k.Value} {k.Key}")) + $"; {runs.Sum(r => r.LastAttempt)} attempts of {runs.Length} runs"
        );
    }

    RunFolder Create(int number) =>
        RunFolder.Create(
            Directory.CreateDirectory(Path.Combine(folder, "runs")).FullName,
            new(
                FormattableString.Invariant($"run-{number:000}"),
                "A test",
                DateTimeOffset.UnixEpoch,
                "table.csv",
                TestRuns.Schema,
                0,
                0,
                StepLearner.Spec(Steps, 40),
                []
            ),
            file => File.WriteAllText(file, TestRuns.TwoClasses)
        );

    /// <summary>Waits where the dashboard takes no more requests for a moment.</summary>
    Task PostAsync(string address) =>
        Eventually.TrueAsync(async () =>
        {
            using var answer = await http.PostAsync(address, null);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
                return false;
            answer.EnsureSuccessStatusCode();
            return true;
        });

    async Task StartAsync(SlurmLab slurm)
    {
        var settings = SlurmServer
            .Settings(slurm, ("Places", "8"))
            .Select(s => (s.Key.Replace(":", "__", StringComparison.Ordinal), s.Value))
            .Append(("LiftLab__MaxAttempts", "1000"));
        dashboard = new(folder, [.. settings]);
        http.Dispose();
        http = new() { BaseAddress = await dashboard.ListeningAsync() };
    }

    /// <summary>0 to 3: one of each part; above: a worker.</summary>
    async Task KillAsync(SlurmLab slurm, RunFolder[] runs, int part, Random random)
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
            default:
                await KillWorkerAsync(slurm, runs, random);
                Count("worker");
                break;
        }
    }

    async Task KillWorkerAsync(SlurmLab slurm, RunFolder[] runs, Random random)
    {
        try
        {
            await Eventually.TrueAsync(async () =>
            {
                await slurm.ReleaseAsync();
                int[] living =
                [
                    .. runs.Where(r => RunStory.Read(r, learner: null) is { Started: not null, Ended: null })
                        .Select(LabServer.WorkerOf)
                        .Where(SlurmLab.Lives),
                ];
                if (living.Length == 0)
                    return await DoneAsync(slurm, runs)
                        ? throw new InvalidOperationException("all runs are done before the last kill")
                        : false;
                var worker = living[random.Next(living.Length)];
                SlurmLab.Kill(worker);
                await Eventually.TrueAsync(() => !SlurmLab.Lives(worker));
                return true;
            });
        }
        catch (TimeoutException)
        {
            output.WriteLine(await slurm.RunAsync("squeue", "-t", "all", "-o", "%A %j %T %r %N %S"));
            output.WriteLine(await slurm.RunAsync("sinfo", "-N", "-o", "%N %T %E"));
            output.WriteLine(await http.GetStringAsync("/api/runs/queue"));
            output.WriteLine(dashboard!.Output);
            throw;
        }
    }

    void Count(string part) => killed[part] = killed.GetValueOrDefault(part) + 1;

    async Task<bool> DoneAsync(SlurmLab slurm, RunFolder[] runs)
    {
        await slurm.ReleaseAsync();
        var page = await http.GetFromJsonAsync<JsonElement>($"/api/runs?take=500");
        var states = page.GetProperty("items").EnumerateArray().Select(r => r.GetProperty("state").GetString()).ToArray();
        Assert.DoesNotContain("failed", states);
        Assert.Equal(runs.Length, states.Length);
        return states.All(s => s == "succeeded");
    }
}
