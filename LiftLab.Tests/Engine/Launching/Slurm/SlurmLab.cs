using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LiftLab.Engine.Launching.Slurm;

namespace LiftLab.Tests.Engine.Launching.Slurm;

/// <summary>
/// A Slurm cluster of two nodes on loopback: munged, slurmctld and two slurmd in a folder of their own, without systemd and cgroups. Each
/// node has two pretended graphics cards. Started with the first use, shared by all tests, ended with the process.
/// </summary>
sealed class SlurmLab
{
    static readonly string[] Programs = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol"],
        Folders = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"];

    const int Nodes = 2;

    static readonly TimeSpan CallLimit = TimeSpan.FromMinutes(1);

    static readonly Lazy<Task<SlurmLab>> Shared = new(StartAsync);

    /// <summary>Why there is no cluster; null where Slurm is installed.</summary>
    public static string? Missing { get; } =
        OperatingSystem.IsLinux() && Programs.FirstOrDefault(p => Find(p) is null) is not { } missing
            ? null
            : "Slurm is not installed (Debian: apt-get install --no-install-recommends slurm-wlm munge)";

    public static Task<SlurmLab> OpenAsync() => Shared.Value;

    readonly string folder = Directory.CreateTempSubdirectory("liftlab-slurm-").FullName;
    readonly int port = FreePorts();

    public string Conf => Path.Combine(folder, "slurm.conf");

    /// <summary>Small enough for the two nodes of a small machine.</summary>
    public SlurmOptions Options =>
        new()
        {
            Conf = Conf,
            MemoryMb = 200,
            Cpus = 1,
            LookSeconds = 1,
        };

    public SlurmLauncher Launcher(SlurmOptions? options = null) =>
        new("cluster", options ?? Options, TimeProvider.System, TestWorker.Assembly);

