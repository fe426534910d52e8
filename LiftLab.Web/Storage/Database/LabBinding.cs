using System.Text.Json;
using LiftLab.Engine;
using LiftLab.Engine.Runs;

namespace LiftLab.Web.Storage.Database;

/// <summary>
/// A lab's folder belongs to one database, which the file <c>database.json</c> names: two dashboards with the same folder and different
/// databases would both drive its queue. A folder that was copied or moved takes the database of its next dashboard.
/// </summary>
public sealed partial class LabBinding(LabFolder lab, LabDatabase database, OpenDashboards dashboards, ILogger<LabBinding> log)
{
    /// <param name="Folder">Where the lab's folder was: another place than now means a copy, a move, or another way to it.</param>
    sealed record Record(string Id, string Place, string Folder);

    /// <summary>For the start, before anything is written to the database.</summary>
    /// <exception cref="LabDatabaseException">The folder belongs to another database, or the database cannot be used.</exception>
    /// <exception cref="IOException">Another dashboard that must not share the folder has it open.</exception>
    public async Task DemandAsync(CancellationToken cancel)
    {
        var mine = await database.IdentityAsync(cancel);
        var before = Read(out var damaged);
        DemandMine(before, mine);
        var mark = new Record(mine.Id, mine.Place, lab.Path);
        if (before is null)
        {
            Write(mark, replaces: damaged);
            DemandMine(Read(out _), mine); // another dashboard may have been started at the same moment
        }
        dashboards.Open(mine);
        if (await dashboards.RivalAsync(mine, cancel) is { } rival)
        {
            if (before is null)
                File.Delete(lab.DatabaseRecord); // the other one's was deleted while it was open
            throw new IOException(
                $"Another dashboard has the lab '{lab.Path}' open: process {rival.ProcessId} on {rival.Machine}, "
                    + $"with the database {rival.Place}. Stop it, or give this one another LiftLab:LabFolder. {SharingWords}"
            );
        }
        if (before is null || (before.Id == mine.Id && before.Folder == lab.Path))
            return;
        if (before.Id != mine.Id)
            Taken(log, before.Folder, before.Place, mine.Place);
        Write(mark, replaces: true);
    }

    internal const string SharingWords = "Several dashboards share a lab where each has the same PostgreSQL database in LiftLab:Database.";

    void DemandMine(Record? record, DatabaseIdentity mine)
    {
        if (record is null || record.Id == mine.Id || record.Folder != lab.Path)
            return;
        throw new LabDatabaseException(
            DatabaseFault.Other,
            $"The lab's folder '{lab.Path}' belongs to the database {record.Place}, and this dashboard is set up with {mine.Place}",
            "Give it the LiftLab:Database of the lab's other dashboards, or another LiftLab:LabFolder. "
                + "To move the lab to this database on purpose: let the queue run empty, stop all dashboards of the lab, "
                + $"delete '{lab.DatabaseRecord}' and start again; runs and datasets are entered from their folders."
        );
    }

    /// <summary>Null where there is none, as in a lab of an earlier version, or none that can be read.</summary>
    Record? Read(out bool damaged)
    {
        damaged = false;
        try
        {
            if (JsonSerializer.Deserialize<Record>(File.ReadAllBytes(lab.DatabaseRecord), RunJson.Line) is { Id.Length: > 0 } record)
                return record;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (JsonException) { }
        damaged = true;
        return null;
    }

    void Write(Record record, bool replaces)
    {
        var half = $"{lab.DatabaseRecord}.{Guid.NewGuid():N}";
        try
        {
            File.WriteAllBytes(half, JsonSerializer.SerializeToUtf8Bytes(record, RunJson.Pretty));
            File.Move(half, lab.DatabaseRecord, overwrite: replaces);
        }
        catch (Exception e) when (e is UnauthorizedAccessException || DiskSpace.IsReadOnly(e)) { } // to be looked at only
        catch (IOException) when (!replaces && File.Exists(lab.DatabaseRecord)) { } // another dashboard was faster
        finally
        {
            File.Delete(half);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The lab was copied or moved from '{Folder}', where it belonged to the database {Before}; it now belongs to {Now}"
    )]
    static partial void Taken(ILogger log, string folder, string before, string now);
}
