using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Storage;

/// <summary>
/// Before the first request: takes the lab folder, brings the index up to date, and enters runs and datasets it does not know.
/// </summary>
sealed partial class LabStartup(
    LabFolder lab,
    IDbContextFactory<LabDb> databases,
    LabIndex index,
    IOptions<LabOptions> options,
    ILogger<LabStartup> log
) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        lab.Take();
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(options.Value.MigrationTimeoutSeconds));
            try
            {
                await db.Database.MigrateAsync(limit.Token);
                await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL;", limit.Token);
            }
            catch (SqliteException e)
            {
                throw new IOException(
                    $"The index {lab.Database} cannot be used: {e.Message} Delete the file; it is rebuilt from the run folders.",
                    e
                );
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException(
                    $"The index {lab.Database} could not be brought up to date in {options.Value.MigrationTimeoutSeconds} s. A start that crashed may have left its lock: "
                        + "delete the row of the table __EFMigrationsLock, or delete the file; it is rebuilt from the run folders.",
                    e
                );
            }
        }
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
