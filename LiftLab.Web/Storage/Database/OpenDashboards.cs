using System.Diagnostics;
using System.Text.Json;
using LiftLab.Engine.Runs;

namespace LiftLab.Web.Storage.Database;

/// <summary>
/// The dashboards that have the lab open, each a file in <c>dashboards</c> that it writes again every <see cref="Beat"/>. The lock of the
/// folder says the same, but on network disks not to other machines.
/// </summary>
public sealed class OpenDashboards(LabFolder lab) : IDisposable
{
    static readonly TimeSpan Look = TimeSpan.FromSeconds(0.5);

    /// <summary>A file that is written at this moment is read again.</summary>
    const int Readings = 5;

    readonly string file = Path.Combine(lab.Dashboards, $"{Guid.NewGuid():N}.json");
    readonly Lock writing = new();
    Timer? timer;

    /// <summary>Between two entries of a dashboard.</summary>
    internal TimeSpan Beat { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>A dashboard whose entry stays the same for this long is gone.</summary>
    internal TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(10);

    Entry? mine;

    /// <param name="Host">The processes among which <paramref name="ProcessId"/> names one: a machine, or a container on it.</param>
    /// <param name="Database">The identity of its database.</param>
    /// <param name="Count">Changes with each beat.</param>
    public sealed record Entry(string Machine, string Host, int ProcessId, string Database, string Place, long Count);

    static string Host { get; } = HostOf();

    /// <summary>Enters this dashboard, until it is disposed of.</summary>
    public void Open(DatabaseIdentity database)
    {
        mine = new(Environment.MachineName, Host, Environment.ProcessId, database.Id, database.Place, 0);
        Write();
        timer = new(_ => Write(), null, Beat, Beat);
    }

    /// <summary>
    /// Another dashboard that is alive and must not have the lab open with this one: one with another database, or with SQLite any. Entries
    /// of dashboards that are gone are removed; this takes <see cref="Silence"/> where they were on another machine.
    /// </summary>
    public async Task<Entry?> RivalAsync(DatabaseIdentity database, CancellationToken cancel)
    {
        Dictionary<string, Entry> first = new(StringComparer.Ordinal);
        foreach (var other in Directory.Exists(lab.Dashboards) ? Directory.GetFiles(lab.Dashboards, "*.json") : [])
            if (other != file && await ReadAsync(other, cancel) is { } entry && (!lab.IsShared || entry.Database != database.Id))
                if (entry.Host == Host && !IsAlive(entry.ProcessId))
                    Remove(other);
                else
                    first[other] = entry;
        for (var since = Stopwatch.GetTimestamp(); first.Count > 0; await Task.Delay(Look, cancel))
        {
            foreach (var (other, entry) in first)
                if (!File.Exists(other))
                    first.Remove(other); // it has ended
                else if (Read(other) is { } now && now.Count != entry.Count)
                    return now;
            if (Stopwatch.GetElapsedTime(since) < Silence)
                continue;
            foreach (var gone in first.Keys)
                Remove(gone);
            return null;
        }
        return null;
    }

    void Write()
    {
        lock (writing)
            if (mine is not null)
                try
                {
                    mine = mine with { Count = mine.Count + 1 };
                    Directory.CreateDirectory(lab.Dashboards);
                    var half = Path.ChangeExtension(file, ".tmp");
                    File.WriteAllBytes(half, JsonSerializer.SerializeToUtf8Bytes(mine, RunJson.Line));
                    File.Move(half, file, overwrite: true);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException) { } // a full or read-only disk, or no network
    }

    /// <summary>Null for a file that is gone or damaged.</summary>
    static async Task<Entry?> ReadAsync(string path, CancellationToken cancel)
    {
        for (var i = 0; i < Readings && File.Exists(path); i++)
        {
            if (Read(path) is { } entry)
                return entry;
            await Task.Delay(Look / Readings, cancel);
        }
        return null;
    }

    /// <summary>Null for a file that is being written.</summary>
    static Entry? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Entry>(File.ReadAllBytes(path), RunJson.Line);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }
    }

    static bool IsAlive(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    static string HostOf()
    {
        const string boot = "/proc/sys/kernel/random/boot_id";
        return File.Exists(boot)
            ? $"{File.ReadAllText(boot).Trim()} {new FileInfo("/proc/self/ns/pid").LinkTarget}"
            : Environment.MachineName;
    }

    public void Dispose()
    {
        timer?.Dispose();
        lock (writing)
        {
            if (mine is null)
                return;
            mine = null;
            Remove(file);
        }
    }
}
