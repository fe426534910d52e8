using LiftLab.Engine.Runs;
using LiftLab.Web.Storage.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LiftLab.Web.Storage.Postgres;

/// <summary>The database on a PostgreSQL server, which several dashboards can share.</summary>
public sealed class PostgresDatabase : LabDatabase
{
    const int OldestServer = 14;

    /// <summary>The advisory lock of <see cref="LabDatabase.AloneAsync{T}"/>; advisory locks belong to one database.</summary>
    const long TurnLock = 0x4C69_6674_4C61_6201;

    readonly LabFolder lab;
    readonly NpgsqlDataSource connections;
    readonly DbContextOptions<PostgresDb> options;

    public PostgresDatabase(LabFolder lab, IOptions<LabOptions> options, IServiceProvider services)
    {
        this.lab = lab;
        Address = PostgresAddress.Parse(options.Value.Database);
        var source = new NpgsqlDataSourceBuilder(Address.Text);
        source.UseLoggerFactory(services.GetService<ILoggerFactory>());
        connections = source.Build();
        this.options = new DbContextOptionsBuilder<PostgresDb>()
            .UseNpgsql(connections)
            .UseApplicationServiceProvider(services) // for its log
            // whoever asked the database is told by an exception; a log line with a stack trace for each try adds nothing
            .ConfigureWarnings(events =>
                events.Log(
                    (RelationalEventId.CommandError, LogLevel.Debug),
                    (RelationalEventId.ConnectionError, LogLevel.Debug),
                    (CoreEventId.SaveChangesFailed, LogLevel.Debug),
                    (CoreEventId.QueryIterationFailed, LogLevel.Debug)
                )
            )
            .Options;
    }

    internal PostgresAddress Address { get; }

    public override string Place => Address.Place;

    /// <summary>By the numbers of the server's data and of the database in it: an address can have several names.</summary>
    public override Task<DatabaseIdentity> IdentityAsync(CancellationToken cancel) =>
        UseAsync(
            async db =>
            {
                var id = await db
                    .Database.SqlQuery<string>(
                        $"""
                        SELECT system_identifier || ' ' || oid AS "Value" FROM pg_control_system(), pg_database
                        WHERE datname = current_database()
                        """
                    )
                    .SingleAsync(cancel);
                return new DatabaseIdentity($"postgresql {id}", Place);
            },
            cancel
        );

    protected override LabDb Open() => new PostgresDb(options);

    protected override async Task<T> InTurnAsync<T>(LabDb db, Func<LabDb, Task<T>> work, CancellationToken cancel)
    {
        db.Database.AutoSavepointsEnabled = false;
        await using var turn = await db.Database.BeginTransactionAsync(cancel);
        // A dashboard that stops in the middle holds up the others for a while, not for ever.
        await db.Database.ExecuteSqlRawAsync(
            "SET LOCAL lock_timeout = '20s'; SET LOCAL idle_in_transaction_session_timeout = '15s'",
            cancel
        );
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({TurnLock})", cancel);
        var done = await work(db);
        await turn.CommitAsync(cancel);
        return done;
    }

    public override async Task UpgradeAsync(TimeSpan limit, CancellationToken cancel)
    {
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timed.CancelAfter(limit);
        try
        {
            await UseAsync(db => DemandUsableAsync(db, timed.Token), cancel);
            await UseAsync(db => db.Database.MigrateAsync(timed.Token), cancel);
            await AloneAsync(db => DemandOwnAsync((PostgresDb)db, timed.Token), cancel);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"The database {Place} could not be brought up to date in {limit.TotalSeconds:0} s. "
                    + "Another dashboard or program may hold its tables: look at pg_stat_activity, then start again.",
                e
            );
        }
    }

    async Task DemandUsableAsync(LabDb db, CancellationToken cancel)
    {
        var version = await db
            .Database.SqlQuery<int>($"SELECT current_setting('server_version_num')::int AS \"Value\"")
            .SingleAsync(cancel);
        if (version / 10_000 < OldestServer)
            throw new LabDatabaseException(
                DatabaseFault.Other,
                $"The database {Place} has version {version / 10_000} of PostgreSQL",
                $"Use {OldestServer} or newer."
            );
        var encoding = await db.Database.SqlQuery<string>($"SELECT current_setting('server_encoding') AS \"Value\"").SingleAsync(cancel);
        if (encoding != "UTF8")
            throw new LabDatabaseException(
                DatabaseFault.Other,
                $"The database {Place} has the encoding {encoding}, which cannot hold all letters",
                "Make it with 'createdb -O USER -E UTF8 -T template0 NAME'."
            );
    }

    /// <summary>A database is the index of one folder: with another folder its entries would be taken for deleted runs.</summary>
    async Task DemandOwnAsync(PostgresDb db, CancellationToken cancel)
    {
        var file = Path.Combine(lab.Path, "lab.id");
        if (!File.Exists(file) || !Guid.TryParse((await File.ReadAllTextAsync(file, cancel)).Trim(), out var own))
        {
            own = Guid.NewGuid();
            RunFolder.WriteWhole(file, stream => stream.Write(System.Text.Encoding.ASCII.GetBytes($"{own}\n")));
        }
        var mark = await db.Marks.AsNoTracking().FirstOrDefaultAsync(cancel);
        if (mark is null)
        {
            db.Add(new LabMark { Id = own });
            await db.SaveChangesAsync(cancel);
        }
        else if (mark.Id != own)
            throw new LabDatabaseException(
                DatabaseFault.Other,
                $"The database {Place} belongs to another lab's folder than '{lab.Path}'",
                "Give all dashboards of a lab the same LiftLab:LabFolder on a shared disk, or give this lab a database of its own."
            );
    }

    protected override bool WasStale(Exception fault)
    {
        if (!PostgresFault.WasStale(fault))
            return false;
        connections.Clear();
        return true;
    }

    protected override LabDatabaseException? Explain(Exception fault) =>
        fault is LabDatabaseException ? null : PostgresFault.Of(fault, Address);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            connections.Dispose();
    }
}
