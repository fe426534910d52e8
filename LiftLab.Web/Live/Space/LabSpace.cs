using LiftLab.Engine.Hub;
using LiftLab.Engine.Runs;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Database;
using LiftLab.Web.Storage.Tables;
using Microsoft.EntityFrameworkCore;

namespace LiftLab.Web.Live.Space;

/// <summary>What takes space in the lab, and its deletion. Nothing that runs or waits is touched.</summary>
public sealed class LabSpace(
    LabFolder lab,
    LabDatabase database,
    RunTable table,
    LabRuns runs,
    LabStudies studies,
    Datasets datasets,
    LabModels models,
    TimeProvider clock
)
{
    const string Busy = "it runs or waits";

    /// <summary>Sizes are read from the disk; files that go meanwhile count as nothing.</summary>
    public async Task<SpaceUse> MeasureAsync(CancellationToken cancel = default)
    {
        var (rows, tables) = await database.UseAsync(
            async db => (await db.Runs.AsNoTracking().ToListAsync(cancel), await db.Datasets.AsNoTracking().ToListAsync(cancel)),
            cancel
        );
        return await Task.Run(() => Measure(rows, tables, cancel), cancel);
    }

    SpaceUse Measure(IReadOnlyList<RunRow> rows, IReadOnlyList<DatasetRow> tables, CancellationToken cancel)
    {
        var items = new List<SpaceItem>();
        foreach (var row in rows)
        {
            cancel.ThrowIfCancellationRequested();
            var kept = lab.Run(row.Id) is { } folder ? new KeptFiles(folder) : null;
            items.Add(
                new(SpaceKind.Run, row.Id, row.Name, KeptFiles.BytesOf(lab.RunPath(row.Id)), row.State, row.EndedUtc)
                {
                    Owner = row.StartedBy,
                    Checkpoints = kept?.TrainingBytes ?? 0,
                    Weights = kept?.Bytes ?? 0,
                    Keeps = IsBusy(row.State) ? Busy : null,
                }
            );
        }
        foreach (var study in studies.List())
            items.Add(
                new(
                    SpaceKind.Study,
                    study.Id,
                    study.Name,
                    KeptFiles.BytesOf(Path.Combine(lab.Studies, study.Id)),
                    study.State,
                    study.EndedUtc
                )
                {
                    Owner = study.StartedBy,
                    Keeps = IsBusy(study.State) ? Busy : null,
                }
            );
        foreach (var row in tables)
            items.Add(
                new(SpaceKind.Dataset, row.Id.ToString("N"), row.Name, KeptFiles.BytesOf(datasets.FolderOf(row.Id))) { Owner = row.AddedBy }
            );
        var library = new ModelLibrary(lab.Models);
        foreach (var model in library.List().Where(m => !m.IsBundled))
            items.Add(new(SpaceKind.Model, model.Name, model.Name, model.Bytes));
        items.Sort((a, b) => b.Bytes.CompareTo(a.Bytes));
        var other = Math.Max(0, KeptFiles.BytesOf(lab.Path) - items.Sum(i => i.Bytes));
        return new(items, other, FreeBytes());
    }

    static bool IsBusy(RunState state) => state is RunState.Running or RunState.Queued or RunState.Interrupted;

    /// <summary>Bytes that its files have now; they may have changed since all was measured.</summary>
    public Task<long> BytesAsync(SpaceItem item, CancellationToken cancel = default) =>
        Task.Run(
            () =>
                KeptFiles.BytesOf(
                    item.Kind switch
                    {
                        SpaceKind.Run => lab.RunPath(item.Id),
                        SpaceKind.Study => Path.Combine(lab.Studies, item.Id),
                        SpaceKind.Dataset => datasets.FolderOf(Guid.Parse(item.Id)),
                        _ => new ModelLibrary(lab.Models).Find(item.Id)?.Folder ?? Path.Combine(lab.Models, item.Id),
                    }
                ),
            cancel
        );

    /// <summary>Deletes it; its bytes are free when this returns.</summary>
    /// <returns>Bytes freed.</returns>
    /// <exception cref="InvalidOperationException">It runs, or what runs needs it.</exception>
    /// <exception cref="KeyNotFoundException">It is gone.</exception>
    public async Task<long> DeleteAsync(SpaceItem item, CancellationToken cancel = default)
    {
        switch (item.Kind)
        {
            case SpaceKind.Run:
                return await runs.DeleteAsync(item.Id, cancel);
            case SpaceKind.Study:
                return await studies.DeleteAsync(item.Id, cancel);
            case SpaceKind.Dataset:
                return await datasets.DeleteAsync(Guid.Parse(item.Id), cancel);
            default:
                var model = new ModelLibrary(lab.Models).Find(item.Id) ?? throw new KeyNotFoundException($"There is no model '{item.Id}'.");
                var bytes = await BytesAsync(item, cancel);
                await models.DeleteAsync(model, cancel);
                return bytes;
        }
    }

    /// <summary>Deletes the training checkpoints of a run that is over. It cannot be continued for more epochs then.</summary>
    /// <returns>Bytes freed.</returns>
    /// <exception cref="InvalidOperationException">The run runs or waits.</exception>
    public Task<long> DropCheckpointsAsync(string id, CancellationToken cancel = default) =>
        WhileOverAsync(id, kept => kept.DeleteTraining(), cancel);

    /// <summary>Deletes the checkpoints and fitted models of a run that is over; scores and answers stay.</summary>
    /// <inheritdoc cref="DropCheckpointsAsync"/>
    public Task<long> DropWeightsAsync(string id, CancellationToken cancel = default) =>
        WhileOverAsync(id, kept => kept.Delete(clock.GetUtcNow()), cancel);

    /// <summary>Within a change of the row, so that nobody resumes the run meanwhile.</summary>
    async Task<long> WhileOverAsync(string id, Func<KeptFiles, long> delete, CancellationToken cancel)
    {
        await runs.DemandOwnAsync(id, "delete checkpoints of", cancel);
        var bytes = 0L;
        await table.ChangeAsync(
            id,
            async (_, row) =>
            {
                if (IsBusy(row.State))
                    throw new InvalidOperationException($"The run '{row.Name}' runs or waits. Cancel it first.");
                if (lab.Run(id) is { } folder)
                    bytes = await Task.Run(() => delete(new(folder)), cancel);
            },
            cancel
        );
        return bytes;
    }

    long? FreeBytes()
    {
        try
        {
            return new DriveInfo(lab.Path).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
