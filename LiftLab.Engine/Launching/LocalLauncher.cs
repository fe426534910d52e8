using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace LiftLab.Engine.Launching;

/// <summary>
/// Runs jobs on this machine, each as a process in its own session, so that it outlives the program that submitted it. The handle is the
/// process id with its start time. A lost handle is found again on Linux only; elsewhere the work is submitted again and the attempt
/// numbers of the run folder stop the older process.
/// </summary>
/// <param name="engine">The engine's executable or .dll; null for the one in this program's folder.</param>
public sealed class LocalLauncher(string? engine = null) : ILauncher
{
    public const string LauncherName = "local";

    /// <summary>Environment variable that names the file to which the engine writes its own output, where no shell redirects it.</summary>
    public const string LogVariable = "LIFTLAB_LOG";

    /// <summary>Environment variable that holds the job's name; the process is found by it.</summary>
    const string NameVariable = "LIFTLAB_JOB";

    // sh opens the log and becomes the engine (exec keeps the process id). In its own session it does not receive a terminal's Ctrl-C.
    const string Detached =
        """log=$1; shift; exec </dev/null >>"$log" 2>&1; if command -v setsid >/dev/null; then exec setsid "$@"; else exec "$@"; fi""";

    static readonly TimeSpan Reaped = TimeSpan.FromSeconds(2);

    /// <summary>Processes that this program started and that are not known to be over.</summary>
    readonly ConcurrentDictionary<Job, Process> started = new();
    readonly ConcurrentDictionary<Job, int> exitCodes = new();

    public string Name => LauncherName;

    public string Takes => "this machine";

    public bool TakesSecrets => true;

    public Task<Job> SubmitAsync(JobSpec spec, CancellationToken cancel)
    {
        string[] command = [.. EngineProgram.Command(engine), .. spec.CommandLine];
        var info = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(command[0], command[1..])
            : new ProcessStartInfo("/bin/sh", ["-c", Detached, "sh", spec.LogFile, .. command]);
        info.WorkingDirectory = spec.Folder;
        info.Environment[NameVariable] = spec.Name;
        spec.Secrets.Hand(info.Environment);
        if (OperatingSystem.IsWindows())
            info.Environment[LogVariable] = spec.LogFile;
        EngineProgram.Prepare(info);
        try
        {
            var process = Process.Start(info) ?? throw new LaunchFailedException($"{command[0]} could not be started");
            var job = new Job(Name, (LocalProcess.Living(process.Id) ?? new(process.Id, "ended")).Handle);
            started[job] = process;
            return Task.FromResult(job);
        }
        catch (Win32Exception e)
        {
            throw new LaunchFailedException($"the process could not be started: {e.Message}", e);
        }
    }

    public async Task<IReadOnlyDictionary<Job, JobStatus>> LookAsync(IReadOnlyCollection<Job> jobs, CancellationToken cancel)
    {
        var seen = new Dictionary<Job, JobStatus>(jobs.Count);
        foreach (var job in jobs)
            seen[job] = LocalProcess.Parse(job.Handle) is { Lives: true } ? new(JobState.Running) : await EndOfAsync(job, cancel);
        return seen;
    }

    public Task CancelAsync(Job job, CancellationToken cancel)
    {
        if (LocalProcess.Parse(job.Handle) is { } process)
            process.Kill();
        return Task.CompletedTask;
    }

    public Task<Job?> FindAsync(JobSpec spec, CancellationToken cancel)
    {
        // Another lab on this machine may have a job of the same name; the folder distinguishes them.
        var mine = LocalProcess.StartedWith(NameVariable, spec.Name).Where(p => p.CommandLine().Contains(spec.Folder));
        return Task.FromResult(mine.Select(p => new Job(Name, p.Handle)).FirstOrDefault());
    }

    /// <summary>Only the program that started a process can read its exit code.</summary>
    async Task<JobStatus> EndOfAsync(Job job, CancellationToken cancel)
    {
        if (exitCodes.TryGetValue(job, out var known))
            return new(JobState.Ended, known);
        if (!started.TryGetValue(job, out var process))
            return new(JobState.Gone);
        try
        {
            // A process can appear dead shortly before the runtime has read its exit code.
            await process.WaitForExitAsync(cancel).WaitAsync(Reaped, cancel);
        }
        catch (TimeoutException)
        {
            return new(JobState.Ended);
        }
        exitCodes[job] = process.ExitCode;
        if (started.TryRemove(job, out var mine))
            mine.Dispose();
        return new(JobState.Ended, exitCodes[job]);
    }
}
