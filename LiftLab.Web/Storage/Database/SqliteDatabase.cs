using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace LiftLab.Web.Storage.Database;

/// <summary>
/// The database as one SQLite file in the lab folder. All that is particular to SQLite is here: connection, pragmas, exceptions.
/// </summary>
public sealed class SqliteDatabase(LabFolder lab, IServiceProvider services) : LabDatabase
{
    // Result codes of https://www.sqlite.org/rescode.html; the low byte of an extended code.
    const int Permission = 3,
        Busy = 5,
        Locked = 6,
        ReadOnly = 8,
        InputOutput = 10,
        Corrupt = 11,
        Full = 13,
        CannotOpen = 14,
        NotADatabase = 26;

    readonly Lazy<DbContextOptions<LabDb>> options = new(() =>
        OptionsFor(
            $"Data Source={lab.Database};Cache=Private;Default Timeout=30",
            builder => builder.UseApplicationServiceProvider(services)
        ) // for its log
    );

    public override string Place => lab.Database;

    /// <summary>The file goes with the folder.</summary>
    public override Task<DatabaseIdentity> IdentityAsync(CancellationToken cancel) =>
        Task.FromResult(new DatabaseIdentity("sqlite", $"SQLite ({Path.GetFileName(lab.Database)} in the folder)"));

    protected override LabDb Open() => new(options.Value);

    /// <summary>What any context on SQLite needs, also the one for <c>dotnet ef</c>.</summary>
    internal static DbContextOptions<LabDb> OptionsFor(string connection, Action<DbContextOptionsBuilder>? more = null)
    {
        var builder = new DbContextOptionsBuilder<LabDb>()
            .UseSqlite(connection)
            .AddInterceptors(new Pragmas())
            // whoever asked the database is told by an exception; a log line with a stack trace for each try adds nothing
            .ConfigureWarnings(events =>
                events.Log(
                    (RelationalEventId.CommandError, LogLevel.Debug),
                    (RelationalEventId.ConnectionError, LogLevel.Debug),
                    (CoreEventId.SaveChangesFailed, LogLevel.Debug),
                    (CoreEventId.QueryIterationFailed, LogLevel.Debug)
                )
            );
        more?.Invoke(builder);
        return ((DbContextOptionsBuilder<LabDb>)builder).Options;
    }

    public override async Task UpgradeAsync(TimeSpan limit, CancellationToken cancel)
    {
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timed.CancelAfter(limit);
        try
        {
            await UseAsync(
                async db =>
                {
                    await db.Database.MigrateAsync(timed.Token);
                    await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL;", timed.Token); // kept in the file
                },
                cancel
            );
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"The database {Place} could not be brought up to date in {limit.TotalSeconds:0} s. "
                    + "A start that crashed may have left its lock: delete the row of the table __EFMigrationsLock, "
                    + "or delete the file; it is rebuilt from the run folders.",
                e
            );
        }
    }

    protected override LabDatabaseException? Explain(Exception fault)
    {
        // Saving wraps SQLite's exception, queries and connections do not.
        if ((fault as SqliteException ?? (fault as DbUpdateException)?.InnerException as SqliteException) is not { } sqlite)
            return null;
        var (kind, what, whatToDo) = sqlite.SqliteErrorCode switch
        {
            Full => (DatabaseFault.DiskFull, $"The disk that holds the database {Place} is full", "Free some space, then try again."),
            Busy or Locked => (
                DatabaseFault.Locked,
                $"Another program has locked the database {Place}",
                "Close the program that has it open (a database browser, a backup), then try again."
            ),
            ReadOnly or Permission => (
                DatabaseFault.ReadOnly,
                $"The database {Place} is read-only",
                "Give the account that runs LiftLab write access to the lab folder and its files."
            ),
            CannotOpen => (
                DatabaseFault.CannotOpen,
                $"The database {Place} cannot be opened",
                "Check that the lab folder exists and that the account that runs LiftLab may write to it."
            ),
            Corrupt or NotADatabase => (
                DatabaseFault.Damaged,
                $"The database {Place} is damaged or is not a database ({sqlite.Message})",
                "Stop LiftLab. Delete the file; it is rebuilt from the run folders."
            ),
            InputOutput => (
                DatabaseFault.Disk,
                $"The disk that holds the database {Place} reported an error ({sqlite.Message})",
                "Check the disk, then start LiftLab again."
            ),
            _ => (
                DatabaseFault.Other,
                $"The database {Place} cannot be used: {sqlite.Message}",
                "If it comes back: stop LiftLab. Delete the file; it is rebuilt from the run folders."
            ),
        };
        return new(kind, what, whatToDo, fault);
    }

    /// <summary>Settings and functions that SQLite keeps per connection.</summary>
    sealed class Pragmas : DbConnectionInterceptor
    {
        const string Sql = "PRAGMA busy_timeout=5000; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;";

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            AddFunctions(connection);
            using var command = connection.CreateCommand();
            command.CommandText = Sql;
            command.ExecuteNonQuery();
        }

        public override async Task ConnectionOpenedAsync(
            DbConnection connection,
            ConnectionEndEventData eventData,
            CancellationToken cancellationToken = default
        )
        {
            AddFunctions(connection);
            await using var command = connection.CreateCommand();
            command.CommandText = Sql;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        // SQLite's own lower() knows ASCII only.
        static void AddFunctions(DbConnection connection) =>
            ((SqliteConnection)connection).CreateFunction(
                LabDb.FoldFunction,
                (string? text) => text?.ToLowerInvariant(),
                isDeterministic: true
            );
    }
}
