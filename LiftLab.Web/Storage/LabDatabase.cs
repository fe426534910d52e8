using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LiftLab.Web.Storage;

/// <summary>
/// The only access to the lab's database: opens contexts, brings the tables up to date at the start, and translates the engine's
/// exceptions. Another database engine is another class derived from this one.
/// </summary>
public abstract class LabDatabase : IHealthCheck
{
    /// <summary>Where it lies, for messages: a path, or an address without a password.</summary>
    public abstract string Place { get; }

    /// <summary>Runs work with a context of its own.</summary>
    /// <exception cref="LabDatabaseException">The database cannot be used: disk full, locked, read-only, damaged.</exception>
    public async Task<T> UseAsync<T>(Func<LabDb, Task<T>> work, CancellationToken cancel)
    {
        try
        {
            await using var db = new LabDb(Options);
            return await work(db);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && Explain(e) is { } fault)
        {
            throw fault;
        }
    }

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

    /// <summary>Creates the tables, or changes those of an earlier version into today's. Data is kept.</summary>
    /// <exception cref="LabDatabaseException">The database cannot be used.</exception>
    /// <exception cref="TimeoutException">It took longer than <paramref name="limit"/>.</exception>
    public abstract Task UpgradeAsync(TimeSpan limit, CancellationToken cancel);

    /// <summary>Healthy where the database can be opened.</summary>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await UseAsync(db => db.Database.CanConnectAsync(cancellationToken), cancellationToken)
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"The database {Place} cannot be opened.");

    protected abstract DbContextOptions<LabDb> Options { get; }

    /// <summary>The engine's exception, or one that wraps it, in words; null for any other.</summary>
    protected abstract LabDatabaseException? Explain(Exception fault);
}
