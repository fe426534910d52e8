namespace LiftLab.Engine.Launching;

public enum JobState
{
    /// <summary>In the launcher's own queue.</summary>
    Waiting,

    /// <summary>In the launcher's own queue until a person releases it there.</summary>
    Held,

    Running,
    Ended,

    /// <summary>The launcher does not know the job, or no longer.</summary>
    Gone,
}

/// <summary>
/// What a launcher sees of a job. The events in the run folder count more: this decides only where the folder has no last event.
/// </summary>
/// <param name="ExitCode">Of an ended job: its exit code, or 128 + signal; null where the launcher cannot know.</param>
/// <param name="Words">The launcher's own words, for example why the job waits; null for none.</param>
public sealed record JobStatus(JobState State, int? ExitCode = null, string? Words = null)
{
    public bool IsOver => State is JobState.Ended or JobState.Gone;
}
