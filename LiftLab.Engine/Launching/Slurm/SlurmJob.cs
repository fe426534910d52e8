using System.Globalization;

namespace LiftLab.Engine.Launching.Slurm;

/// <summary>One line of squeue.</summary>
/// <param name="Id">Number of the job, or of the array.</param>
/// <param name="Task">Null for a single job.</param>
/// <param name="Code">Exit code as wait(2) gives it.</param>
/// <param name="Folder">The job's working directory.</param>
sealed record SlurmJob(
    string Id,
    int? Task,
    string State,
    string Reason,
    string Node,
    int? Code,
    string Partition,
    string Folder,
    string Name
)
{
    public const string Fields = "ArrayJobID:|,ArrayTaskID:|,State:|,Reason:|,NodeList:|,exit_code:|,Partition:|,WorkDir:|,Name:|";

    /// <summary>As Slurm's programs take it: "17", "17_3".</summary>
    public string Number => Task is { } task ? FormattableString.Invariant($"{Id}_{task}") : Id;

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
        where f.Length >= 9 && SlurmName.Parse(f[^2]) is not null
        select new SlurmJob(f[0], Whole(f[1]), f[2], f[3], f[4], Whole(f[5]), f[6], string.Join('|', f[7..^2]), f[^2]);

    static int? Whole(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
