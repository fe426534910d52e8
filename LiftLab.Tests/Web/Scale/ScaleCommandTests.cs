using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using LiftLab.Engine.Launching.Commands;
using LiftLab.Engine.Launching.Slurm;
using LiftLab.Tests.House;
using LiftLab.Tests.Web.Storage.Postgres;
using LiftLab.Web.Hosting;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace LiftLab.Tests.Web.Scale;

/// <summary>What <c>docs/scale.md</c> tells people to type and to write, as far as it can be tried without several machines.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed partial class ScaleCommandTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-document-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static IEnumerable<string> Of(string language) => ScaleDocument.Blocks.Where(b => b.Language == language).Select(b => b.Text);

    /// <summary>What a shell prints for a script.</summary>
    static async Task<(int ExitCode, string Output)> ShellAsync(
        IReadOnlyList<string> arguments,
        string input = "",
        string? at = null,
        params (string Name, string Value)[] variables
    )
    {
        // without a terminal: passwords come from the input
        var info = new ProcessStartInfo("setsid", ["--wait", "bash", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = at ?? "/",
        };
        foreach (var (name, value) in variables)
            info.Environment[name] = value;
        using var shell = Process.Start(info)!;
        await shell.StandardInput.WriteAsync(input);
        shell.StandardInput.Close();
        var (output, wrong) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        await shell.WaitForExitAsync();
        return (shell.ExitCode, await output + await wrong);
    }

    [DebianFact]
    public async Task Every_block_of_commands_is_a_shell_script()
    {
        string[] blocks = [.. Of("sh")];
        Assert.True(blocks.Length >= 5);
        foreach (var block in blocks)
        {
            var (code, output) = await ShellAsync(["-n"], block);
            Assert.True(code == 0, $"{block}: {output}");
        }
    }

    [DebianFact(packages: true)]
    public async Task Every_package_is_one_of_Debian()
    {
        string[] names =
        [
            .. Installations()
                .Matches(ScaleDocument.Text)
                .SelectMany(m => m.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(word => !word.StartsWith('-'))
                .Distinct(),
        ];
        Assert.Contains("nfs-kernel-server", names);
        Assert.Contains("postgresql", names);
        foreach (var name in names)
        {
            var (code, output) = await ShellAsync(["-c", $"apt-cache show --no-all-versions {name}"]);
            Assert.True(code == 0 && output.Contains($"Package: {name}\n", StringComparison.Ordinal), $"{name}: {output}");
        }
    }

    /// <summary>A part of settings as a whole file.</summary>
    static string Whole(string part) =>
        part.TrimStart().StartsWith('{') ? part
        : part.StartsWith("\"LiftLab\"", StringComparison.Ordinal) ? $"{{ {part} }}"
        : $"{{ \"LiftLab\": {{ \"Launchers\": {{ {part} }} }} }}";

    [Fact]
    public void Every_block_of_settings_is_accepted_by_a_start()
    {
        string[] blocks = [.. Of("json")];
        Assert.True(blocks.Length >= 5);
        foreach (var block in blocks)
        {
            using var text = new MemoryStream(
                Encoding.UTF8.GetBytes(Whole(block).Replace("\"…\"", "\"a-token-of-a-test-0123\"", StringComparison.Ordinal))
            );
            var settings = new ConfigurationBuilder().AddJsonStream(text).Build();
            var lab = settings.GetSection(LabOptions.Section);
            Assert.DoesNotContain(lab.GetChildren().Select(c => c.Key), k => k != "Launchers" && typeof(LabOptions).GetProperty(k) is null);
            var options = lab.Get<LabOptions>()!;
            var launchers = LauncherSettings.Read(settings.GetSection(LauncherSettings.Section));
            foreach (var check in (IValidateOptions<LabOptions>[])[new LabOptionsCheck(), launchers])
                Assert.True(check.Validate(null, options) is { Failed: false } or { Failures: null }, block);
            Assert.NotEmpty(lab.GetChildren());
        }
    }

    [Fact]
    public void Every_setting_that_is_named_exists()
    {
        var settings = Rows("| setting | meaning").SelectMany(row => Quoted().Matches(row).Select(m => m.Groups[1].Value)).ToArray();
        Assert.Contains("Partition", settings);
        Assert.All(settings, name => Assert.NotNull(typeof(SlurmOptions).GetProperty(name)));

        var placeholders = Rows("| placeholder |").SelectMany(row => Quoted().Matches(row).Select(m => m.Groups[1].Value)).ToArray();
        Assert.Contains("{folder}", placeholders);
        var templates = string.Concat(Of("json"));
        foreach (var used in Placeholders().Matches(templates).Select(m => m.Value))
            Assert.Contains(used, placeholders);

        foreach (var name in Named().Matches(ScaleDocument.Text).Select(m => m.Groups[1].Value))
            Assert.True(
                name == "Launchers" || typeof(LabOptions).GetProperty(name) is not null,
                $"LiftLab:{name} is in the document and is no setting"
            );
        foreach (
            var name in (string[])
                ["Submit", "Look", "Cancel", "Find", "Shell", "Handle", "Line", "Waiting", "Running", "Done", "Failed", "Missing"]
        )
        {
            Assert.NotNull(typeof(CommandOptions).GetProperty(name));
            Assert.Contains(
                $"`{name}`",
                ScaleDocument.Text.Replace($"\"{name}\": ", $"`{name}`", StringComparison.Ordinal),
                StringComparison.Ordinal
            );
        }
    }

    /// <summary>The first cells of the rows of a table.</summary>
    static IEnumerable<string> Rows(string head) =>
        ScaleDocument
            .Text[ScaleDocument.Text.IndexOf(head, StringComparison.Ordinal)..]
            .Split('\n')
            .Skip(2)
            .TakeWhile(l => l.StartsWith('|'))
            .Select(l => l.Split('|')[1]);

    [PostgresFact]
    public async Task The_commands_for_PostgreSQL_make_a_user_and_a_database_with_which_a_lab_starts()
    {
        var server = await PostgresServer.OwnAsync();
        try
        {
            var commands = ScaleDocument
                .Of("sh", "createdb")
                .Split('\n')
                .Where(l => l.StartsWith("runuser", StringComparison.Ordinal))
                .ToArray();
            Assert.Equal(2, commands.Length);
            var own = new Npgsql.NpgsqlConnectionStringBuilder(server.Connection("postgres"));
            foreach (var command in commands)
            {
                var (code, output) = await ShellAsync(
                    ["-c", command.With("runuser -u postgres -- ", PostgresServer.ProgramFolder + "/")],
                    "a person's password\na person's password\n",
                    folder,
                    ("PGHOST", own.Host!),
                    ("PGPORT", $"{own.Port}"),
                    ("PGUSER", own.Username!),
                    ("PGPASSWORD", own.Password!)
                );
                Assert.True(code == 0, $"{command}: {output}");
            }
            var documented = Connection().Match(ScaleDocument.Text).Groups[1].Value;
            var address = Address().Match(ScaleDocument.Text).Groups[1].Value;
            Assert.Equal(PostgresAddress.Parse(documented).Text, PostgresAddress.Parse(address).Text);
            var here = new Npgsql.NpgsqlConnectionStringBuilder(documented)
            {
                Host = own.Host,
                Port = own.Port,
                SslMode = Npgsql.SslMode.Prefer,
            };
            // the document's line of ~/.pgpass
            var pass = Path.Combine(folder, ".pgpass");
            await File.WriteAllTextAsync(
                pass,
                PassLine()
                    .Match(ScaleDocument.Text)
                    .Groups[1]
                    .Value.With("db:5432", $"{own.Host}:{own.Port}")
                    .With("PASSWORD", "a person's password")
            );
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(pass, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            here.Passfile = pass;
            using var lab = new LabServer { Settings = { ["LiftLab:Database"] = here.ConnectionString } };
            lab.Start();
            Assert.Empty((await lab.Get<LiftLab.Web.Live.LabRuns>().ListAsync(new(0, 10))).Items);
        }
        finally
        {
            await server.StopAsync();
        }
    }

    [PublishFact]
    public async Task What_is_published_starts()
    {
        var commands = ScaleDocument.Of("sh", "dotnet publish").Replace("/srv/lab", folder, StringComparison.Ordinal).Split('\n');
        var (code, output) = await ShellAsync(["-c", commands[0]], at: Sources.Root);
        Assert.True(code == 0, output);
        Assert.Equal($"cd {folder} && dotnet app/LiftLab.Web.dll", commands[1]);
        (code, output) = await ShellAsync(
            ["-c", commands[1].With("dotnet ", "exec timeout --signal=INT 45 dotnet ")],
            variables: ("Urls", "http://127.0.0.1:0")
        );
        Assert.Contains("Now listening on: http://127.0.0.1:", output, StringComparison.Ordinal);
        Assert.Contains("Application is shutting down", output, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"apt-get install ([^`&\n]+)")]
    private static partial Regex Installations();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\{[a-z]+\}")]
    private static partial Regex Placeholders();

    [GeneratedRegex("LiftLab(?::|__)([A-Z][A-Za-z]+)")]
    private static partial Regex Named();

    [GeneratedRegex("\"Database\": \"(Host=[^\"]+)\"")]
    private static partial Regex Connection();

    [GeneratedRegex("`(postgresql://[^`]+)`")]
    private static partial Regex Address();

    [GeneratedRegex("`(db:5432:[^`]+)`")]
    private static partial Regex PassLine();
}

/// <summary>A test that needs a shell, and perhaps the lists of Debian's packages.</summary>
sealed class DebianFactAttribute : FactAttribute
{
    public DebianFactAttribute(bool packages = false) =>
        Skip =
            !File.Exists("/bin/bash") ? "there is no bash"
            : packages && !(Directory.Exists("/var/lib/apt/lists") && Directory.GetFiles("/var/lib/apt/lists", "*_Packages*").Length > 0)
                ? "there are no lists of Debian's packages (apt-get update)"
            : null;
}

/// <summary>A test that publishes the dashboard, which takes a minute.</summary>
sealed class PublishFactAttribute : FactAttribute
{
    const string Variable = "LIFTLAB_PUBLISH";

    public PublishFactAttribute() =>
        Skip = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } ? null : $"on demand: {Variable}=1";
}
