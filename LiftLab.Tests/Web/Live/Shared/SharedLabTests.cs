using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Tests.Web.Storage.Postgres;
using Xunit.Abstractions;

namespace LiftLab.Tests.Web.Live.Shared;

/// <summary>Two dashboards on one folder and one PostgreSQL database.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class SharedLabTests(ITestOutputHelper output)
{
    const string Token = "a-token-of-the-tests-0123456789";

    /// <summary>Kills in the check; more on demand.</summary>
    static int Kills =>
        int.TryParse(Environment.GetEnvironmentVariable("LIFTLAB_DASHBOARD_KILLS"), CultureInfo.InvariantCulture, out var kills)
            ? kills
            : 3;

    [PostgresFact]
    public async Task A_run_that_one_dashboard_starts_is_watched_on_the_other_and_only_one_drives_the_queue()
    {
        using var lab = await SharedLab.OpenAsync();
        var runs = Enumerable.Range(0, 4).Select(i => lab.Create($"run-{i}", StepLearner.Spec(60, 10))).ToArray();
        var (first, second) = (lab.Start(), lab.Start());
        Uri[] both = [await first.ListeningAsync(), await second.ListeningAsync()];
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        var watched = runs.Select((run, i) => SharedLab.WatchAsync(() => both[(i + 1) % 2], run.Id, limit.Token)).ToArray();
        foreach (var (i, run) in runs.Index())
            await SharedLab.ResumeAsync(both[i % 2], run);
        foreach (var (i, run) in runs.Index())
        {
            var seen = await watched[i];
            Assert.Equal(RunTail.All(run).Select(e => e.Sequence), seen.Select(e => e.Sequence));
            Assert.Equal(Enumerable.Range(1, seen.Count).Select(n => (long)n), seen.Select(e => e.Sequence));
            Assert.Equal(1, run.LastAttempt); // one worker
            foreach (var dashboard in both)
                await Eventually.TrueAsync(async () => await SharedLab.StateAsync(dashboard, run) == RunState.Succeeded);
        }
        Assert.Single([await SharedLab.LeadsAsync(both[0]), await SharedLab.LeadsAsync(both[1])], leads => leads);
    }

    [PostgresFact]
    public async Task Whichever_dashboard_is_killed_no_run_is_lost_or_done_twice_and_watchers_miss_nothing()
    {
        using var lab = await SharedLab.OpenAsync();
        var kills = Kills;
        var runs = Enumerable.Range(0, 2 + kills).Select(i => lab.Create($"run-{i:00}", StepLearner.Spec(200, 20))).ToArray();
        LabProcess[] dashboards = [lab.Start(("LiftLab__MaxParallelRuns", "2")), lab.Start(("LiftLab__MaxParallelRuns", "2"))];
        var addresses = new Uri?[] { await dashboards[0].ListeningAsync(), await dashboards[1].ListeningAsync() };
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10 + kills));
        var turn = 0;
        Uri? Any() => addresses[Interlocked.Increment(ref turn) % 2];
        var watched = runs.Select(run => SharedLab.WatchAsync(Any, run.Id, limit.Token)).ToArray();
        foreach (var (i, run) in runs.Index())
            await SharedLab.ResumeAsync(addresses[i % 2]!, run);

        var failovers = new List<double>();
        // mostly the one that leads, because its death is the harder case
        for (var kill = 0; kill < kills; kill++)
        {
            await Eventually.TrueAsync(async () => await LeaderAsync(addresses) is not null);
            var leader = (await LeaderAsync(addresses))!.Value;
            var victim = kill % 3 == 2 ? 1 - leader : leader;
            var (died, survivor) = (Stopwatch.StartNew(), addresses[1 - victim]!);
            addresses[victim] = null;
            await dashboards[victim].KillAsync();
            if (victim == leader)
            {
                await Eventually.TrueAsync(() => SharedLab.LeadsAsync(survivor));
                failovers.Add(died.Elapsed.TotalSeconds);
            }
            dashboards[victim] = lab.Start(("LiftLab__MaxParallelRuns", "2"));
            addresses[victim] = await dashboards[victim].ListeningAsync();
        }
        foreach (var (i, run) in runs.Index())
        {
            var seen = await watched[i];
            var all = RunTail.All(run);
            Assert.Equal(Enumerable.Range(1, all.Count).Select(n => (long)n), all.Select(e => e.Sequence));
            Assert.Equal(all.Select(e => e.Sequence), seen.Select(e => e.Sequence));
            Assert.Equal(Enumerable.Range(1, 200), LabServer.Steps(run)); // each step once
            Assert.Single(all, e => e.Body is RunEnded { State: RunState.Succeeded });
            foreach (var dashboard in addresses)
                await Eventually.TrueAsync(async () => await SharedLab.StateAsync(dashboard!, run) == RunState.Succeeded);
        }
        failovers.Sort();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{kills} kills, {failovers.Count} of the leader: the other leads after {failovers[failovers.Count / 2]:0.0} s "
                    + $"(median, {failovers[0]:0.0} to {failovers[^1]:0.0}); {runs.Sum(r => r.LastAttempt)} attempts of {runs.Length} runs"
            )
        );
    }

    static async Task<int?> LeaderAsync(Uri?[] addresses)
    {
        foreach (var (i, address) in addresses.Index())
            if (address is not null && await SharedLab.LeadsAsync(address))
                return i;
        return null;
    }

    [PostgresFact]
    public async Task A_leader_whose_connection_is_cut_stops_before_the_other_begins()
    {
        using var lab = await SharedLab.OpenAsync();
        var (first, second) = (lab.Start(), lab.Start());
        Uri?[] both = [await first.ListeningAsync(), await second.ListeningAsync()];
        await Eventually.TrueAsync(async () => await LeaderAsync(both) is not null);
        var before = (await LeaderAsync(both))!.Value;
        var cut = await PostgresServer.AskAsync(
            lab.Connection,
            """
            SELECT count(pg_terminate_backend(pid)) FROM pg_locks
            WHERE locktype = 'advisory' AND granted AND objid = x'4C616202'::int
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """
        );
        Assert.Equal(1L, cut);
        var lost = false;
        await Eventually.TrueAsync(async () =>
        {
            bool[] leads = [await SharedLab.LeadsAsync(both[0]!), await SharedLab.LeadsAsync(both[1]!)];
            Assert.False(leads[0] && leads[1] && await SharedLab.LeadsAsync(both[0]!), "both lead");
            lost |= !leads[before];
            return lost && (leads[0] || leads[1]);
        });
        // the run of a lab without a leader waits, and is done under the next one
        var run = lab.Create("run-1", StepLearner.Spec(20, 5));
        var third = lab.Start();
        await third.ListeningAsync(); // its start finds the folder
        await SharedLab.ResumeAsync(both[0]!, run);
        await Eventually.TrueAsync(async () => await SharedLab.StateAsync(both[1]!, run) == RunState.Succeeded);
        Assert.Equal(1, run.LastAttempt);
    }

    [PostgresFact]
    public async Task A_leader_that_stands_still_is_followed_and_does_nothing_when_it_wakes()
    {
        using var lab = await SharedLab.OpenAsync();
        var (first, second) = (lab.Start(), lab.Start());
        Uri?[] both = [await first.ListeningAsync(), await second.ListeningAsync()];
        await Eventually.TrueAsync(async () => await LeaderAsync(both) is not null);
        var stopped = (await LeaderAsync(both))!.Value;
        var process = (stopped == 0 ? first : second).Process;
        await SignalAsync("STOP", process.Id);
        var still = Stopwatch.StartNew();
        await Eventually.TrueAsync(() => SharedLab.LeadsAsync(both[1 - stopped]!));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the other leads after {still.Elapsed.TotalSeconds:0.0} s"));
        await SignalAsync("CONT", process.Id);
        await Eventually.TrueAsync(async () => !await SharedLab.LeadsAsync(both[stopped]!));
        Assert.True(await SharedLab.LeadsAsync(both[1 - stopped]!));
    }

    static async Task SignalAsync(string signal, int process)
    {
        using var kill = Process.Start("kill", ["-" + signal, process.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    [PostgresFact]
    public async Task A_session_of_one_dashboard_holds_on_the_other()
    {
        using var lab = await SharedLab.OpenAsync();
        var (first, second) = (lab.Start(("LiftLab__AccessToken", Token)), lab.Start(("LiftLab__AccessToken", Token)));
        Uri[] both = [await first.ListeningAsync(), await second.ListeningAsync()]; // started at once on an empty folder of keys
        using var browser = new HttpClient(new HttpClientHandler { CookieContainer = new(), AllowAutoRedirect = false });
        var page = await browser.GetStringAsync(new Uri(both[0], "/login"));
        Assert.Contains("token", page, StringComparison.OrdinalIgnoreCase);
        using var form = new FormUrlEncodedContent([
            new("token", Token),
            .. System
                .Text.RegularExpressions.Regex.Matches(page, "name=\"(__[A-Za-z]+)\"[^>]*value=\"([^\"]+)\"")
                .Select(m => KeyValuePair.Create(m.Groups[1].Value, m.Groups[2].Value)),
        ]);
        var signedIn = await browser.PostAsync(new Uri(both[0], "/login"), form);
        Assert.True((int)signedIn.StatusCode is >= 200 and < 400, signedIn.StatusCode.ToString());
        // cookies belong to a machine, whatever the port
        foreach (var dashboard in both)
        {
            var list = await browser.GetAsync(new Uri(dashboard, "/api/runs"));
            Assert.True(list.IsSuccessStatusCode, $"{dashboard}: {list.StatusCode}");
        }
    }

    [PostgresFact]
    public async Task The_job_of_a_run_is_shown_on_both_and_either_cancels()
    {
        using var lab = await SharedLab.OpenAsync();
        var runs = Enumerable.Range(0, 2).Select(i => lab.Create($"run-{i}", StepLearner.Spec(20_000, 50))).ToArray();
        var (first, second) = (lab.Start(), lab.Start());
        Uri[] both = [await first.ListeningAsync(), await second.ListeningAsync()];
        foreach (var run in runs)
            await SharedLab.ResumeAsync(both[0], run);
        foreach (var dashboard in both)
            await Eventually.TrueAsync(async () =>
            {
                using var http = new HttpClient { BaseAddress = dashboard };
                var shown = await http.GetFromJsonAsync<JsonElement>($"/api/runs/{runs[0].Id}/job");
                return shown.TryGetProperty("job", out var job) && job.ValueKind == JsonValueKind.Object;
            });
        // what one dashboard cancels, the other ends
        foreach (var run in runs)
        {
            using var http = new HttpClient { BaseAddress = both[1] };
            (await http.PostAsync($"/api/runs/{run.Id}/cancel", null)).EnsureSuccessStatusCode();
            await Eventually.TrueAsync(async () => await SharedLab.StateAsync(both[0], run) == RunState.Cancelled);
        }
    }

    [PostgresFact]
    public async Task A_dashboard_with_SQLite_does_not_open_a_shared_lab()
    {
        using var lab = await SharedLab.OpenAsync();
        await lab.Start().ListeningAsync();
        using var other = new LabProcess(lab.Folder);
        await StartFaultTests.DemandWordsAsync(other, "Another dashboard has the lab", "LiftLab:Database");
    }
}
