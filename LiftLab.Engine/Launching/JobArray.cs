namespace LiftLab.Engine.Launching;

/// <summary>Tasks of one submission: each is a job with the same command and a share of the work.</summary>
/// <param name="Count">Number of shares of the whole work.</param>
/// <param name="Tasks">The shares that this submission does, ascending, from 0.</param>
/// <param name="Before">The job whose other tasks go on; the job of the submission is both. Null for none.</param>
public sealed record JobArray(int Count, IReadOnlyList<int> Tasks, Job? Before = null)
{
    /// <summary>Stands in <see cref="JobSpec.LogFile"/> for the number of the task.</summary>
    public const string TaskPlace = "{task}";
}

/// <summary>One task of an array as its launcher shows it.</summary>
public sealed record JobTask(int Index, JobStatus Status);
