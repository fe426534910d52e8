namespace LiftLab.Engine.Launching;

/// <summary>
/// Runs jobs. A job outlives the program that submitted it. Launchers keep no state that is needed after a restart: the job's handle and
/// name are enough.
/// </summary>
/// <remarks>
/// All methods throw <see cref="LauncherUnreachableException"/> if the launcher does not answer. The caller then keeps the last known
/// status: an unreachable launcher does not mean a lost job.
/// </remarks>
public interface ILauncher
{
    /// <summary>Stored with each job, so it must never change.</summary>
    string Name { get; }

    /// <summary>Number of jobs that are submitted to it at the same time; null where the caller decides.</summary>
    int? Places => null;

    /// <summary>Into how many tasks of one submission it may divide a study; 1: it takes single jobs only.</summary>
    int ArrayTasks => 1;

    /// <summary>What each job gets, for people: "Slurm, partition gpu, 1 GPU, at most 12 h"; empty for nothing to say.</summary>
    string Takes => "";

    /// <summary>
    /// Environment variables of the caller reach the job, so that it can be given secrets. False for a launcher that would write them into
    /// a script or hand them to a controller.
    /// </summary>
    bool TakesSecrets => false;

    /// <summary>Starts the job, or puts it into the launcher's queue. Store the intent before this call and the handle after it.</summary>
    /// <exception cref="LaunchFailedException">The job could not be started.</exception>
    Task<Job> SubmitAsync(JobSpec spec, CancellationToken cancel);

    /// <summary>The status of each of these jobs, which all belong to this launcher. One call for many jobs, because a cluster's controller
    /// answers slowly. A job that is left out could not be asked about.</summary>
    Task<IReadOnlyDictionary<Job, JobStatus>> LookAsync(IReadOnlyCollection<Job> jobs, CancellationToken cancel);

    /// <summary>Kills the job; a later look reports that it is over. Does nothing if the job is over or its handle is unknown.</summary>
    Task CancelAsync(Job job, CancellationToken cancel);

    /// <summary>Kills one task of an array; the others go on. Does nothing if the task is over.</summary>
    Task CancelTaskAsync(Job job, int task, CancellationToken cancel) =>
        throw new NotSupportedException($"the launcher '{Name}' has no arrays");

    /// <summary>
    /// The job that was submitted for this specification, found by name and folder; null if the launcher holds none. Recovers a handle that
    /// was lost between submission and storage.
    /// </summary>
    Task<Job?> FindAsync(JobSpec spec, CancellationToken cancel);
}

/// <summary>A job could not be started: what happened and what to do.</summary>
public sealed class LaunchFailedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A launcher does not answer; its jobs may still be running.</summary>
public sealed class LauncherUnreachableException(string message, Exception? inner = null) : Exception(message, inner);
