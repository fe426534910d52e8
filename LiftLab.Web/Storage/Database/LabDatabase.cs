using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LiftLab.Web.Storage.Database;

/// <summary>
/// The only access to the lab's database: opens contexts, brings the tables up to date at the start, and translates the engine's
/// exceptions. Another database engine is another class derived from this one.
/// </summary>
public abstract class LabDatabase : IHealthCheck, IDisposable
{
    readonly SemaphoreSlim gate = new(1);

    /// <summary>Where it lies, for messages: a path, or an address without a password.</summary>
    public abstract string Place { get; }

    /// <summary>Which database it is. Asks a server; changes nothing.</summary>
    /// <exception cref="LabDatabaseException">The database cannot be used.</exception>
    public abstract Task<DatabaseIdentity> IdentityAsync(CancellationToken cancel);

    /// <summary>Runs work with a context of its own.</summary>
    /// <exception cref="LabDatabaseException">The database cannot be used: disk full, locked, read-only, damaged, out of reach.</exception>
    public Task<T> UseAsync<T>(Func<LabDb, Task<T>> work, CancellationToken cancel) => TranslatedAsync(work, cancel);

    /// <inheritdoc cref="UseAsync{T}"/>
    public Task UseAsync(Func<LabDb, Task> work, CancellationToken cancel) =>
        UseAsync(
            async db =>
            {
                await work(db);
                return true;
            },
            cancel
        );

    /// <summary>
    /// Runs work while no other work of this kind goes on, in this dashboard or another one on the same database, so that what it reads
    /// is still so when it writes.
    /// </summary>
    /// <inheritdoc cref="UseAsync{T}"/>
    public async Task<T> AloneAsync<T>(Func<LabDb, Task<T>> work, CancellationToken cancel)
    {
        await gate.WaitAsync(cancel);
        try
        {
            return await TranslatedAsync(db => InTurnAsync(db, work, cancel), cancel);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc cref="AloneAsync{T}"/>
    public Task AloneAsync(Func<LabDb, Task> work, CancellationToken cancel) =>
        AloneAsync(
            async db =>
            {
                await work(db);
                return true;
            },
            cancel
        );

    /// <summary>Creates the tables, or changes those of an earlier version into today's. Data is kept.</summary>
    /// <exception cref="LabDatabaseException">The database cannot be used.</exception>
    /// <exception cref="TimeoutException">It took longer than <paramref name="limit"/>.</exception>
    public abstract Task UpgradeAsync(TimeSpan limit, CancellationToken cancel);

    /// <summary>Healthy where the database can be opened.</summary>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await UseAsync(db => db.Database.CanConnectAsync(cancellationToken), cancellationToken)
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"The database {Place} cannot be opened.");

    protected abstract LabDb Open();

    /// <summary>Runs work while no other dashboard is in turn. Within this dashboard only one asks at a time.</summary>
    protected virtual Task<T> InTurnAsync<T>(LabDb db, Func<LabDb, Task<T>> work, CancellationToken cancel) => work(db);

    /// <summary>A connection that was kept had been closed by the server before it was used: the work is done on another one.</summary>
    protected virtual bool WasStale(Exception fault) => false;

    /// <summary>The engine's exception, or one that wraps it, in words; null for any other.</summary>
    protected abstract LabDatabaseException? Explain(Exception fault);

    async Task<T> TranslatedAsync<T>(Func<LabDb, Task<T>> work, CancellationToken cancel)
    {
        for (var first = true; ; first = false)
            try
            {
                await using var db = Open();
                return await work(db);
            }
            catch (Exception e) when (first && !cancel.IsCancellationRequested && WasStale(e)) { }
            catch (Exception e) when (!cancel.IsCancellationRequested && Explain(e) is { } fault)
            {
                throw fault;
            }
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            gate.Dispose();
    }
}
