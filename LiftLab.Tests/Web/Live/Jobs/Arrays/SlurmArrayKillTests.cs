using System.Diagnostics;
using System.Globalization;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Tests.Engine.Launching.Slurm;
using LiftLab.Tests.Web.Live.Shared;
using Xunit.Abstractions;

namespace LiftLab.Tests.Web.Live.Jobs.Arrays;

/// <summary>
/// Kills parts at random while studies run as arrays: workers, whole jobs, single elements of an array, the dashboard, Slurm's controller,
/// the daemons of its nodes. LIFTLAB_KILLS sets the number of kills.
/// </summary>
[Trait(Speed.Trait, Speed.Slow)]
[Collection(nameof(SlurmLab))]
public sealed class SlurmArrayKillTests(ITestOutputHelper output) : IDisposable
{
    const int FewKills = 5,
        KillsPerStudy = 11,
        Seed = 23;

    enum Part
    {
        Worker,
        Dashboard,
        NodeDaemon,
        Controller,
        Element,
        Job,
    }

    readonly string folder = Directory.CreateTempSubdirectory("liftlab-lab-").FullName;
    readonly Dictionary<Part, int> killed = [];
    readonly Random random = new(Seed);
    readonly Stopwatch watch = Stopwatch.StartNew();
    ArrayStudy[] studies = [];
    SlurmLab slurm = default!;
    LabProcess? dashboard;
    Uri? address;

    static int Kills =>
        int.TryParse(Environment.GetEnvironmentVariable("LIFTLAB_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            ? n
            : FewKills;

    public void Dispose()
    {
        dashboard?.Dispose();
        foreach (var study in studies)
            File.WriteAllText(study.Folder.CancelFile, ""); // a worker that is still there ends by itself
        SpinWait.SpinUntil(
            () =>
            {
                try
                {
                    Directory.Delete(folder, recursive: true);
                }
                catch (IOException)
                {
                    return !Directory.Exists(folder);
                }
                return true;
            },
            TimeSpan.FromSeconds(10)
        );
    }

    [SlurmKillsFact]
    public async Task Whatever_is_killed_no_event_is_lost_and_no_cell_is_completed_twice()
    {
        slurm = await SlurmLab.OpenAsync();
        studies = [.. Enumerable.Range(0, (Kills + KillsPerStudy - 1) / KillsPerStudy).Select(i => ArrayStudy.Create(folder, i))];
        await StartAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(60));
        var watched = studies.Select(s => SharedLab.WatchAsync(() => address, s.Id, limit.Token, isResumed: true)).ToArray();
        foreach (var study in studies)
            await study.StartAsync(address!);
        for (var kill = 0; kill < Kills; kill++)
        {
            await ProgressAsync(1 + random.Next(3));
            var part = kill < FewKills ? (Part)kill : PartAt(random.Next(20));
            await KillAsync(part);
            killed[part] = killed.GetValueOrDefault(part) + 1;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalSeconds:0} s: {part}"));
        }
        await OrExplainAsync(DoneAsync, 900);
        var predictions = 0;
        foreach (var (i, study) in studies.Index())
        {
            predictions += await study.DemandWholeAsync();
            var seen = await watched[i];
            Assert.Equal(RunTail.All(study.Folder).Select(e => e.Sequence), seen.Select(e => e.Sequence));
        }
        var parts = string.Join(", ", killed.OrderByDescending(k => k.Value).Select(k => $"{k.Value} {k.Key}"));
        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{killed.Values.Sum()} kills ({parts}), {watch.Elapsed.TotalSeconds:0} s")
        );
        output.WriteLine(
            $"{studies.Length} studies of {predictions} predictions in {studies.Sum(s => s.Shares.Count)} shares: "
                + $"{studies.Sum(s => s.Shares.Sum(f => f.LastAttempt))} attempts of shares, {studies.Sum(s => s.Folder.LastAttempt)} of studies"
        );
    }

    /// <summary>Of 20: 10 workers, 2 of each other part.</summary>
    static Part PartAt(int number) => number < 10 ? Part.Worker : (Part)(1 + (number - 10) / 2);

    async Task StartAsync()
    {
        dashboard = new(folder, [.. ArrayStudy.Settings(slurm), ("LiftLab__HeartbeatTimeoutSeconds", Kills > FewKills ? "30" : "120")]);
        address = await dashboard.ListeningAsync();
    }

    /// <summary>So many predictions more, and a task that is at work.</summary>
    async Task ProgressAsync(int more)
    {
        foreach (var study in studies)
            study.Compare();
        var before = studies.Sum(s => s.Answers);
        await OrExplainAsync(
            async () =>
            {
                if (studies.Sum(s => s.Answers) >= before + more && studies.Any(s => s.Workers.Length > 0))
                    return true;
                return await DoneAsync() ? throw new InvalidOperationException("all studies are done before the last kill") : false;
            },
            300
        );
    }

    async Task KillAsync(Part part)
    {
        switch (part)
        {
            case Part.Dashboard:
                address = null;
                await dashboard!.KillAsync();
                dashboard.Dispose();
                await StartAsync();
                break;
            case Part.Controller:
                await slurm.KillControllerAsync();
                await slurm.StartControllerAsync();
                await slurm.UntilIdleAsync();
                break;
            case Part.NodeDaemon:
                var node = 1 + random.Next(2);
                await slurm.KillNodeAsync(node);
                await slurm.StartNodeAsync(node);
                await slurm.UntilIdleAsync();
                break;
            case Part.Element:
                await OrExplainAsync(
                    async () =>
                    {
                        var running = new List<string>();
                        foreach (var study in studies.Where(s => s.Workers.Length > 0))
                            running.AddRange(await study.ElementsAsync(slurm));
                        if (running.Count == 0)
                            return await DoneAsync() && false;
                        await slurm.RunAsync("scancel", running[random.Next(running.Count)]);
                        return true;
                    },
                    300
                );
                break;
            default:
                await OrExplainAsync(
                    async () =>
                    {
                        int[] living = [.. studies.SelectMany(s => s.Workers)];
                        if (living.Length == 0)
                            return await DoneAsync() && false;
                        var worker = living[random.Next(living.Length)];
                        if (part == Part.Job && ArrayStudy.StepOf(worker) is { } step)
                            SlurmLab.Kill(step);
                        SlurmLab.Kill(worker);
                        await Eventually.TrueAsync(() => !SlurmLab.Lives(worker));
                        return true;
                    },
                    300
                );
                break;
        }
    }

    async Task OrExplainAsync(Func<Task<bool>> holds, double seconds)
    {
        try
        {
            await Eventually.TrueAsync(holds, seconds);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            output.WriteLine(await slurm.RunAsync("squeue", "-r", "-t", "all", "-o", "%A %j %K %T %r %N %S"));
            output.WriteLine(await slurm.RunAsync("sinfo", "-N", "-o", "%N %T %E"));
            output.WriteLine(dashboard!.Output);
            throw;
        }
    }

    /// <summary>A study of which somebody has cancelled a task ends as cancelled when the others are done: it is resumed.</summary>
    async Task<bool> DoneAsync()
    {
        var done = true;
        foreach (var study in studies)
        {
            var state = await study.StateAsync(address!);
            Assert.NotEqual(RunState.Failed, state);
            done &= state == RunState.Succeeded;
            if (state == RunState.Cancelled)
                await study.StartAsync(address!);
        }
        return done;
    }
}
