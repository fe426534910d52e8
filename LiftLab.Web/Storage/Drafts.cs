using System.Text.Json;
using LiftLab.Engine;
using LiftLab.Engine.Runs;
using LiftLab.Web.Storage.People;

namespace LiftLab.Web.Storage;

/// <summary>
/// Runs that are being put together, under ids that stand in the address of New run: a reload, a lost connection or another browser finds
/// what was changed. The newest 200 are kept.
/// </summary>
public sealed class Drafts(LabFolder lab)
{
    const int Most = 200;

    /// <summary>Writes a draft. Drafts are a convenience: a full disk loses the draft and nothing else.</summary>
    /// <param name="id">Null for a new one.</param>
    /// <returns>Its id; null where it could not be written, or the visitor changes nothing.</returns>
    public string? Save(string? id, Draft draft)
    {
        var isNew = id is null;
        id ??= Convert.ToHexStringLower(Guid.NewGuid().ToByteArray())[..12];
        if (!RunId.IsSafe(id) || Visitor.Current?.Has(Role.Run) == false)
            return null;
        try
        {
            // Every key in the editor saves: waiting for a busy disk would stop the page for a second.
            RunFolder.WriteWhole(FileOf(id), stream => JsonSerializer.Serialize(stream, draft, RunJson.Line), untilOnDisk: false);
            if (isNew)
                RemoveOld();
            return id;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    void RemoveOld()
    {
        foreach (var old in new DirectoryInfo(lab.Drafts).EnumerateFiles("*.json").OrderByDescending(f => f.LastWriteTimeUtc).Skip(Most))
            old.Delete();
    }

    /// <summary>Null where there is none, or where it cannot be read.</summary>
    public Draft? Read(string id)
    {
        try
        {
            return RunId.IsSafe(id) && File.Exists(FileOf(id))
                ? JsonSerializer.Deserialize<Draft>(PlainFile.Bytes(FileOf(id)), RunJson.Line)
                    is { Run: { Learner: not null, Baselines: not null } } read
                    ? read
                    : null
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    string FileOf(string id) => Path.Combine(lab.Drafts, id + ".json");
}

/// <summary>A draft of a run on a dataset.</summary>
public sealed record Draft(Guid Dataset, RunFile Run);