    public static string? Find(string program) => Folders.Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists);

    static async Task<SlurmLab> StartAsync()
    {
        var lab = new SlurmLab();
        lab.EndWithTests();
        lab.Write();
        await lab.RunAsync(
            "munged",
            $"--key-file={lab.In("munge/key")}",
            $"--socket={lab.In("munge/socket")}",
            $"--pid-file={lab.In("munge/munged.pid")}",
            $"--log-file={lab.In("munge/munged.log")}",
            $"--seed-file={lab.In("munge/seed")}"
        );
        await lab.StartControllerAsync();
        for (var node = 1; node <= Nodes; node++)
            await lab.StartNodeAsync(node);
        await lab.UntilIdleAsync();
        _ = lab.AdministerAsync();
        return lab;
    }

    /// <summary>
    /// A controller that was killed counts its jobs from an older number: a number that a node still knows drains that node and holds the
    /// job, in whichever test comes next.
    /// </summary>
    async Task AdministerAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5));
        while (await timer.WaitForNextTickAsync())
            try
            {
                await ReleaseAsync();
            }
            catch (InvalidOperationException) { } // the controller is down
    }

    string In(string name) => Path.Combine(folder, name);

    void Write()
    {
        foreach (var made in (string[])["munge", "state", "spool", "log", "nocgroup"])
            Directory.CreateDirectory(In(made));
        Mode(folder, (UnixFileMode)0b111_101_101);
        Mode(In("munge"), (UnixFileMode)0b111_001_001);
        File.WriteAllBytes(In("munge/key"), [.. Enumerable.Range(0, 128).Select(i => (byte)(port + i * 37))]);
        Mode(In("munge/key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var host = Dns.GetHostName().Split('.')[0];
        var cpus = Environment.ProcessorCount;
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1 << 20) / Nodes * 3 / 4;
        var nodes = Enumerable
            .Range(1, Nodes)
            .Select(n =>
                FormattableString.Invariant($"NodeName=n{n} NodeHostname={host} NodeAddr=127.0.0.1 Port={port + n} CPUs={cpus} ")
                + FormattableString.Invariant($"CoresPerSocket={cpus} RealMemory={memory} Gres=gpu:2 State=UNKNOWN")
            );
        File.WriteAllText(
            Conf,
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                ClusterName=liftlab
                SlurmctldHost={host}(127.0.0.1)
                SlurmctldPort={port}
                SlurmUser={Environment.UserName}
                SlurmdUser={Environment.UserName}
                AuthType=auth/munge
                AuthInfo=socket={In("munge/socket")},cred_expire=5
                CredType=cred/munge
                StateSaveLocation={In("state")}
                SlurmdSpoolDir={In("spool")}/%n
                SlurmctldPidFile={In("slurmctld.pid")}
                SlurmdPidFile={In("slurmd")}-%n.pid
                SlurmctldLogFile={In("log/slurmctld.log")}
                SlurmdLogFile={In("log/slurmd")}-%n.log
                ProctrackType=proctrack/linuxproc
                TaskPlugin=task/none
                JobAcctGatherType=jobacct_gather/none
                MpiDefault=none
                SwitchType=switch/none
                AccountingStorageType=accounting_storage/none
                JobCompType=jobcomp/none
                SchedulerType=sched/backfill
                SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=2
                SelectType=select/cons_tres
                SelectTypeParameters=CR_Core_Memory
                DefMemPerCPU=200
                GresTypes=gpu
                SlurmctldTimeout=10
                SlurmdTimeout=10
                InactiveLimit=0
                KillWait=5
                CompleteWait=0
                MinJobAge=3600
                MessageTimeout=10
                ReturnToService=2
                JobRequeue=1
                PropagateResourceLimits=NONE
                CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
                SlurmdParameters=config_overrides
                {string.Join('\n', nodes)}
                PartitionName=lab Nodes=n[1-{Nodes}] Default=YES MaxTime=INFINITE OverSubscribe=YES:8 State=UP

                """
            )
        );
        // A card is a character device; a plain file is scheduled but sets no CUDA_VISIBLE_DEVICES.
        foreach (var node in Enumerable.Range(1, Nodes))
        {
            Directory.CreateDirectory(In($"dev/n{node}"));
            foreach (var card in (int[])[0, 1])
                File.CreateSymbolicLink(In($"dev/n{node}/nvidia{card}"), "/dev/null");
        }
        File.WriteAllLines(
            In("gres.conf"),
            Enumerable.Range(1, Nodes).Select(n => $"NodeName=n{n} Name=gpu File={In($"dev/n{n}/nvidia")}[0-1]")
        );
        File.WriteAllText(In("cgroup.conf"), $"CgroupPlugin=cgroup/v1\nCgroupAutomount=no\nCgroupMountpoint={In("nocgroup")}\n");
    }

    static void Mode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
    }

    /// <summary>Output of a Slurm command that must succeed.</summary>
    public async Task<string> RunAsync(string program, params string[] arguments)
    {
        var info = new ProcessStartInfo(Find(program)!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment["SLURM_CONF"] = Conf;
        using var process = Process.Start(info)!;
        // a daemon holds its standard error open
        var output =
            program.StartsWith("slurm", StringComparison.Ordinal) || program == "munged"
                ? Task.FromResult("")
                : process.StandardOutput.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(CallLimit);
        }
        catch (TimeoutException)
        {
            process.Kill();
            throw new InvalidOperationException($"{program} did not end");
        }
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }

    /// <summary>Again where a helper of the one before has not let its port go.</summary>
    public Task StartControllerAsync() =>
        Eventually.TrueAsync(async () =>
        {
            try
            {
                await RunAsync("slurmctld", "-f", Conf);
                return true;
            }
            catch (InvalidOperationException)
            {
                return false;
            }
        });

    public Task StartNodeAsync(int node)
    {
        Directory.CreateDirectory(In($"spool/n{node}"));
        return RunAsync("slurmd", "-N", $"n{node}", "-f", Conf);
    }

    /// <summary>Kills the controller as a power failure does.</summary>
    public Task KillControllerAsync() => KillAsync("slurmctld.pid");

    /// <summary>Kills a node's daemon; its jobs go on without it.</summary>
    public Task KillNodeAsync(int node) => KillAsync($"slurmd-n{node}.pid");

    async Task KillAsync(string pidFile)
    {
        var id = Pid(pidFile)!.Value;
        Kill(id);
        await Eventually.TrueAsync(() => !Lives(id));
    }

    /// <summary>All nodes are ready for jobs again.</summary>
    public Task UntilIdleAsync() =>
        Eventually.TrueAsync(async () =>
        {
            try
            {
                var states = (await RunAsync("scontrol", "show", "node", "-o"))
                    .Split('\n')
                    .Where(l => l.Contains("State=", StringComparison.Ordinal))
                    .ToArray();
                foreach (var drained in states.Where(s => s.Contains("DRAIN", StringComparison.Ordinal)))
                    await RunAsync("scontrol", "update", drained.Split(' ')[0], "State=RESUME");
                return states.Length == Nodes
                    && states.All(s =>
                        !s.Contains("DOWN", StringComparison.Ordinal)
                        && !s.Contains('*')
                        && !s.Contains("UNKNOWN", StringComparison.Ordinal)
                        && !s.Contains("DRAIN", StringComparison.Ordinal)
                    );
            }
            catch (InvalidOperationException)
            {
                return false; // the controller starts
            }
        });

    /// <summary>
    /// As an administrator does after a controller that forgot a job started it twice: drained nodes and held jobs are released.
    /// </summary>
    public async Task ReleaseAsync()
    {
        foreach (var job in (await RunAsync("squeue", "-h", "-t", "PENDING", "-o", "%A %r")).Split('\n'))
            if (job.Replace('_', ' ').Contains("launch failed requeued held", StringComparison.Ordinal))
                await RunAsync("scontrol", "release", job.Split(' ')[0]);
        foreach (var node in (await RunAsync("sinfo", "-h", "-N", "-t", "drain,draining,drained", "-o", "%N")).Split('\n'))
            if (node.Trim().Length > 0)
                await RunAsync("scontrol", "update", $"NodeName={node.Trim()}", "State=RESUME");
    }

    int? Pid(string file)
    {
        try
        {
            return int.TryParse(File.ReadAllText(In(file)).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    public static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (ArgumentException) { } // it has ended
    }

    /// <summary>A dead process whose parent has not noticed does not live.</summary>
    public static bool Lives(int id)
    {
        try
        {
            return !File.ReadLines($"/proc/{id}/status").Any(l => l.StartsWith("State:\tZ", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Ends daemons and jobs when the tests' process is gone, however it ended.</summary>
    void EndWithTests()
    {
        const string watch = """
            while [ -d "/proc/$1" ]; do sleep 1; done
            SLURM_CONF=$2/slurm.conf timeout 5 scancel --me --signal=KILL
            for file in "$2"/slurmd-*.pid "$2/slurmctld.pid" "$2/munge/munged.pid"; do kill -KILL "$(cat "$file")"; done
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

    public static int FreePorts()
    {
        var taken = 0;
        for (var from = 21_000 + Environment.ProcessId % 300 * 10; taken < 500; from += 10, taken++)
            if (Enumerable.Range(from, Nodes + 1).All(IsFree))
                return from;
        throw new InvalidOperationException("no free ports");
    }

    static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
