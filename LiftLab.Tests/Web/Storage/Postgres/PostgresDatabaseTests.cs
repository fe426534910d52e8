using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Database;
using LiftLab.Web.Storage.Postgres;
using LiftLab.Web.Storage.Queue;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace LiftLab.Tests.Web.Storage.Postgres;

[Trait(Speed.Trait, Speed.Slow)]
public sealed class PostgresDatabaseTests : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    readonly string folder = Directory.CreateTempSubdirectory("liftlab-database-").FullName;
    readonly ServiceProvider services = new ServiceCollection().BuildServiceProvider();
    readonly List<PostgresDatabase> opened = [];

    public void Dispose()
    {
        foreach (var one in opened)
            one.Dispose();
        services.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    PostgresDatabase Open(string connection, string? labFolder = null)
    {
        var options = Options.Create(new LabOptions { LabFolder = labFolder ?? folder, Database = connection });
        opened.Add(new(new(options), options, services));
        return opened[^1];
    }

    static RunRow Row(string id, string name = "a") =>
        new()
        {
            Id = id,
            Name = name,
            DatasetName = "d",
            Task = TaskKind.Regression,
            Target = "y",
            Learner = "lift",
            CreatedUtc = new DateTime(2026, 11, 27, 10, 0, 0, DateTimeKind.Utc),
        };

    async Task<LabDatabaseException> FaultAsync(string connection)
    {
        var fault = await Assert.ThrowsAsync<LabDatabaseException>(() => Open(connection).UpgradeAsync(Limit, CancellationToken.None));
        for (Exception? e = fault; e is not null; e = e.InnerException)
            Assert.DoesNotContain("sesame", e.ToString(), StringComparison.Ordinal);
        return fault;
    }

    [PostgresFact]
    public async Task What_is_stored_comes_back_also_what_PostgreSQL_cannot_store()
    {
        var database = Open(await (await PostgresServer.OpenAsync()).MakeAsync());
        await database.UpgradeAsync(Limit, CancellationToken.None);
        await database.UpgradeAsync(Limit, CancellationToken.None); // a second start
        Assert.Empty(await database.UseAsync(db => db.Database.GetPendingMigrationsAsync(), CancellationToken.None));
        var table = new RunTable(database, new(new(Options.Create(new LabOptions { LabFolder = folder }))));
        await table.AddAsync(Row("run-1", "half \ud83d a pair, zero \0, whole 😀"), CancellationToken.None);
        await table.AddAsync(Row("run-2"), CancellationToken.None);
        var changed = await table.ChangeAsync("run-1", r => r.Launch(DateTime.UnixEpoch, "local", 2), CancellationToken.None);
        Assert.Equal(1, changed.Position);
        var row = await table.GetAsync("run-1", CancellationToken.None);
        Assert.Equal(
            ("half \ufffd a pair, zero \ufffd, whole 😀", RunState.Running, "local", 2),
            (row.Name, row.State, row.Launcher, row.AttemptsBefore)
        );
        Assert.Equal((Row("x").CreatedUtc, DateTimeKind.Utc), (row.CreatedUtc, row.CreatedUtc.Kind));
        Assert.Equal(["run-1", "run-2"], (await table.UnfinishedAsync(CancellationToken.None)).Select(r => r.Id));
        await Assert.ThrowsAsync<KeyNotFoundException>(() => table.GetAsync("no\0ne", CancellationToken.None));
        Assert.Equal(HealthStatus.Healthy, (await database.CheckHealthAsync(new())).Status);

        await database.UseAsync(
            async db =>
            {
                db.Datasets.Add(
                    new()
                    {
                        Id = Guid.NewGuid(),
                        Name = "t",
                        FileName = "t.csv",
                        Schema = TestRuns.Schema,
                        CreatedUtc = DateTime.UtcNow,
                    }
                );
                await db.SaveChangesAsync();
            },
            CancellationToken.None
        );
        var stored = await database.UseAsync(db => db.Datasets.AsNoTracking().SingleAsync(), CancellationToken.None);
        Assert.Equal(TestRuns.Schema.Columns, stored.Schema.Columns);
    }

    [PostgresFact]
    public async Task Changes_of_two_dashboards_wait_for_each_other()
    {
        var connection = await (await PostgresServer.OpenAsync()).MakeAsync();
        PostgresDatabase[] both = [Open(connection), Open(connection)];
        await Task.WhenAll(both.Select(d => d.UpgradeAsync(Limit, CancellationToken.None))); // both start at once
        var studies = new StudyQueue(new(Options.Create(new LabOptions { LabFolder = folder })));
        RunTable[] tables = [.. both.Select(d => new RunTable(d, studies))];
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => tables[i % 2].AddAsync(Row($"run-{i:00}"), CancellationToken.None)));
        // positions are read and written in one turn: none is given twice
        Assert.Equal(
            Enumerable.Range(1, 40).Select(i => (double)i),
            (await tables[0].UnfinishedAsync(CancellationToken.None)).Select(r => r.Position)
        );
        var first = (await tables[0].GetAsync("run-00", CancellationToken.None)).Position;
        await Task.WhenAll(
            Enumerable.Range(0, 40).Select(i => tables[i % 2].ChangeAsync("run-00", r => r.Position += 1, CancellationToken.None))
        );
        Assert.Equal(40, (await tables[1].GetAsync("run-00", CancellationToken.None)).Position - first);
    }

    [PostgresFact]
    public async Task A_server_that_was_restarted_is_used_again()
    {
        var server = await PostgresServer.OwnAsync();
        var database = Open(await server.MakeAsync());
        await database.UpgradeAsync(Limit, CancellationToken.None);
        Task<int> CountAsync() => database.UseAsync(db => db.Runs.CountAsync(), CancellationToken.None);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => CountAsync())); // several kept connections
        await server.StopAsync();
        var down = await Assert.ThrowsAsync<LabDatabaseException>(CountAsync);
        Assert.Equal(DatabaseFault.CannotOpen, down.Fault);
        Assert.Contains("nothing listens there", down.What, StringComparison.Ordinal);
        await server.StartAsync();
        Assert.Equal(0, await CountAsync());

        await server.StopAsync();
        await server.StartAsync();
        Assert.Equal(0, await CountAsync()); // the kept connection is known to be dead only when it is used
        await server.StopAsync();
    }

    [PostgresFact]
    public async Task What_is_wrong_with_the_server_or_the_setting_is_named()
    {
        var server = await PostgresServer.OpenAsync();
        var right = await server.MakeAsync();

        var refused = await FaultAsync(new Npgsql.NpgsqlConnectionStringBuilder(right) { Password = "sesame" }.ConnectionString);
        Assert.Contains("refuses the user 'postgres'", refused.What, StringComparison.Ordinal);

        var none = await FaultAsync(server.Connection("no_such_database"));
        Assert.Contains("is not there", none.What, StringComparison.Ordinal);
        Assert.Contains("createdb", none.WhatToDo, StringComparison.Ordinal);

        var nobody = await FaultAsync("Host=127.0.0.1;Port=1;Database=l;Username=lab;Password=sesame");
        Assert.Contains("nothing listens there", nobody.What, StringComparison.Ordinal);
        var nowhere = await FaultAsync("Host=no-such-machine.invalid;Database=l;Username=lab;Password=sesame");
        Assert.Contains("no-such-machine.invalid", nowhere.What, StringComparison.Ordinal);
        Assert.Contains("LiftLab:Database", nowhere.WhatToDo, StringComparison.Ordinal);

        var ascii = await FaultAsync(await server.MakeAsync("ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0"));
        Assert.Contains("SQL_ASCII", ascii.What, StringComparison.Ordinal);

        await PostgresServer.AskAsync(right, "CREATE ROLE guest LOGIN PASSWORD 'sesame'");
        var guest = new Npgsql.NpgsqlConnectionStringBuilder(right) { Username = "guest", Password = "sesame" };
        var poor = await FaultAsync(guest.ConnectionString);
        Assert.Equal(DatabaseFault.ReadOnly, poor.Fault);
        Assert.Contains("'guest' may not change", poor.What, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task A_database_belongs_to_one_lab()
    {
        var connection = await (await PostgresServer.OpenAsync()).MakeAsync();
        await Open(connection).UpgradeAsync(Limit, CancellationToken.None);
        var other = Directory.CreateDirectory(Path.Combine(folder, "other")).FullName;
        var fault = await Assert.ThrowsAsync<LabDatabaseException>(() =>
            Open(connection, other).UpgradeAsync(Limit, CancellationToken.None)
        );
        Assert.Contains("another lab's folder", fault.What, StringComparison.Ordinal);
    }
}

/// <summary>Both sets of migrations make the tables of the present model.</summary>
public sealed class MigrationTests
{
    [Fact]
    public void Neither_model_has_changes_without_a_migration()
    {
        using var lite = new LabDbDesign().CreateDbContext([]);
        using var server = new PostgresDbDesign().CreateDbContext([]);
        Assert.False(lite.Database.HasPendingModelChanges());
        Assert.False(server.Database.HasPendingModelChanges());
    }
}
