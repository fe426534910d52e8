using LiftLab.Engine.Runs;

namespace LiftLab.Engine.Launching;

/// <summary>Where a run happens: starts the worker of a run folder, and says whether it lives.</summary>
public interface ILauncher
{
    /// <exception cref="LaunchFailedException">The worker could not be started.</exception>
    LaunchedWorker Start(RunFolder run);

    bool IsAlive(LaunchedWorker worker);

    /// <summary>Ends the worker without asking it. Does nothing where it is dead already.</summary>
    void Kill(LaunchedWorker worker);

    /// <summary>How a worker that this launcher started ended (128 + signal for a killed one); null where that is not known.</summary>
    int? ExitCode(LaunchedWorker worker);

    /// <summary>The living worker of this run folder that an earlier dashboard started; null where there is none.</summary>
    LaunchedWorker? FindAlive(RunFolder run, int processId);
}

/// <summary>A worker's process. Process ids are used again; with the start mark the pair never is.</summary>
/// <param name="StartMark">When the process started, in the operating system's own count; compared as text.</param>
public sealed record LaunchedWorker(int ProcessId, string StartMark);

/// <summary>The worker's process could not be started: what happened and what to do.</summary>
public sealed class LaunchFailedException(string message, Exception? inner = null) : Exception(message, inner);
