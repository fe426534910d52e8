using System.Text.RegularExpressions;

namespace LiftLab.Engine.Launching.Slurm;

/// <summary>The settings of a Slurm cluster. Those that are empty or 0 are left to the cluster's own defaults.</summary>
public sealed partial record SlurmOptions
{
    public string Partition { get; init; } = "";
    public string Account { get; init; } = "";
    public string Qos { get; init; } = "";

    /// <summary>Time limit of a job. A run that does not end in this time saves a checkpoint and goes on in another job.</summary>
    public int Minutes { get; init; }
    public int Gpus { get; init; }

    /// <summary>As Slurm names the card ("a100"); empty for any.</summary>
    public string GpuType { get; init; } = "";
    public int Cpus { get; init; }
    public int MemoryMb { get; init; }

    /// <summary>More arguments of sbatch, such as <c>--constraint=ib</c>.</summary>
    public IReadOnlyList<string> ExtraArguments { get; init; } = [];

    /// <summary>Environment variables of the dashboard that jobs get beside PATH, HOME and the like. Never a secret.</summary>
    public IReadOnlyList<string> Variables { get; init; } = [];

    /// <summary>Seconds before the time limit at which a run begins to save its checkpoint. Slurm may be 60 s early.</summary>
    public int WarnSeconds { get; init; } = 120;

    /// <summary>Jobs in the cluster's queue at the same time.</summary>
    public int Places { get; init; } = 20;

    /// <summary>Most tasks of the array into which a study is divided; 1 to submit each study as one job.</summary>
    public int ArrayTasks { get; init; } = 20;

    /// <summary>Tasks of one array that run at the same time.</summary>
    public int ArrayThrottle { get; init; } = 10;

    /// <summary>The folder of sbatch, squeue, scancel and scontrol; empty to find them in PATH.</summary>
    public string BinFolder { get; init; } = "";

    /// <summary>The file slurm.conf, where it is not in its usual place.</summary>
    public string Conf { get; init; } = "";

    /// <summary>The engine on the nodes; empty for the dashboard's own, which then lies in a folder that the nodes share.</summary>
    public string Engine { get; init; } = "";

    /// <summary>Seconds between two looks at the queue.</summary>
    public int LookSeconds { get; init; } = 2;

    /// <summary>Limit of each call of a Slurm command.</summary>
    public int TimeoutSeconds { get; init; } = 20;

    /// <summary>Slurm's MaxArraySize is 1001 unless an administrator sets it.</summary>
    const int MostArrayTasks = 1000;

    /// <summary>Options that this launcher sets itself; jobs would be lost, doubled or unreadable with other values.</summary>
    static readonly string[] Own =
    [
        "--array",
        "--chdir",
        "--cluster",
        "--clusters",
        "--error",
        "--export",
        "--export-file",
        "--get-user-env",
        "--help",
        "--input",
        "--job-name",
        "--no-requeue",
        "--open-mode",
        "--output",
        "--parsable",
        "--quiet",
        "--requeue",
        "--signal",
        "--test-only",
        "--uid",
        "--usage",
        "--version",
        "--wait",
        "--wrap",
    ];

    /// <summary>Everything that is wrong, each with the setting.</summary>
    /// <param name="section">"LiftLab:Launchers:NAME".</param>
    public IReadOnlyList<string> Faults(string section)
    {
        var wrong = new List<string>();
        Word(nameof(Partition), Partition);
        Word(nameof(Account), Account);
        Word(nameof(Qos), Qos);
        Word(nameof(GpuType), GpuType);
        AtLeast(0, nameof(Minutes), Minutes);
        AtLeast(0, nameof(Gpus), Gpus);
        AtLeast(0, nameof(Cpus), Cpus);
        AtLeast(0, nameof(MemoryMb), MemoryMb);
        AtLeast(1, nameof(WarnSeconds), WarnSeconds);
        AtLeast(1, nameof(Places), Places);
        AtLeast(1, nameof(ArrayTasks), ArrayTasks);
        AtLeast(1, nameof(ArrayThrottle), ArrayThrottle);
        if (ArrayTasks > MostArrayTasks)
            wrong.Add($"{section}:{nameof(ArrayTasks)} is {ArrayTasks}: give at most {MostArrayTasks}, Slurm's usual limit of an array");
        AtLeast(1, nameof(LookSeconds), LookSeconds);
        AtLeast(1, nameof(TimeoutSeconds), TimeoutSeconds);
        foreach (var argument in ExtraArguments)
            if (!argument.StartsWith("--", StringComparison.Ordinal) || argument.Length < 4)
                wrong.Add($"{section}:ExtraArguments has '{argument}': write each as --name=value");
            else if (Own.FirstOrDefault(o => IsOrAbbreviates(argument.Split('=')[0], o)) is { } own)
                wrong.Add($"{section}:ExtraArguments has '{argument}': LiftLab sets {own} itself");
        foreach (var variable in Variables.Where(v => !VariableName().IsMatch(v)))
            wrong.Add($"{section}:Variables has '{variable}': write the name of an environment variable, without its value");
        if (Conf.Length > 0 && !File.Exists(Conf))
            wrong.Add($"{section}:Conf names '{Conf}', which is not there: correct it, or leave it empty");
        foreach (var program in (string[])["sbatch", "squeue", "scancel", "scontrol"])
            if (!IsThere(program))
            {
                wrong.Add(
                    BinFolder.Length > 0
                        ? $"{section}:BinFolder is '{BinFolder}', which has no {program}: correct it"
                        : $"{section}: {program} is not found in PATH: install Slurm's client programs (Debian: slurm-client), or set {section}:BinFolder"
                );
                break;
            }
        return wrong;

        void Word(string setting, string value)
        {
            if (value.Length > 0 && !PlainWord().IsMatch(value))
                wrong.Add($"{section}:{setting} is '{value}': give one name, or several separated by commas, without spaces");
        }

        void AtLeast(int least, string setting, int value)
        {
            if (value < least)
                wrong.Add($"{section}:{setting} is {value}: give at least {least}");
        }
    }

    /// <summary>sbatch takes every unambiguous beginning of an option.</summary>
    static bool IsOrAbbreviates(string given, string own) =>
        own == given || (given.Length >= 5 && own.StartsWith(given, StringComparison.Ordinal));

    bool IsThere(string program) =>
        BinFolder.Length > 0
            ? File.Exists(Path.Combine(BinFolder, program))
            : (Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(Path.PathSeparator)
                .Any(d => d.Length > 0 && File.Exists(Path.Combine(d, program)));

    [GeneratedRegex(@"^[A-Za-z0-9_.,@+:/-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex PlainWord();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*$", RegexOptions.CultureInvariant)]
    private static partial Regex VariableName();

    /// <summary>"Slurm, partition gpu, 1 GPU, at most 12 h a job".</summary>
    public string Takes =>
        string.Join(
            ", ",
            new[]
            {
                "Slurm",
                Partition.Length > 0 ? $"partition {Partition}" : "",
                Gpus > 0 ? FormattableString.Invariant($"{Gpus} GPU{(GpuType.Length > 0 ? $" ({GpuType})" : "")}") : "",
                Cpus > 0 ? FormattableString.Invariant($"{Cpus} processors") : "",
                MemoryMb > 0 ? ByteWords.Of((long)MemoryMb << 20) + " memory" : "",
                Minutes > 0
                    ? FormattableString.Invariant(
                        $"at most {(Minutes < 120 ? $"{Minutes} min" : FormattableString.Invariant($"{Minutes / 60.0:0.#} h"))} a job"
                    )
                    : "",
            }.Where(t => t.Length > 0)
        );
}
