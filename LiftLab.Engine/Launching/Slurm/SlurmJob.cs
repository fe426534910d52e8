using System.Globalization;

namespace LiftLab.Engine.Launching.Slurm;

/// <summary>One line of squeue.</summary>
/// <param name="Code">Exit code as wait(2) gives it.</param>
/// <param name="Folder">The job's working directory.</param>
sealed record SlurmJob(string Id, string State, string Reason, string Node, int? Code, string Partition, string Folder, string Name)
{
    public const string Fields = "JobID:|,State:|,Reason:|,NodeList:|,exit_code:|,Partition:|,WorkDir:|,Name:|";

    const char Separator = '@';

    /// <summary>"17@liftlab-…": number and name together, so that neither alone is mistaken for the job.</summary>
    public string Handle => $"{Id}{Separator}{Name}";

    /// <summary>The name in a handle; null if the text is none.</summary>
    public static (string Id, string Name)? ParseHandle(string handle) =>
        handle.IndexOf(Separator, StringComparison.Ordinal) is > 0 and var at && SlurmName.Parse(handle[(at + 1)..]) is not null
            ? (handle[..at], handle[(at + 1)..])
            : null;

    public static string HandleOf(string id, string name) => $"{id}{Separator}{name}";

    public bool IsWaiting =>
        State is "PENDING" or "REQUEUED" or "REQUEUE_FED" or "REQUEUE_HOLD" or "SPECIAL_EXIT" or "RESV_DEL_HOLD" or "CONFIGURING";

    public bool IsRunning => State is "RUNNING" or "COMPLETING" or "SUSPENDED" or "STOPPED" or "SIGNALING" or "STAGE_OUT" or "RESIZING";

    public bool IsLive => IsWaiting || IsRunning;

    bool IsHeld =>
        State is "REQUEUE_HOLD" or "SPECIAL_EXIT" or "RESV_DEL_HOLD" or "SUSPENDED"
        || (
            IsWaiting
            && (
                Reason.Contains("held", StringComparison.OrdinalIgnoreCase)
                || Reason
                    is "BadConstraints"
                        or "PartitionNodeLimit"
                        or "PartitionTimeLimit"
                        or "DependencyNeverSatisfied"
                        or "AssocMaxWallDurationPerJobLimit"
            )
        );

    static bool IsSaid(string word) => word.Length > 0 && word is not ("None" or "(null)" or "N/A" or "n/a");

    public JobStatus Status(string? gpus, int? position) =>
        new(
            IsHeld ? JobState.Held
                : IsWaiting ? JobState.Waiting
                : IsRunning ? JobState.Running
                : JobState.Ended,
            IsLive ? null : ExitCode,
            IsSaid(Reason) && (IsWaiting || State is not ("RUNNING" or "COMPLETED")) ? $"{State} ({Reason})" : State
        )
        {
            Node = IsSaid(Node) ? Node : null,
            Gpus = gpus,
            Position = IsWaiting && !IsHeld ? position : null,
            IsCancelled = State is "CANCELLED" or "REVOKED",
        };

    /// <summary>Slurm ends jobs for reasons of its own: the code of a worker that it killed says nothing about the worker.</summary>
    int? ExitCode =>
        State switch
        {
            "COMPLETED" => 0,
            "OUT_OF_MEMORY" => 128 + 9,
            "FAILED" when Code is { } code => (code & 0x7f) is > 0 and var signal ? 128 + signal : (code >> 8) & 0xff,
            _ => null,
        };

    /// <summary>Lines of other programs' jobs are left out.</summary>
    public static IEnumerable<SlurmJob> Parse(string output) =>
        from line in output.Split('\n')
        let f = line.Split('|').Select(t => t.Trim()).ToArray()
        where f.Length >= 8 && SlurmName.Parse(f[^2]) is not null
        select new SlurmJob(f[0], f[1], f[2], f[3], Number(f[4]), f[5], string.Join('|', f[6..^2]), f[^2]);

    static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
