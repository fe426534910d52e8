using System.Text.Json.Serialization;

namespace LiftLab.Engine.Launching;

public enum JobState
{
    /// <summary>In the launcher's own queue.</summary>
    Waiting,

    /// <summary>In the launcher's own queue until a person releases it there.</summary>
    Held,

    Running,
    Ended,

    /// <summary>The launcher does not know the job, or no longer knows it.</summary>
    Gone,
}

/// <summary>
/// A launcher's view of a job. The events in the run folder take precedence: this status decides only if the folder has no final event.
/// </summary>
/// <param name="ExitCode">Exit code of an ended job, or 128 + signal; null if the launcher cannot know it.</param>
/// <param name="Words">The launcher's own message, for example why the job waits; null for none.</param>
public sealed record JobStatus(JobState State, int? ExitCode = null, string? Words = null)
{
    /// <summary>The machine on which it runs or ran; null if the launcher does not say.</summary>
    public string? Node { get; init; }

    /// <summary>The graphics cards that it was given, in the launcher's words ("0", "2 of 8"); null for none.</summary>
    public string? Gpus { get; init; }

    /// <summary>Its place in the launcher's own queue, 1 for the next; null if the launcher does not say.</summary>
    public int? Position { get; init; }

    /// <summary>The tasks of an array; empty for a single job, and where none is known.</summary>
    [JsonIgnore]
    public IReadOnlyList<JobTask> Tasks { get; init; } = [];

    /// <summary>Somebody cancelled it at the launcher.</summary>
    public bool IsCancelled { get; init; }

    public bool IsOver => State is JobState.Ended or JobState.Gone;

    /// <summary>The status of an array: it runs while one of its tasks does, and is over when all are.</summary>
    public static JobStatus Of(IReadOnlyList<JobTask> tasks)
    {
        JobState[] order = [JobState.Running, JobState.Waiting, JobState.Held, JobState.Ended];
        var state = order.FirstOrDefault(s => tasks.Any(t => t.Status.State == s), JobState.Gone);
        var words = tasks.GroupBy(t => t.Status.Words ?? "unknown").Select(g => FormattableString.Invariant($"{g.Count()} {g.Key}"));
        string[] nodes = [.. tasks.Where(t => !t.Status.IsOver).Select(t => t.Status.Node).OfType<string>().Distinct()];
        return new(state, Words: string.Join(", ", words))
        {
            Node = nodes.Length > 0 ? string.Join(", ", nodes.Order(StringComparer.Ordinal)) : null,
            Position = tasks.Min(t => t.Status.Position),
            Tasks = tasks,
        };
    }
}
