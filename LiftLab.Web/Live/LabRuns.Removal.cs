using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live.Providers;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.People;

namespace LiftLab.Web.Live;

public sealed partial class LabRuns
{
    const int DiscardLooks = 50;
    static readonly TimeSpan DiscardPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Ends the run and removes it with its folder.</summary>
    /// <exception cref="InvalidOperationException">Its worker did not end in time. The run is cancelled and can be deleted.</exception>
    /// <inheritdoc cref="DeleteAsync(string, AtProvider, CancellationToken)"/>
    public async Task DiscardAsync(string id, AtProvider there, CancellationToken cancel = default)
    {
        if ((await DemandOwnAsync(id, "discard", cancel)).State == RunState.Running)
        {
            await CancelAsync(id, cancel);
            for (var waited = 0; (await GetAsync(id, cancel)).State == RunState.Running; waited++)
                if (waited == DiscardLooks)
                    throw new InvalidOperationException("The run is being cancelled. Delete it when it has ended.");
                else
                    await Task.Delay(DiscardPause, clock, cancel);
        }
        await DeleteAsync(id, there, cancel);
    }

    /// <inheritdoc cref="DeleteAsync(string, AtProvider, CancellationToken)"/>
    public Task<long> DeleteAsync(string id, CancellationToken cancel = default) => DeleteAsync(id, AtProvider.Keep, cancel);

    /// <inheritdoc cref="DiscardAsync(string, AtProvider, CancellationToken)"/>
    public Task DiscardAsync(string id, CancellationToken cancel = default) => DiscardAsync(id, AtProvider.Keep, cancel);

    /// <summary>Whether the run has files or models at a provider.</summary>
    public bool IsAtProvider(RunRow row)
    {
        try
        {
            return lab.Run(row.Id) is { } folder && providers.WorkOf(folder, folder.ReadSpec()).Any(w => w.State is { Deleted: null });
        }
        catch (Exception e) when (e is BadDataException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>
    /// Removes the run and its folder. Jobs that still go on at a provider are ended first, because nobody would know of them afterwards.
    /// </summary>
    /// <returns>Bytes of the files that were deleted.</returns>
    /// <exception cref="InvalidOperationException">It is running: cancel it first.</exception>
    /// <exception cref="RemoteTroubleException">The provider did not do what was asked; nothing was removed here.</exception>
    public async Task<long> DeleteAsync(string id, AtProvider there, CancellationToken cancel = default)
    {
        if ((await DemandOwnAsync(id, "delete", cancel)).State != RunState.Running)
            await LeaveProviderAsync(id, there, cancel);
        await runs.ChangeAsync(
            id,
            (db, row) =>
            {
                if (row.State is RunState.Running)
                    throw new InvalidOperationException($"The run '{row.Name}' is running. Cancel it first.");
                db.Runs.Remove(row);
                return Task.CompletedTask;
            },
            cancel
        );
        var path = lab.RunPath(id);
        var bytes = await Task.Run(
            () =>
            {
                var size = KeptFiles.BytesOf(path);
                if (Directory.Exists(path))
                    Directory.Delete(path, recursive: true);
                return size;
            },
            cancel
        );
        signal.Wake();
        return bytes;
    }

    /// <summary>Bytes of the run's files; 0 where it has none.</summary>
    public Task<long> BytesAsync(string id, CancellationToken cancel = default) =>
        Task.Run(() => KeptFiles.BytesOf(lab.RunPath(id)), cancel);

    /// <summary>Refuses a change of a run that the visitor may not change, and writes into the log who changes it.</summary>
    /// <exception cref="NotAllowedException">Somebody else has started it.</exception>
    internal async Task<RunRow> DemandOwnAsync(string id, string verb, CancellationToken cancel)
    {
        var row = await GetAsync(id, cancel);
        Visitor.DemandOwn(row.StartedBy, $"{verb} the run '{row.Name}'");
        Visitor.Note($"{verb} run {id}");
        return row;
    }

    async Task LeaveProviderAsync(string id, AtProvider there, CancellationToken cancel)
    {
        if (lab.Run(id) is not { } folder)
            return;
        var troubles = new List<string>();
        try
        {
            if (LabProviders.OpenJobs(folder).Count > 0)
                troubles.AddRange(await providers.CancelJobsAsync(folder, cancel));
            if (there == AtProvider.Delete && troubles.Count == 0)
                troubles.AddRange(await providers.DeleteThereAsync(folder, cancel));
        }
        catch (BadDataException) { } // a folder that cannot be read names no provider
        if (troubles.Count > 0 && there != AtProvider.KeepAnyway)
            throw new RemoteTroubleException(troubles);
        providers.Money.Take(folder.Path);
    }
}
