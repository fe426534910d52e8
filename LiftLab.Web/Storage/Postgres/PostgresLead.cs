using LiftLab.Web.Storage.Queue;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LiftLab.Web.Storage.Postgres;

/// <summary>
/// The lead as an advisory lock, held by a connection of its own that does nothing else: PostgreSQL releases it when the connection ends.
/// <list type="bullet">
/// <item>The holder asks the server every <see cref="Beat"/> and acts only for <see cref="Lease"/> after a question that was answered.
/// </item>
/// <item>The server ends a session that is silent for <see cref="Silence"/>: a machine that was cut off, a process that was stopped.</item>
/// <item>A new holder waits for <see cref="Lease"/> and a little more before it acts: the one before it may not have noticed yet.</item>
/// </list>
/// From the death of a holder to the first act of the next: at most Silence + Beat + Lease, below 15 s.
/// </summary>
public sealed partial class PostgresLead(PostgresDatabase database, TimeProvider clock, ILogger<PostgresLead> log)
    : BackgroundService,
        ILabLead
{
    const long LeadLock = 0x4C69_6674_4C61_6202;

    internal static readonly TimeSpan Beat = TimeSpan.FromSeconds(1),
        Patience = TimeSpan.FromSeconds(4),
        Lease = TimeSpan.FromSeconds(5),
        Silence = TimeSpan.FromSeconds(6),
        Grace = Lease + TimeSpan.FromMilliseconds(500);

    volatile LeadTerm? term;
    volatile int session;
    string? told;

    public LeadTerm? Term => term;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
            try
            {
                await LeadAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                var why = PostgresFault.Of(e, database.Address)?.What ?? e.Message;
                if (why != told)
                    Unsure(log, why);
                told = why;
                await Task.Delay(Beat, clock, stoppingToken);
            }
            catch (OperationCanceledException) { }
    }

    /// <summary>Waits for the lock and keeps it; ends with an exception.</summary>
    async Task LeadAsync(CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(database.Address.ForOneConnection(Patience));
        await connection.OpenAsync(cancel);
        await RunAsync(connection, FormattableString.Invariant($"SET idle_session_timeout = {Silence.TotalMilliseconds}"), cancel);
        while (await RunAsync(connection, FormattableString.Invariant($"SELECT pg_try_advisory_lock({LeadLock})"), cancel) is not true)
        {
            if (told != nameof(Follows))
                Follows(log);
            told = nameof(Follows);
            await Task.Delay(Beat, clock, cancel);
        }
        var held = clock.GetTimestamp();
        var next = new LeadTerm(clock, Lease);
        try
        {
            while (true)
            {
                var asked = clock.GetTimestamp();
                await RunAsync(connection, "SELECT true", cancel);
                next.Confirm(asked);
                if (term is null && clock.GetElapsedTime(held, asked) >= Grace)
                {
                    session = connection.ProcessID;
                    term = next;
                    told = null;
                    Leads(log);
                }
                await Task.Delay(Beat, clock, cancel);
            }
        }
        finally
        {
            term = null;
            next.Dispose();
        }
    }

    static async Task<object?> RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancel);
    }

    public async Task DemandAsync(LabDb db, CancellationToken cancel)
    {
        ((ILabLead)this).Demand();
        var (high, low, mine) = ((int)(LeadLock >> 32), (int)(LeadLock & uint.MaxValue), session);
        var held = await db
            .Database.SqlQuery<bool>(
                $"""
                SELECT EXISTS (
                    SELECT FROM pg_locks JOIN pg_database d ON d.oid = database
                    WHERE locktype = 'advisory' AND pid = {mine} AND classid = {high}::oid AND objid = {low}::oid AND granted
                    AND datname = current_database()) AS "Value"
                """
            )
            .SingleAsync(cancel);
        if (!held)
            throw new LeadLostException();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "This dashboard drives the jobs of the lab")]
    static partial void Leads(ILogger log);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Another dashboard drives the jobs of the lab; this one takes over when it ends"
    )]
    static partial void Follows(ILogger log);

    [LoggerMessage(Level = LogLevel.Warning, Message = "This dashboard does not drive the jobs of the lab: {Reason}")]
    static partial void Unsure(ILogger log, string reason);
}
