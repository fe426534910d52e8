using System.Collections.Concurrent;
using LiftLab.Engine.Hub;
using LiftLab.Engine.Models;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.People;

namespace LiftLab.Web.Live;

/// <summary>The state of one download of a model, as a page shows it.</summary>
/// <param name="Total">0 while the hub is being asked.</param>
/// <param name="Ended">Null while it runs.</param>
/// <param name="Failure">Why it failed; null where it is done, cancelled or running.</param>
/// <param name="Heard">When data last came; the start before that.</param>
public sealed record FetchedModel(
    string Id,
    string Revision,
    string Doing,
    long Done,
    long Total,
    string? Licence,
    DateTimeOffset Started,
    DateTimeOffset? Ended,
    Exception? Failure,
    DateTimeOffset Heard
)
{
    /// <summary>A pause that is worth a word.</summary>
    static readonly TimeSpan Long = TimeSpan.FromSeconds(3);

    public bool IsRunning => Ended is null;

    /// <summary>How long a running download has waited for data; null for an ordinary pause.</summary>
    public TimeSpan? Silence(DateTimeOffset now) => IsRunning && now - Heard >= Long ? now - Heard : null;
}

/// <summary>Downloads of models, at most one per model. They go on without a page.</summary>
public sealed class ModelDownloads(LabFolder lab, HubOptions options, TimeProvider time) : IDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    readonly ConcurrentDictionary<string, (FetchedModel State, CancellationTokenSource Stop)> all = new(StringComparer.OrdinalIgnoreCase);
    readonly HubClient hub = new(options, time);
    long toldAt;

    /// <summary>The list or a state has changed; raised at most five times a second for progress alone.</summary>
    public event Action? Changed;

    public string Hub => options.Endpoint.Host;

    /// <summary>A connection without data for so long is given up and tried again.</summary>
    public TimeSpan Patience => options.Patience;

    public bool HasToken => options.Token is not null;

    /// <summary>The downloads of this process, newest first, then incomplete ones of earlier processes.</summary>
    public IReadOnlyList<FetchedModel> All =>
        [
            .. all.Values.Select(v => v.State).OrderByDescending(s => s.Started),
            .. ModelDownload
                .Interrupted(lab.Models)
                .Where(i => !all.ContainsKey(i.Id))
                .Select(i => new FetchedModel(
                    i.Id,
                    Revision(i.Id),
                    "interrupted",
                    i.Bytes,
                    0,
                    null,
                    default,
                    default(DateTimeOffset),
                    null,
                    default
                )),
        ];

    static string Revision(string id) => BaseModels.Find(id)?.Revision ?? "main";

    /// <summary>Starts or continues a download. Does nothing where it is running.</summary>
    public void Start(string id, string revision = "main")
    {
        Visitor.Demand(Role.Administer, "download a model");
        if (all.TryGetValue(id, out var there) && there.State.IsRunning)
            return;
        Visitor.Note($"download the model '{id}'");
        var stop = new CancellationTokenSource();
        var now = time.GetUtcNow();
        all[id] = (new(id, revision, "asking the hub", 0, 0, null, now, null, null, now), stop);
        Changed?.Invoke();
        _ = Task.Run(() => RunAsync(id, revision, Visitor.Current?.Name, stop.Token));
    }

    /// <summary>Ends a download; its files stay and a later start continues it.</summary>
    public void Cancel(string id)
    {
        Visitor.Demand(Role.Administer, "cancel a download");
        if (all.TryGetValue(id, out var there))
            there.Stop.Cancel();
    }

    /// <summary>Removes an ended download from the list, with its incomplete files.</summary>
    public void Forget(string id)
    {
        Visitor.Demand(Role.Administer, "delete a download");
        if (all.TryGetValue(id, out var there) && there.State.IsRunning)
            return;
        all.TryRemove(id, out _);
        try
        {
            ModelDownload.Forget(lab.Models, id);
        }
        catch (Exception e) when (e is HubException or IOException or UnauthorizedAccessException)
        {
            var now = time.GetUtcNow();
            all[id] = (new(id, Revision(id), "failed", 0, 0, null, now, now, e, now), new());
        }
        Changed?.Invoke();
    }

    async Task RunAsync(string id, string revision, string? by, CancellationToken cancel)
    {
        Exception? failure = null;
        try
        {
            var download = new ModelDownload(hub, lab.Models);
            var (plan, _) = await download.PlanAsync(id, revision, cancel);
            Update(
                id,
                s =>
                    s with
                    {
                        Doing = "beginning",
                        Done = plan.Present,
                        Total = plan.Bytes,
                        Licence = plan.Model.Licence,
                        Heard = time.GetUtcNow(),
                    }
            );
            LabModels.Sign(await download.RunAsync(plan, new Told(p => Tell(id, p)), cancel), by);
        }
        catch (Exception) when (cancel.IsCancellationRequested) { } // a connection that is closed can also end with another exception
        catch (Exception e)
        {
            failure = e;
        }
        Update(
            id,
            s =>
                s with
                {
                    Ended = time.GetUtcNow(),
                    Failure = failure,
                    Doing =
                        failure is not null ? "failed"
                        : cancel.IsCancellationRequested ? "cancelled"
                        : "done",
                }
        );
        Changed?.Invoke();
    }

    void Tell(string id, DownloadProgress progress)
    {
        Update(id, s => s with { Doing = progress.Doing, Done = progress.Done, Total = progress.Total, Heard = time.GetUtcNow() });
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(Interlocked.Read(ref toldAt), now) < Pause)
            return;
        Interlocked.Exchange(ref toldAt, now);
        Changed?.Invoke();
    }

    void Update(string id, Func<FetchedModel, FetchedModel> change)
    {
        if (all.TryGetValue(id, out var there))
            all[id] = (change(there.State), there.Stop);
    }

    public void Dispose()
    {
        foreach (var (_, stop) in all.Values)
            stop.Cancel();
        hub.Dispose();
    }

    sealed class Told(Action<DownloadProgress> tell) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => tell(value);
    }
}
