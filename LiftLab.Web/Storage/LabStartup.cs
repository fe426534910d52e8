using LiftLab.Web.Storage.Database;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Storage;

/// <summary>
/// Before the first request: takes the lab folder, brings the database up to date, and enters runs and datasets it does not know.
/// </summary>
sealed partial class LabStartup(
    LabFolder lab,
    LabBinding binding,
    LabDatabase database,
    LabIndex index,
    IOptions<LabOptions> options,
    ILogger<LabStartup> log
) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        lab.Take();
        await binding.DemandAsync(cancellationToken);
        // Files of pages that were open when the dashboard ended.
        foreach (var left in lab.Abandoned(lab.Uploads))
            Directory.Delete(left, recursive: true);
        await database.UpgradeAsync(TimeSpan.FromSeconds(options.Value.MigrationTimeoutSeconds), cancellationToken);
        var found = await index.ReconcileAsync(cancellationToken);
        if (found.Added + found.Removed > 0)
            Reconciled(log, found.Added, found.Removed);
        foreach (var problem in found.Problems)
            Unreadable(log, problem);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The index was brought into line with the folders: {Added} entries added, {Removed} removed"
    )]
    static partial void Reconciled(ILogger log, int added, int removed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Left out of the index: {Problem}")]
    static partial void Unreadable(ILogger log, string problem);
}
