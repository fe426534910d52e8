namespace LiftLab.Engine.Launching;

/// <summary>
/// Where jobs run. A job outlives the program that submitted it. Launchers keep no state that is needed after a restart: handle and name
/// are enough.
/// </summary>
/// <remarks>
/// All methods throw <see cref="LauncherUnreachableException"/> where the launcher cannot be asked at the moment. The caller then keeps
/// what it knows: an unreachable launcher does not mean a lost job.
/// </remarks>
public interface ILauncher
{
    /// <summary>Stored with each job; never changed once used.</summary>
    string Name { get; }

    /// <summary>Starts the job, or puts it into the launcher's queue. Store the intent before this call and the handle after it.</summary>
    /// <exception cref="LaunchFailedException">It could not be started.</exception>
    Task<Job> SubmitAsync(JobSpec spec, CancellationToken cancel);

    /// <summary>The status of each of these jobs, which all belong to this launcher. One call for many jobs, because a cluster's controller
    /// answers slowly.</summary>
    Task<IReadOnlyDictionary<Job, JobStatus>> LookAsync(IReadOnlyCollection<Job> jobs, CancellationToken cancel);

    /// <summary>
    /// Ends the job without asking it; a later look says when it is over. Does nothing where the job is over or its handle names nothing.
    /// </summary>
    Task CancelAsync(Job job, CancellationToken cancel);

    /// <summary>
    /// The job that was submitted for this specification, found by name and folder; null where the launcher holds none. For a handle that
    /// was lost between submission and storing it.
    /// </summary>
    Task<Job?> FindAsync(JobSpec spec, CancellationToken cancel);
}

/// <summary>A job could not be started: what happened and what to do.</summary>
public sealed class LaunchFailedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A launcher cannot be asked at the moment; its jobs may well be running.</summary>
public sealed class LauncherUnreachableException(string message, Exception? inner = null) : Exception(message, inner);
