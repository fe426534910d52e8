using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Tables;
using LiftLab.Web.Storage.Database;
using LiftLab.Web.Storage.People;
using LiftLab.Web.Storage.Tables;
using Microsoft.EntityFrameworkCore;

namespace LiftLab.Web.Storage;

/// <summary>
/// Makes the database agree with the folders. The database can be deleted at any time; this fills a new one. A folder that cannot be read
/// is left out with the reason and stops nothing.
/// </summary>
public sealed class LabIndex(LabFolder lab, LabDatabase database, Launchers launchers)
{
    volatile IReadOnlyList<DamagedFolder> damaged = [];

    /// <param name="Problems">Folders that could not be read, each with the reason.</param>
    public sealed record Reconciliation(int Added, int Removed, IReadOnlyList<string> Problems);

    /// <summary>Folders of runs and datasets that could not be read the last time.</summary>
    public IReadOnlyList<DamagedFolder> Damaged => damaged;

    /// <summary>For the start: removes half-made folders and entries without a folder, and adds what is missing.</summary>
    public async Task<Reconciliation> ReconcileAsync(CancellationToken cancel)
    {
        foreach (var half in lab.Abandoned(lab.Runs, ".new-*"))
            Directory.Delete(half, recursive: true);
        var (added, removed) = await AddMissingAsync(removes: true, cancel);
        return new(added, removed, [.. damaged.Select(d => $"{d.Content.ToString().ToLowerInvariant()} {d.Name}: {d.Why}")]);
    }

    /// <summary>Looks again at folders that are not in the index: a repaired one is added.</summary>
    public Task ReadAgainAsync(CancellationToken cancel) => AddMissingAsync(removes: false, cancel);

    /// <summary>Deletes a damaged folder.</summary>
    /// <exception cref="KeyNotFoundException">It is not among <see cref="Damaged"/>.</exception>
    /// <exception cref="IOException">It cannot be deleted.</exception>
    public async Task DeleteDamagedAsync(FolderContent content, string name, CancellationToken cancel)
    {
        Visitor.Demand(Role.Administer, "delete a damaged folder");
        Visitor.Note($"delete the damaged folder {name}");
        var there =
            damaged.FirstOrDefault(d => d.Content == content && d.Name == name)
            ?? throw new KeyNotFoundException($"There is no damaged folder '{name}'.");
        if (Directory.Exists(there.Path))
            await Task.Run(() => Directory.Delete(there.Path, recursive: true), cancel);
        damaged = [.. damaged.Where(d => d != there)];
    }

    async Task<(int Added, int Removed)> AddMissingAsync(bool removes, CancellationToken cancel)
    {
        var found = new List<DamagedFolder>();
        var (runs, tables) = (new List<RunRow>(), new List<DatasetRow>());
        // Entries whose folders are not met below: they have none.
        var (strayRuns, strayTables) = await database.UseAsync(db => KnownAsync(db, cancel), cancel);
        foreach (var path in Directory.EnumerateDirectories(lab.Runs).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            if (strayRuns.Remove(name) || !RunId.IsSafe(name))
                continue;
            await WithoutStoppingOthers(
                new(FolderContent.Run, name, path, ""),
                found,
                async () =>
                {
                    if (lab.Run(name) is { } run)
                        runs.Add(await RowOfAsync(run, cancel));
                    else if (Directory.Exists(Path.Combine(path, "attempts")) || File.Exists(Path.Combine(path, "report.json")))
                        throw new FileNotFoundException("spec.json is missing");
                },
                cancel
            );
        }
        foreach (var path in Directory.EnumerateDirectories(lab.Datasets))
        {
            var name = Path.GetFileName(path);
            if (!Guid.TryParseExact(name, "N", out var id) || strayTables.Remove(id))
                continue;
            await WithoutStoppingOthers(
                new(FolderContent.Dataset, name, path, ""),
                found,
                () =>
                {
                    tables.Add(DatasetCard.Read(path, id));
                    return Task.CompletedTask;
                },
                cancel
            );
        }
        damaged = found;
        // The list of a folder on another machine may be older than what another dashboard has made in it.
        strayRuns.RemoveWhere(id => Directory.Exists(Path.Combine(lab.Runs, id)));
        strayTables.RemoveWhere(id => Directory.Exists(Path.Combine(lab.Datasets, id.ToString("N"))));
        return await database.AloneAsync(
            async db =>
            {
                // Another dashboard may have entered them meanwhile.
                var (knownRuns, knownTables) = await KnownAsync(db, cancel);
                db.Runs.AddRange(runs.Where(r => !knownRuns.Contains(r.Id)));
                db.Datasets.AddRange(tables.Where(d => !knownTables.Contains(d.Id)));
                var removed = 0;
                if (removes)
                {
                    removed += await db.Runs.Where(r => strayRuns.Contains(r.Id)).ExecuteDeleteAsync(cancel);
                    removed += await db.Datasets.Where(d => strayTables.Contains(d.Id)).ExecuteDeleteAsync(cancel);
                }
                return (await db.SaveChangesAsync(cancel), removed);
            },
            cancel
        );
    }

    static async Task<(HashSet<string> Runs, HashSet<Guid> Tables)> KnownAsync(LabDb db, CancellationToken cancel) =>
        (
            await db.Runs.Select(r => r.Id).ToHashSetAsync(StringComparer.Ordinal, cancel),
            await db.Datasets.Select(d => d.Id).ToHashSetAsync(cancel)
        );

    /// <summary>Whatever a folder holds, it is an entry or a damaged folder.</summary>
    static async Task WithoutStoppingOthers(DamagedFolder folder, List<DamagedFolder> found, Func<Task> add, CancellationToken cancel)
    {
        try
        {
            await add();
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && e is not OutOfMemoryException)
        {
            found.Add(folder with { Why = e is BadDataException { Problems: [var first, ..] } ? first.What : e.Message });
        }
    }

    /// <summary>The entry of a run folder. A run whose worker is alive is running; its job is watched again.</summary>
    async Task<RunRow> RowOfAsync(RunFolder run, CancellationToken cancel)
    {
        var story = RunStory.Read(run, learner: null);
        var row = RunRow.Of(run.ReadSpec() with { Id = run.Id }, story, run.ReadReport());
        if (story.Ended is null)
            for (var before = run.LastAttempt; before >= Math.Max(0, run.LastAttempt - 1); before--)
                if (await FindAsync(JobSpec.Of(run, before), cancel) is { } job)
                {
                    row.Adopt(job, before);
                    break;
                }
        return row;
    }

    async Task<Job?> FindAsync(JobSpec spec, CancellationToken cancel)
    {
        foreach (var launcher in launchers.All)
            try
            {
                if (await launcher.FindAsync(spec, cancel) is { } job)
                    return job;
            }
            catch (LauncherUnreachableException) { }
        return null;
    }
}
