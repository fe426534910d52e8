using System.Text.Json;
using LiftLab.Engine.Runs;

namespace LiftLab.Web.Storage.Queue;

/// <summary>
/// The lab's studies and their queue: one small file each under <c>study-queue/</c>, written whole. A study folder without a file is
/// entered from its own events; a damaged file counts as absent. Thread-safe, and where several dashboards share the lab, what another one
/// has written is read again.
/// </summary>
public sealed class StudyQueue(LabFolder lab)
{
    const string Turn = "studies";

    static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    readonly Lock gate = new();
    readonly Dictionary<string, (long Bytes, DateTime Written)> stamps = new(StringComparer.Ordinal);
    Dictionary<string, StudyEntry>? known;

    /// <summary>All studies, newest first, with those that were copied into the lab meanwhile.</summary>
    public IReadOnlyList<StudyEntry> All
    {
        get
        {
            lock (gate)
            {
                foreach (var folder in Folders().Where(id => !Known.ContainsKey(id)))
                    Enter(folder);
                return [.. Known.Values.OrderByDescending(e => e.CreatedUtc).ThenByDescending(e => e.Id, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Studies that run, wait, or are to be cancelled, in the order of the queue.</summary>
    public IReadOnlyList<StudyEntry> Unfinished =>
        [.. In(RunState.Running, RunState.Queued, RunState.Interrupted).Where(e => e.State != RunState.Interrupted || e.CancelRequested)];

    public IReadOnlyList<StudyEntry> Running => In(RunState.Running);

    /// <summary>Studies that wait for a place, in the order of the queue.</summary>
    public IReadOnlyList<StudyEntry> Waiting => [.. In(RunState.Queued).Where(e => e.WaitsForPlace)];

    /// <exception cref="KeyNotFoundException">There is no such study.</exception>
    public StudyEntry Get(string id)
    {
        lock (gate)
        {
            if (!Known.ContainsKey(id))
                Enter(id); // it may have been copied into the lab since
            return Known.GetValueOrDefault(id) ?? throw new KeyNotFoundException($"There is no study '{id}'.");
        }
    }

    public bool Has(string id)
    {
        lock (gate)
            return Known.ContainsKey(id);
    }

    /// <summary>Applies a verb of the entry and stores it.</summary>
    /// <exception cref="KeyNotFoundException">There is no such study.</exception>
    /// <exception cref="InvalidOperationException">The verb refuses.</exception>
    public StudyEntry Change(string id, Func<StudyEntry, StudyEntry> verb)
    {
        lock (gate)
            using (FolderTurn.Take(lab, Turn))
                return Put(verb(Newest(id)));
    }

    public StudyEntry Add(StudyEntry entry)
    {
        lock (gate)
            return Put(entry);
    }

    /// <summary>Removes an entry where a condition still holds.</summary>
    /// <exception cref="KeyNotFoundException">There is no such study.</exception>
    public void Remove(string id, Action<StudyEntry> check)
    {
        lock (gate)
            using (FolderTurn.Take(lab, Turn))
            {
                check(Newest(id));
                File.Delete(FileOf(id));
                Known.Remove(id);
            }
    }

    IReadOnlyList<StudyEntry> In(params RunState[] states)
    {
        lock (gate)
            return [.. Known.Values.Where(e => states.Contains(e.State)).OrderBy(e => e.Position).ThenBy(e => e.CreatedUtc)];
    }

    /// <summary>The entry as it is on the disk, in a turn among the dashboards.</summary>
    StudyEntry Newest(string id)
    {
        stamps.Remove(id);
        return Get(id);
    }

    StudyEntry Put(StudyEntry entry)
    {
        RunFolder.WriteWhole(FileOf(entry.Id), stream => JsonSerializer.Serialize(stream, entry, RunJson.Line));
        stamps.Remove(entry.Id);
        return Known[entry.Id] = entry;
    }

    string FileOf(string id) => Path.Combine(lab.StudyQueue, id + ".json");

    Dictionary<string, StudyEntry> Known
    {
        get
        {
            if (known is not null)
            {
                if (lab.IsShared)
                    ReadChanged(known);
                return known;
            }
            known = new(StringComparer.Ordinal);
            var folders = Folders().ToHashSet(StringComparer.Ordinal);
            foreach (var file in Directory.Exists(lab.StudyQueue) ? Directory.EnumerateFiles(lab.StudyQueue, "*.json") : [])
                if (!folders.Contains(Path.GetFileNameWithoutExtension(file)))
                    File.Delete(file);
                else if (Read(file) is { } entry)
                    known[entry.Id] = entry;
            foreach (var id in folders.Where(id => !known.ContainsKey(id)))
                Enter(id);
            return known;
        }
    }

    /// <summary>Reads what other dashboards have written, and leaves out what they have deleted.</summary>
    void ReadChanged(Dictionary<string, StudyEntry> entries)
    {
        var met = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in new DirectoryInfo(lab.StudyQueue).EnumerateFiles("*.json"))
        {
            var id = Path.GetFileNameWithoutExtension(file.Name);
            met.Add(id);
            var stamp = (file.Length, file.LastWriteTimeUtc);
            if (stamps.TryGetValue(id, out var before) && before == stamp)
                continue;
            stamps.Remove(id);
            if (Read(file.FullName) is not { } entry)
                continue; // just deleted, or damaged
            entries[id] = entry;
            // two changes within one tick of the disk's clock have one stamp
            if (TimeProvider.System.GetUtcNow().UtcDateTime - file.LastWriteTimeUtc > Settled)
                stamps[id] = stamp;
        }
        foreach (var id in entries.Keys.Where(id => !met.Contains(id) && !Directory.Exists(Path.Combine(lab.Studies, id))).ToArray())
        {
            entries.Remove(id);
            stamps.Remove(id);
        }
    }

    void Enter(string id)
    {
        if (lab.Study(id) is { } folder)
            Known[id] = StudyEntry.Found(folder);
    }

    IEnumerable<string> Folders() =>
        Directory.Exists(lab.Studies)
            ? Directory.EnumerateDirectories(lab.Studies).Select(d => Path.GetFileName(d)!).Where(RunId.IsSafe)
            : [];

    static StudyEntry? Read(string file)
    {
        try
        {
            using var stream = LiftLab.Engine.PlainFile.Open(file);
            return
                JsonSerializer.Deserialize<StudyEntry>(stream, RunJson.Line) is { Id: not null, Name: not null, Tables: not null } entry
                && entry.Id == Path.GetFileNameWithoutExtension(file)
                ? entry
                : null;
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            return null;
        }
    }
}
