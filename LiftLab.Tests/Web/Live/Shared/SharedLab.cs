using System.Net.Http.Json;
using System.Text.Json;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Tests.Web.Storage.Postgres;
using LiftLab.Web.Live;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace LiftLab.Tests.Web.Live.Shared;

/// <summary>A lab's folder and a PostgreSQL database for several dashboards, each a process of its own.</summary>
sealed class SharedLab : IDisposable
{
    readonly List<LabProcess> dashboards = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("liftlab-shared-").FullName;

    public string Connection { get; private init; } = "";

    public static async Task<SharedLab> OpenAsync() => new() { Connection = await (await PostgresServer.OpenAsync()).MakeAsync() };

    public LabProcess Start(params IReadOnlyList<(string Name, string Value)> settings)
    {
        dashboards.Add(new(Folder, [("LiftLab__Database", Connection), ("LiftLab__HeartbeatTimeoutSeconds", "120"), .. settings]));
        return dashboards[^1];
    }

    /// <summary>A run folder in the lab; a dashboard that starts later finds it, and it begins when somebody resumes it.</summary>
    public RunFolder Create(string id, LearnerSpec learner) =>
        RunFolder.Create(
            Directory.CreateDirectory(Path.Combine(Folder, "runs")).FullName,
            new(id, $"Run {id}", DateTimeOffset.UnixEpoch, "table.csv", TestRuns.Schema, 0, 0, learner, []),
            file => File.WriteAllText(file, TestRuns.TwoClasses)
        );

    public static async Task ResumeAsync(Uri lab, RunFolder run)
    {
        using var http = new HttpClient { BaseAddress = lab };
        (await http.PostAsync($"/api/runs/{run.Id}/resume", null)).EnsureSuccessStatusCode();
    }

    public static async Task<RunState> StateAsync(Uri lab, RunFolder run)
    {
        using var http = new HttpClient { BaseAddress = lab };
        var row = await http.GetFromJsonAsync<JsonElement>($"/api/runs/{run.Id}");
        return Enum.Parse<RunState>(row.GetProperty("state").GetString()!, ignoreCase: true);
    }

    public static async Task<bool> LeadsAsync(Uri lab)
    {
        using var http = new HttpClient { BaseAddress = lab };
        return (await http.GetFromJsonAsync<JsonElement>("/api/lab")).GetProperty("leads").GetBoolean();
    }

    /// <summary>
    /// Watches a run to its end as a script does, over whichever dashboard answers: after a cut it asks for what follows the last event
    /// that it has.
    /// </summary>
    /// <param name="address">Of a dashboard that is thought to live.</param>
    /// <param name="isResumed">Somebody resumes it when it is cancelled.</param>
    public static async Task<IReadOnlyList<RunEvent>> WatchAsync(
        Func<Uri?> address,
        string run,
        CancellationToken cancel,
        bool isResumed = false
    )
    {
        var seen = new List<RunEvent>();
        bool IsOver(RunEvent? e) =>
            e is { Body: RunEnded { State: not RunState.Interrupted and var state } } && !(isResumed && state == RunState.Cancelled);
        while (!IsOver(seen.LastOrDefault()))
            try
            {
                await using var hub = new HubConnectionBuilder()
                    .WithUrl(new Uri(address() ?? throw new IOException("no dashboard"), RunHub.Path))
                    .AddJsonProtocol(o => RunJson.Configure(o.PayloadSerializerOptions))
                    .Build();
                await hub.StartAsync(cancel);
                await foreach (var part in hub.StreamAsync<RunEvent[]>("Watch", run, seen.Count == 0 ? 0L : seen[^1].Sequence, cancel))
                {
                    seen.AddRange(part);
                    if (IsOver(part[^1]))
                        break;
                }
            }
            catch (Exception) when (!cancel.IsCancellationRequested)
            {
                await Task.Delay(100, cancel); // the dashboard was killed: the next one
            }
        return seen;
    }

    public void Dispose()
    {
        foreach (var dashboard in dashboards)
            dashboard.Dispose();
        foreach (var kind in (string[])["runs", "studies"])
        foreach (var job in Directory.Exists(Path.Combine(Folder, kind)) ? Directory.GetDirectories(Path.Combine(Folder, kind)) : [])
            File.WriteAllText(Path.Combine(job, "cancel"), ""); // a worker that is still there ends by itself
        SpinWait.SpinUntil(
            () =>
            {
                try
                {
                    Directory.Delete(Folder, recursive: true);
                }
                catch (IOException)
                {
                    return !Directory.Exists(Folder);
                }
                return true;
            },
            TimeSpan.FromSeconds(10)
        );
    }
}
