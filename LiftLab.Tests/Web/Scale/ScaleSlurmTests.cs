using System.Diagnostics;
using System.Net;
using System.Text;
using LiftLab.Tests.Engine.Launching.Slurm;

namespace LiftLab.Tests.Web.Scale;

/// <summary>The slurm.conf of <c>docs/scale.md</c> on a real controller, with the names of machines and folders replaced.</summary>
[Trait(Speed.Trait, Speed.Slow)]
[Collection(nameof(SlurmLab))]
public sealed class ScaleSlurmTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-slurm-document-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static string Conf => ScaleDocument.Of("", "ClusterName=lab");

    [SlurmFact]
    public async Task A_controller_accepts_the_configuration_and_knows_its_nodes_and_partition()
    {
        var munge = Path.Combine(Path.GetDirectoryName((await SlurmLab.OpenAsync()).Conf)!, "munge/socket");
        var (conf, log) = (Path.Combine(folder, "slurm.conf"), Path.Combine(folder, "log"));
        var host = Dns.GetHostName().Split('.')[0];
        Directory.CreateDirectory(Path.Combine(folder, "state"));
        await File.WriteAllTextAsync(
            conf,
            Conf.With("SlurmctldHost=head", $"SlurmctldHost={host}(127.0.0.1)")
                .With("SlurmUser=slurm", $"SlurmUser={Environment.UserName}")
                .With("/var/lib/slurm/slurmctld", Path.Combine(folder, "state"))
                .With("/var/lib/slurm/slurmd", Path.Combine(folder, "spool"))
                .With("NodeName=node[1-2] ", "NodeName=node[1-2] NodeAddr=127.0.0.[1-2] ")
                + $"""
                SlurmctldPort={SlurmLab.FreePorts()}
                AuthInfo=socket={munge}
                SlurmctldPidFile={Path.Combine(folder, "pid")}
                CommunicationParameters=NoCtldInAddrAny,NoInAddrAny

                """
        );
        using var controller = Process.Start(new ProcessStartInfo(SlurmLab.Find("slurmctld")!, ["-D", "-f", conf, "-L", log]))!;
        try
        {
            var known = "";
            await Eventually.TrueAsync(async () =>
            {
                if (controller.HasExited)
                    throw new InvalidOperationException($"slurmctld does not accept the document's configuration: {File.ReadAllText(log)}");
                known = await AskAsync(conf, "sinfo", "-h", "-o", "%P %D %c %m %G %l %N");
                return known.Trim().Length > 0;
            });
            Assert.Equal("gpu* 2 16 120000 gpu:2 1-00:00:00 node[1-2]", known.Trim());
            Assert.DoesNotContain("error: Parsing", await File.ReadAllTextAsync(log), StringComparison.Ordinal);

            var all = await AskAsync(conf, "scontrol", "show", "config");
            var plugins = all.Split('\n').Single(l => l.StartsWith("PluginDir", StringComparison.Ordinal)).Split('=')[1].Trim();
            foreach (var line in Conf.Split('\n').Where(l => l.Contains('/') && !l.Contains("=/", StringComparison.Ordinal)))
            foreach (var plugin in line.Split('=')[1].Split(','))
                Assert.True(File.Exists(Path.Combine(plugins, plugin.Replace('/', '_') + ".so")), plugin);
            foreach (var line in Conf.Split('\n').Where(l => l.StartsWith("JobRequeue", StringComparison.Ordinal)))
                Assert.Contains(
                    line.Split('=')[1],
                    all.Split('\n').Single(l => l.StartsWith("JobRequeue", StringComparison.Ordinal)),
                    StringComparison.Ordinal
                );
        }
        finally
        {
            if (!controller.HasExited)
                controller.Kill();
            await controller.WaitForExitAsync();
        }
    }

    [SlurmFact]
    public async Task A_node_prints_its_line_with_the_names_of_the_document()
    {
        var printed = await AskAsync(null, "slurmd", "-C");
        var line = Conf.Split('\n').Single(l => l.StartsWith("NodeName=", StringComparison.Ordinal));
        foreach (var name in (string[])["NodeName", "CPUs", "RealMemory"])
        {
            Assert.Contains(name + "=", line, StringComparison.Ordinal);
            Assert.Contains(name + "=", printed, StringComparison.Ordinal);
        }
    }

    /// <summary>What a program prints; nothing where it fails.</summary>
    static async Task<string> AskAsync(string? conf, string program, params string[] arguments)
    {
        var info = new ProcessStartInfo(SlurmLab.Find(program)!, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        if (conf is not null)
            info.Environment["SLURM_CONF"] = conf;
        using var process = Process.Start(info)!;
        var (output, wrong) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        await wrong;
        return process.ExitCode == 0 ? await output : "";
    }
}
