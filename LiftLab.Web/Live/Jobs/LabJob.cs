using LiftLab.Engine.Launching;

namespace LiftLab.Web.Live.Jobs;

/// <summary>The job of a run or study as its launcher shows it.</summary>
/// <param name="Status">As last seen; null before the launcher was asked.</param>
/// <param name="Silence">Why the launcher does not answer now; null where it does. What is known of the job stays.</param>
public sealed record LabJob(string Launcher, string? Handle, JobStatus? Status, string? Silence)
{
    public string? Number => Handle is null ? null : new Job(Launcher, Handle).Number;

    /// <summary>The tasks of an array; null for a single job.</summary>
    public IReadOnlyList<LabTask>? Tasks { get; init; }

    /// <summary>How many of the tasks are in each state; null for a single job.</summary>
    public IReadOnlyDictionary<LabTaskState, int>? TaskCounts =>
        Tasks?.GroupBy(t => t.State).OrderBy(g => g.Key).ToDictionary(g => g.Key, g => g.Count());

    /// <summary>In its launcher's own queue.</summary>
    public bool Waits => Status is { State: JobState.Waiting or JobState.Held };

    /// <summary>Whether a page shows the same of both; <c>==</c> compares the lists of tasks by reference.</summary>
    public bool IsSame(LabJob other) =>
        (Tasks ?? []).SequenceEqual(other.Tasks ?? []) && (this with { Tasks = null }) == (other with { Tasks = null });
}
