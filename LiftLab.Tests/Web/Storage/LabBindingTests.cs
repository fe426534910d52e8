using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Tests.Web.Live;
using LiftLab.Tests.Web.Storage.Postgres;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Database;
using LiftLab.Web.Storage.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LiftLab.Tests.Web.Storage;

/// <summary>A lab's folder belongs to one database; no two dashboards with different ones open it.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class LabBindingTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("liftlab-binding-").FullName;
    readonly ServiceProvider services = new ServiceCollection().BuildServiceProvider();
    readonly List<IDisposable> opened = [];

    string Folder => Path.Combine(root, "lab");

    public void Dispose()
    {
        foreach (var one in opened)
            one.Dispose();
        services.Dispose();
        Directory.Delete(root, recursive: true);
    }

    /// <summary>The start of a dashboard, without the lock that shuts out another one on this machine.</summary>
    async Task<OpenDashboards> OpenAsync(string connection, string? folder = null)
    {
        var options = Options.Create(new LabOptions { LabFolder = folder ?? Folder, Database = connection });
        var lab = new LabFolder(options);
        Directory.CreateDirectory(lab.Path);
        LabDatabase database = lab.IsShared ? new PostgresDatabase(lab, options, services) : new SqliteDatabase(lab, services);
        var dashboards = new OpenDashboards(lab) { Beat = TimeSpan.FromSeconds(0.2), Silence = TimeSpan.FromSeconds(4) };
        opened.AddRange([database, dashboards]);
        try
        {
            await new LabBinding(lab, database, dashboards, NullLogger<LabBinding>.Instance).DemandAsync(CancellationToken.None);
            return dashboards;
        }
        catch (IOException)
        {
            dashboards.Dispose(); // as the host does
            throw;
        }
    }

    string Record => Path.Combine(Folder, "database.json");

    static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>The entry of a dashboard on another machine, which a test keeps alive or not.</summary>
    string Elsewhere(long count, string database = "sqlite")
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, "dashboards")).FullName, "elsewhere.json");
        var entry = new OpenDashboards.Entry("node2", "another boot", 77, database, "SQLite", count);
        File.WriteAllBytes(file, JsonSerializer.SerializeToUtf8Bytes(entry, RunJson.Line));
        return file;
    }

    [PostgresFact]
    public async Task Another_database_is_refused_whether_or_not_a_dashboard_is_open_and_nothing_is_written_to_it()
    {
        var server = await PostgresServer.OpenAsync();
        var (own, other) = (await server.MakeAsync(), await server.MakeAsync());
        var first = await OpenAsync(own);
        var name = new NpgsqlConnectionStringBuilder(own).Database!;
        foreach (var open in (bool[])[true, false])
        {
            if (!open)
                first.Dispose();
            var before = await File.ReadAllTextAsync(Record);
            var fault = await Assert.ThrowsAsync<LabDatabaseException>(() => OpenAsync(other));
            Assert.Contains($"'{Folder}' belongs to the database '{name}' on the PostgreSQL server", fault.What, StringComparison.Ordinal);
            Assert.Contains($"'{new NpgsqlConnectionStringBuilder(other).Database}'", fault.What, StringComparison.Ordinal);
            Assert.Contains($"delete '{Record}'", fault.WhatToDo, StringComparison.Ordinal);
            Assert.DoesNotContain(PostgresServer.Password, fault.Message, StringComparison.Ordinal);
            Assert.Contains(
                "this dashboard is set up with SQLite",
                (await Assert.ThrowsAsync<LabDatabaseException>(() => OpenAsync(""))).What,
                StringComparison.Ordinal
            );
            Assert.Equal(before, await File.ReadAllTextAsync(Record));
        }
        Assert.Equal(0L, await PostgresServer.AskAsync(other, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));
        await OpenAsync(own);
        await OpenAsync(own); // a second dashboard
    }

    [PostgresFact]
    public async Task A_database_is_the_same_under_another_name_of_its_server_and_for_another_user_and_a_copy_is_not()
    {
        var server = await PostgresServer.OpenAsync();
        var own = await server.MakeAsync();
        (await OpenAsync(own)).Dispose();
        var settings = new NpgsqlConnectionStringBuilder(own);
        await PostgresServer.AskAsync(own, "CREATE ROLE second_user LOGIN PASSWORD 'sesame'");
        await OpenAsync(
            new NpgsqlConnectionStringBuilder(own)
            {
                Host = "localhost",
                Username = "second_user",
                Password = "sesame",
            }.ConnectionString
        );
        NpgsqlConnection.ClearAllPools();
        opened.ForEach(o => o.Dispose()); // a database that is in use cannot be copied
        opened.Clear();
        await PostgresServer.AskAsync(
            server.Connection("postgres"),
            $"CREATE DATABASE {settings.Database}_copy TEMPLATE {settings.Database}"
        );
        await Assert.ThrowsAsync<LabDatabaseException>(() => OpenAsync(server.Connection(settings.Database + "_copy")));
    }

    [PostgresFact]
    public async Task A_lab_moves_to_another_database_when_its_record_is_deleted_and_no_dashboard_is_left()
    {
        var server = await PostgresServer.OpenAsync();
        var (first, second) = (await server.MakeAsync(), await server.MakeAsync());
        (await OpenAsync("")).Dispose();
        await Assert.ThrowsAsync<LabDatabaseException>(() => OpenAsync(first));
        File.Delete(Record);
        var open = await OpenAsync(first);

        // the record is deleted too early: a dashboard is open
        File.Delete(Record);
        var fault = await Assert.ThrowsAsync<IOException>(() => OpenAsync(second));
        Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName}", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Stop it", fault.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Record));
        await OpenAsync(first);
        open.Dispose();
    }

    [PostgresFact]
    public async Task A_copied_or_moved_folder_takes_the_database_of_its_next_dashboard()
    {
        var server = await PostgresServer.OpenAsync();
        var (own, other) = (await server.MakeAsync(), await server.MakeAsync());
        var open = await OpenAsync(own);
        var copy = Path.Combine(root, "copy");
        Copy(Folder, copy); // with the entry of the dashboard that is open
        (await OpenAsync("", copy)).Dispose();
        Assert.Contains("sqlite", await File.ReadAllTextAsync(Path.Combine(copy, "database.json")), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(copy, "dashboards")));
        await Assert.ThrowsAsync<LabDatabaseException>(() => OpenAsync(other, copy)); // from now on this one is its own
        open.Dispose();

        var moved = Path.Combine(root, "moved");
        Directory.Move(Folder, moved);
        (await OpenAsync(own, moved)).Dispose();
        await Assert.ThrowsAsync<LabDatabaseException>(() => OpenAsync(other, moved));
    }

    [PostgresFact]
    public async Task The_same_folder_at_another_path_is_noticed_while_a_dashboard_is_open()
    {
        var server = await PostgresServer.OpenAsync();
        await OpenAsync(await server.MakeAsync());
        var link = Path.Combine(root, "link");
        Directory.CreateSymbolicLink(link, Folder);
        var other = await server.MakeAsync();
        var fault = await Assert.ThrowsAsync<IOException>(() => OpenAsync(other, link));
        Assert.Contains("Another dashboard has the lab", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_SQLite_a_dashboard_on_another_machine_is_noticed_where_its_lock_is_not()
    {
        (await OpenAsync("")).Dispose();
        var count = 1L;
        var file = Elsewhere(count);
        using (var beats = new Timer(_ => Elsewhere(Interlocked.Increment(ref count)), null, TimeSpan.Zero, TimeSpan.FromSeconds(0.2)))
        {
            var fault = await Assert.ThrowsAsync<IOException>(() => OpenAsync(""));
            Assert.Contains("process 77 on node2", fault.Message, StringComparison.Ordinal);
            Assert.Contains("LiftLab:Database", fault.Message, StringComparison.Ordinal);
            await beats.DisposeAsync();
        }
        await OpenAsync(""); // it is silent now
        Assert.False(File.Exists(file));
        Assert.Single(Directory.GetFiles(Path.Combine(Folder, "dashboards")));
    }

    [Fact]
    public async Task A_record_of_an_earlier_version_or_one_that_cannot_be_read_is_made_again()
    {
        (await OpenAsync("")).Dispose();
        await File.WriteAllTextAsync(Record, "{ half");
        await OpenAsync("");
        Assert.Contains("sqlite", await File.ReadAllTextAsync(Record), StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task A_second_dashboard_with_another_database_ends_with_words()
    {
        var server = await PostgresServer.OpenAsync();
        using var first = new LabProcess(Folder, ("LiftLab__Database", await server.MakeAsync()));
        await first.ListeningAsync();
        using var second = new LabProcess(Folder, ("LiftLab__Database", await server.MakeAsync()));
        await StartFaultTests.DemandWordsAsync(second, "belongs to the database", "To move the lab", "database.json");
        using var third = new LabProcess(Folder);
        await StartFaultTests.DemandWordsAsync(third, "Another dashboard has the lab", "LiftLab:Database");
    }

    [Fact]
    public async Task A_second_dashboard_with_SQLite_ends_with_words()
    {
        using var first = new LabProcess(Folder);
        await first.ListeningAsync();
        using var second = new LabProcess(Folder);
        await StartFaultTests.DemandWordsAsync(second, "Another dashboard has the lab", "lab.lock", "LiftLab:LabFolder");
        await first.KillAsync();
        using var third = new LabProcess(Folder); // a crash leaves nothing that shuts out the next one
        await third.ListeningAsync();
    }

    [MountFact]
    public async Task A_folder_that_cannot_be_written_is_opened()
    {
        Directory.CreateDirectory(Folder);
        Assert.True(MountFactAttribute.MountReadOnly(Folder));
        try
        {
            await OpenAsync("");
            Assert.Empty(Directory.GetFileSystemEntries(Folder));
        }
        finally
        {
            MountFactAttribute.Unmount(Folder);
        }
    }
}
