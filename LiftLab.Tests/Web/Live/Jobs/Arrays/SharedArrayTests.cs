using System.Diagnostics;
using System.Globalization;
using LiftLab.Engine.Experiments;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Tests.Engine.Launching.Slurm;
using LiftLab.Tests.Web.Live.Shared;
using LiftLab.Tests.Web.Storage.Postgres;
using Xunit.Abstractions;

namespace LiftLab.Tests.Web.Live.Jobs.Arrays;

/// <summary>A test on a real Slurm and a real PostgreSQL. Skipped, with the reason, where one is not installed.</summary>
sealed class SharedArrayFactAttribute : SlurmFactAttribute
{
    public SharedArrayFactAttribute() =>
        Skip ??= PostgresServer.Missing ?? (Environment.GetEnvironmentVariable("LIFTLAB_KILLS") is null ? "set LIFTLAB_KILLS" : null);
}

/// <summary>Two dashboards on PostgreSQL, and studies as arrays on Slurm.</summary>
[Trait(Speed.Trait, Speed.Slow)]
[Collection(nameof(SlurmLab))]
public sealed class SharedArrayTests(ITestOutputHelper output)
{
    const int KillsPerStudy = 4;

    /// <summary>Kills in the check; more on demand, where also the time of the failover is demanded.</summary>
    static int? AskedKills =>
        int.TryParse(Environment.GetEnvironmentVariable("LIFTLAB_DASHBOARD_KILLS"), CultureInfo.InvariantCulture, out var kills)
            ? kills
            : null;

    [SharedArrayFact]
    public async Task The_other_dashboard_goes_on_with_an_array_when_the_acting_one_is_killed()
    {
        var slurm = await SlurmLab.OpenAsync();
        using var lab = await SharedLab.OpenAsync();
        var kills = AskedKills ?? 1;
        ArrayStudy[] studies = [.. Enumerable.Range(0, kills / KillsPerStudy + 1).Select(i => ArrayStudy.Create(lab.Folder, i))];
        LabProcess Start() => lab.Start([.. ArrayStudy.Settings(slurm)]);
        LabProcess[] dashboards = [Start(), Start()];
        Uri?[] addresses = [await dashboards[0].ListeningAsync(), await dashboards[1].ListeningAsync()];
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10 + 2 * kills));
        var turn = 0;
        Uri? Any() => addresses[Interlocked.Increment(ref turn) % 2];
        var watched = studies.Select(s => SharedLab.WatchAsync(Any, s.Id, limit.Token)).ToArray();
        foreach (var (i, study) in studies.Index())
            await study.StartAsync(addresses[i % 2]!);

        var failovers = new List<double>();
        for (var kill = 0; kill < kills; kill++)
        {
            var before = studies.Sum(s => s.Answers);
            await Eventually.TrueAsync(
                () => studies.Sum(s => s.Answers) > before + 2 && studies.Any(s => s.Workers.Length > 0),
                seconds: 300
            );
            int? leader = null;
            await Eventually.TrueAsync(async () => (leader = await LeaderAsync(addresses)) is not null);
            var victim = leader!.Value;
            var survivor = addresses[1 - victim]!;
            addresses[victim] = null;
            await dashboards[victim].KillAsync();
            var died = Stopwatch.StartNew();
            await Eventually.TrueAsync(() => SharedLab.LeadsAsync(survivor));
            failovers.Add(died.Elapsed.TotalSeconds);
            var gathered = Gathered(studies);
            await Eventually.TrueAsync(() => Gathered(studies) > gathered, seconds: 300); // by the survivor
            dashboards[victim] = Start();
            addresses[victim] = await dashboards[victim].ListeningAsync();
        }
        foreach (var study in studies)
        foreach (var dashboard in addresses)
            await Eventually.TrueAsync(async () => await study.StateAsync(dashboard!) == RunState.Succeeded, 600);
        var predictions = 0;
        foreach (var (i, study) in studies.Index())
        {
            predictions += await study.DemandWholeAsync();
            Assert.All(study.Shares, s => Assert.Equal(1, s.LastAttempt)); // no task was started twice
            var seen = await watched[i];
            Assert.Equal(RunTail.All(study.Folder).Select(e => e.Sequence), seen.Select(e => e.Sequence));
        }
        failovers.Sort();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{kills} kills of the acting dashboard: the other acts after {failovers[failovers.Count / 2]:0.0} s (median, "
                    + $"{failovers[0]:0.0} to {failovers[^1]:0.0}); {studies.Length} studies of {predictions} predictions in "
                    + $"{studies.Sum(s => s.Shares.Count)} shares, each with one attempt"
            )
        );
        if (AskedKills is not null)
            Assert.InRange(failovers[^1], 0, 15);
    }

    /// <summary>Predictions in the logs of the studies, which the acting dashboard writes.</summary>
    static int Gathered(IEnumerable<ArrayStudy> studies) => studies.Sum(s => StudyStory.Read(s.Folder).Answered.Count);

    static async Task<int?> LeaderAsync(Uri?[] addresses)
    {
        foreach (var (i, address) in addresses.Index())
            if (address is not null && await SharedLab.LeadsAsync(address))
                return i;
        return null;
    }
}
