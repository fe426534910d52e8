using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using LiftLab.Engine.Runs;

namespace LiftLab.Engine.Launching;

/// <summary>
/// Runs on this machine: <c>LiftLab.Engine run FOLDER</c> as a process of its own session, its output in the run folder, so that
/// it outlives the dashboard that started it.
/// </summary>
/// <param name="engine">The engine's executable or .dll; null for the one beside this program.</param>
public sealed class LocalLauncher(string? engine = null) : ILauncher
{
    // sh opens the log and becomes the worker (exec keeps the process id); a session of its own keeps a terminal's Ctrl-C away from it.
    const string Detached =
        """log=$1; shift; exec </dev/null >>"$log" 2>&1; if command -v setsid >/dev/null; then exec setsid "$@"; else exec "$@"; fi""";

    static readonly TimeSpan Reaped = TimeSpan.FromSeconds(2);

    readonly ConcurrentDictionary<LaunchedWorker, Process> started = new();

    public LaunchedWorker Start(RunFolder run)
    {
        string[] command = [.. EngineProgram.Command(engine), "run", run.Path];
        var info = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(command[0], command[1..])
            : new ProcessStartInfo("/bin/sh", ["-c", Detached, "sh", run.LogFile, .. command]);
        info.WorkingDirectory = run.Path;
        EngineProgram.Prepare(info);
        try
        {
            var process = Process.Start(info) ?? throw new LaunchFailedException($"{command[0]} could not be started");
            var worker = new LaunchedWorker(process.Id, ProcessMark.Of(process.Id) ?? "ended");
            started[worker] = process;
            return worker;
        }
        catch (Win32Exception e)
        {
            throw new LaunchFailedException($"the worker could not be started: {e.Message}", e);
        }
    }

    public bool IsAlive(LaunchedWorker worker) => ProcessMark.Of(worker.ProcessId) == worker.StartMark;

    public void Kill(LaunchedWorker worker)
    {
        if (!IsAlive(worker))
            return;
        try
        {
            using var process = Process.GetProcessById(worker.ProcessId);
            process.Kill(entireProcessTree: true);
        }
        catch (ArgumentException) { } // it ended meanwhile
        catch (InvalidOperationException) { }
    }

    public int? ExitCode(LaunchedWorker worker)
    {
        if (!started.TryGetValue(worker, out var process))
            return null;
        // A process is seen dead a moment before the runtime has fetched its exit code.
        if (!process.WaitForExit(IsAlive(worker) ? TimeSpan.Zero : Reaped))
            return null;
        var code = process.ExitCode;
        if (started.TryRemove(worker, out var mine))
            mine.Dispose();
        return code;
    }

    public LaunchedWorker? FindAlive(RunFolder run, int processId) =>
        ProcessMark.Of(processId) is { } mark && ProcessMark.CommandLine(processId).Contains(run.Path) ? new(processId, mark) : null;
}
