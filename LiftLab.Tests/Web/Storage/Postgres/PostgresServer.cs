using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace LiftLab.Tests.Web.Storage.Postgres;

/// <summary>
/// A PostgreSQL server on loopback in a folder of its own, with passwords. PostgreSQL refuses root, so that as root it runs as the user
/// "postgres" that the package makes. One is started with the first use and shared by all tests; it ends with the process.
/// </summary>
sealed class PostgresServer
{
    public const string Password = "p4ss;'w@rd=of \"tests\"";

    const string Super = "postgres";

    static readonly TimeSpan CallLimit = TimeSpan.FromMinutes(2);
    static readonly Lazy<Task<PostgresServer>> Shared = new(() => StartAsync(Super));
    static int databases;

    readonly string folder = Directory.CreateTempSubdirectory("liftlab-postgres-").FullName;

    /// <summary>Why there is no server; null where PostgreSQL is installed.</summary>
    public static string? Missing { get; } =
        OperatingSystem.IsLinux() && Programs() is not null
            ? null
            : "PostgreSQL is not installed (Debian: apt-get install --no-install-recommends postgresql)";

    /// <summary>Where its programs are.</summary>
    public static string ProgramFolder => Programs()!;

    public int Port { get; } = FreePort();

    public static Task<PostgresServer> OpenAsync() => Shared.Value;

    /// <summary>A server that a test may stop.</summary>
    public static Task<PostgresServer> OwnAsync() => StartAsync(Super);

    /// <summary>A connection string for a database.</summary>
    public string Connection(string database, string password = Password) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = Port,
            Database = database,
            Username = Super,
            Password = password,
        }.ConnectionString;

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> MakeAsync(string how = "ENCODING 'UTF8' TEMPLATE template0")
    {
        var name = $"lab_{Interlocked.Increment(ref databases)}";
        await AskAsync(Connection(Super), $"CREATE DATABASE {name} {how}");
        return Connection(name);
    }

    /// <summary>The first value of the answer, over a connection of its own.</summary>
    public static async Task<object?> AskAsync(string connection, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connection + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    static string? Programs() =>
        (Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [])
            .OrderByDescending(d => int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out var v) ? v : 0)
            .Select(d => Path.Combine(d, "bin"))
            .Append("/usr/bin")
            .FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")));

    static async Task<PostgresServer> StartAsync(string user)
    {
        var server = new PostgresServer();
        server.EndWithTests();
        var words = Path.Combine(server.folder, "password");
        await File.WriteAllTextAsync(words, Password);
        if (Environment.UserName == "root")
            await RunAsync("chown", ["-R", Super, server.folder]);
        await server.AsOwnerAsync(
            "initdb",
            $"--pgdata={server.Data}",
            $"--username={user}",
            $"--pwfile={words}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync"
        );
        await server.StartAsync();
        return server;
    }

    string Data => Path.Combine(folder, "data");

    public Task StartAsync() =>
        AsOwnerAsync(
            "pg_ctl",
            "start",
            "--wait",
            "--timeout=120",
            $"--pgdata={Data}",
            $"--log={Path.Combine(folder, "log")}",
            "--options="
                + string.Create(
                    CultureInfo.InvariantCulture,
                    $"-p {Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off -c max_connections=200"
                )
        );

    /// <summary>As after a power failure: nothing is written, sessions end at once.</summary>
    public Task StopAsync() => AsOwnerAsync("pg_ctl", "stop", "--wait", "--timeout=120", "--mode=immediate", $"--pgdata={Data}");

    Task AsOwnerAsync(string program, params string[] arguments)
    {
        var path = Path.Combine(Programs()!, program);
        return Environment.UserName == "root"
            ? RunAsync("runuser", ["-u", Super, "--", path, .. arguments], folder)
            : RunAsync(path, arguments, folder);
    }

    static async Task RunAsync(string program, IReadOnlyList<string> arguments, string? at = null)
    {
        // a daemon keeps its standard output open: it goes to a file of its own
        var info = new ProcessStartInfo("sh", ["-c", "exec \"$@\" </dev/null >/dev/null 2>&1", "sh", program, .. arguments])
        {
            WorkingDirectory = at ?? "/",
        };
        using var process = Process.Start(info)!;
        await process.WaitForExitAsync().WaitAsync(CallLimit);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }

    /// <summary>Ends the server when the tests' process is gone, however it ended.</summary>
    void EndWithTests()
    {
        const string watch = """
            while [ -d "/proc/$1" ]; do sleep 1; done
            kill -QUIT "$(head -n 1 "$2/data/postmaster.pid")"
            sleep 1; rm -rf "$2"
            """;
        var info = new ProcessStartInfo(
            "setsid",
            [
                "sh",
                "-c",
                $"exec </dev/null >/dev/null 2>&1; {watch}",
                "sh",
                Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
                folder,
            ]
        );
        Process.Start(info)!.Dispose();
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
