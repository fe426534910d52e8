using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Database;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace LiftLab.Tests.Web.Storage;

public sealed class SqliteDatabaseTests : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    readonly LabFolder lab = new(
        Options.Create(new LabOptions { LabFolder = Directory.CreateTempSubdirectory("liftlab-database-").FullName })
    );
    readonly ServiceProvider services = new ServiceCollection().BuildServiceProvider();
    readonly SqliteDatabase database;

    public SqliteDatabaseTests() => database = new(lab, services);

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        services.Dispose();
        Directory.Delete(lab.Path, recursive: true);
    }

    Task<T> AskAsync<T>(string sql) => database.UseAsync(db => db.Database.SqlQueryRaw<T>(sql).SingleAsync(), CancellationToken.None);

    async Task<DatabaseFault> FaultAsync(Func<LabDb, Task> work)
    {
        var fault = await Assert.ThrowsAsync<LabDatabaseException>(() => database.UseAsync(work, CancellationToken.None));
        Assert.Contains(lab.Database, fault.What, StringComparison.Ordinal);
        Assert.Equal($"{fault.What}. {fault.WhatToDo}", fault.Message);
        return fault.Fault;
    }

    static DatasetRow Row(string name) =>
        new()
        {
            Id = Guid.NewGuid(),
            Name = name,
            FileName = "t.csv",
            Schema = LiftLab.Tests.Engine.Runs.TestRuns.Schema,
            CreatedUtc = DateTime.UnixEpoch,
        };

    [Fact]
    public async Task Every_connection_has_the_pragmas_and_the_file_is_in_write_ahead_mode()
    {
        await database.UpgradeAsync(Limit, CancellationToken.None);
        Assert.Equal("wal", await AskAsync<string>("SELECT journal_mode AS Value FROM pragma_journal_mode"));
        Assert.Equal(1, await AskAsync<int>("SELECT synchronous AS Value FROM pragma_synchronous"));
        Assert.Equal(1, await AskAsync<int>("SELECT foreign_keys AS Value FROM pragma_foreign_keys"));
        Assert.Equal(5000, await AskAsync<int>("SELECT timeout AS Value FROM pragma_busy_timeout"));
        Assert.Empty(await database.UseAsync(db => db.Database.GetPendingMigrationsAsync(), CancellationToken.None));
    }

    [Fact]
    public async Task A_full_disk_and_a_read_only_file_are_named()
    {
        await database.UpgradeAsync(Limit, CancellationToken.None);
        Assert.Equal(
            DatabaseFault.DiskFull,
            await FaultAsync(async db =>
            {
                await db.Database.OpenConnectionAsync(); // the pragma holds for this connection only
                await db.Database.ExecuteSqlRawAsync("PRAGMA max_page_count=1"); // becomes the present size: no page can be added
                db.Datasets.Add(Row(new('x', 100_000)));
                await db.SaveChangesAsync();
            })
        );
        Assert.Equal(
            DatabaseFault.ReadOnly,
            await FaultAsync(async db =>
            {
                await db.Database.OpenConnectionAsync();
                await db.Database.ExecuteSqlRawAsync("PRAGMA query_only=ON");
                db.Datasets.Add(Row("a"));
                await db.SaveChangesAsync();
            })
        );
        SqliteConnection.ClearAllPools(); // connections that keep these pragmas
        await database.UseAsync(
            async db =>
            {
                db.Datasets.Add(Row("a"));
                await db.SaveChangesAsync();
            },
            CancellationToken.None
        );
    }

    [Theory]
    [InlineData(5, DatabaseFault.Locked)]
    [InlineData(6, DatabaseFault.Locked)]
    [InlineData(10, DatabaseFault.Disk)]
    [InlineData(11, DatabaseFault.Damaged)]
    [InlineData(14, DatabaseFault.CannotOpen)]
    [InlineData(1, DatabaseFault.Other)]
    public async Task An_error_code_is_put_into_words_whether_a_query_or_saving_met_it(int code, DatabaseFault expected)
    {
        var met = new SqliteException("words of SQLite", code);
        Assert.Equal(expected, await FaultAsync(_ => throw met));
        Assert.Equal(expected, await FaultAsync(_ => throw new DbUpdateException("saving", met)));
    }

    [Fact]
    public async Task A_fault_that_is_not_of_the_database_stays_as_it_is()
    {
        await Assert.ThrowsAsync<KeyNotFoundException>(() =>
            database.UseAsync<int>(_ => throw new KeyNotFoundException(), CancellationToken.None)
        );
    }

    [Fact]
    public async Task A_file_that_is_no_database_and_a_missing_folder_are_named_and_unhealthy()
    {
        await File.WriteAllTextAsync(lab.Database, string.Concat(Enumerable.Repeat("no database ", 100)));
        var damaged = await Assert.ThrowsAsync<LabDatabaseException>(() => database.UpgradeAsync(Limit, CancellationToken.None));
        Assert.Equal(DatabaseFault.Damaged, damaged.Fault);

        var nowhere = new SqliteDatabase(
            new LabFolder(Options.Create(new LabOptions { LabFolder = Path.Combine(lab.Path, "no", "folder") })),
            services
        );
        var missing = await Assert.ThrowsAsync<LabDatabaseException>(() => nowhere.UpgradeAsync(Limit, CancellationToken.None));
        Assert.Equal(DatabaseFault.CannotOpen, missing.Fault);
        Assert.Equal(HealthStatus.Unhealthy, (await nowhere.CheckHealthAsync(new())).Status);
    }
}
