using LiftLab.Engine.Launching;

namespace LiftLab.Web.Live.Jobs;

/// <summary>The job of a run or study as its launcher shows it.</summary>
/// <param name="Status">As last seen; null before the launcher was asked.</param>
/// <param name="Silence">Why the launcher does not answer now; null where it does. What is known of the job stays.</param>
public sealed record LabJob(string Launcher, string? Handle, JobStatus? Status, string? Silence)
{
    public string? Number => Handle is null ? null : new Job(Launcher, Handle).Number;

    /// <summary>In its launcher's own queue.</summary>
    public bool Waits => Status is { State: JobState.Waiting or JobState.Held };
}
