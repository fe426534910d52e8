using System.Net;
using System.Net.Sockets;

namespace LiftLab.Tests.Web;

/// <summary>A dashboard that cannot start says why, where and what to do, and nothing of its insides.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class StartFaultTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-lab-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    internal static async Task DemandWordsAsync(LabProcess lab, params string[] words)
    {
        var (code, output) = await lab.EndedAsync();
        Assert.Equal(2, code);
        Assert.All(words, w => Assert.Contains(w, output, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", output, StringComparison.Ordinal);
        Assert.DoesNotContain("fail:", output, StringComparison.Ordinal);
        Assert.DoesNotContain("crit:", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";
        using var lab = new LabProcess(folder, ("Urls", address));
        await DemandWordsAsync(lab, address, "Stop the other program");
    }

    [Fact]
    public async Task A_lab_folder_that_cannot_be_made()
    {
        var file = Path.Combine(folder, "a-file");
        await File.WriteAllTextAsync(file, "");
        using var lab = new LabProcess(folder, ("LiftLab__LabFolder", Path.Combine(file, "lab")));
        await DemandWordsAsync(lab, Path.Combine(file, "lab"), "LiftLab:LabFolder");
    }

    [Fact]
    public async Task An_index_that_is_none()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "liftlab.db"), string.Concat(Enumerable.Repeat("no database ", 100)));
        using var lab = new LabProcess(folder);
        await DemandWordsAsync(lab, "liftlab.db", "Delete the file");
    }

    [Fact]
    public async Task Settings_that_are_wrong_or_cannot_be_read()
    {
        using (var lab = new LabProcess(folder, ("LiftLab__MaxRows", "-5")))
            await DemandWordsAsync(lab, "LiftLab:MaxRows is -5");
        await File.WriteAllTextAsync(Path.Combine(folder, "appsettings.json"), "{ nothing");
        using (var lab = new LabProcess(folder))
            await DemandWordsAsync(lab, "appsettings.json", "LineNumber");
    }

    [Fact]
    public async Task A_database_that_cannot_be_used_is_named_without_its_password()
    {
        foreach (
            var (setting, words) in ((string, string)[])
                [
                    ("Host=127.0.0.1;Port=1;Database=l;Username=lab;Password=sesame", "nothing listens there"),
                    ("postgresql://lab:sesame@127.0.0.1:1/l", "nothing listens there"),
                    ("Hots=db;Database=l;Password=sesame", "part 1"),
                ]
        )
        {
            using var lab = new LabProcess(
                folder,
                ("LiftLab__Database", setting),
                ("Logging__LogLevel__Default", "Trace"),
                ("Logging__LogLevel__Npgsql", "Trace"),
                ("Logging__LogLevel__Microsoft.EntityFrameworkCore", "Trace")
            );
            var (code, output) = await lab.EndedAsync();
            Assert.Equal(2, code);
            Assert.Contains(words, output, StringComparison.Ordinal);
            Assert.DoesNotContain("sesame", output, StringComparison.Ordinal);
        }
        using var quiet = new LabProcess(folder, ("LiftLab__Database", "Host=127.0.0.1;Port=1;Database=l"));
        await DemandWordsAsync(quiet, "'l' on the PostgreSQL server 127.0.0.1:1 cannot be reached");
    }
}
