using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LiftLab.Engine.Launching;

/// <summary>How other processes start the engine's executable.</summary>
public static class EngineProgram
{
    /// <summary>
    /// Environment variable of a job that its launcher may end and start again: SIGTERM and SIGUSR1 then mean "save and end", and the run
    /// is interrupted, not cancelled.
    /// </summary>
    public const string InterruptibleVariable = "LIFTLAB_INTERRUPTIBLE";

    /// <summary>Whether this process is such a job.</summary>
    public static bool IsInterruptible => Environment.GetEnvironmentVariable(InterruptibleVariable) == "1";

    /// <summary>The command that starts the engine, without its arguments.</summary>
    /// <param name="engine">The executable or .dll; null for the one in this program's folder, started by the same runtime.</param>
    /// <exception cref="LaunchFailedException">The engine does not exist.</exception>
    public static string[] Command(string? engine)
    {
        if (engine is not null)
            return File.Exists(engine)
                ? Start(engine)
                : throw new LaunchFailedException($"there is no engine at '{engine}': correct the setting LiftLab:Engine");
        var dll = Path.Combine(AppContext.BaseDirectory, "LiftLab.Engine.dll");
        var executable = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "LiftLab.Engine.exe" : "LiftLab.Engine");
        if (File.Exists(executable))
            return [executable];
        return File.Exists(dll)
            ? Start(dll)
            : throw new LaunchFailedException(
                $"there is no LiftLab.Engine in '{AppContext.BaseDirectory}': build or publish the dashboard again"
            );
    }

    /// <summary>Sets the environment that the engine's processes need.</summary>
    public static void Prepare(ProcessStartInfo info)
    {
        info.CreateNoWindow = true;
        // Only the dashboard opens the database; the setting may hold a password.
        info.Environment.Remove("LiftLab__Database");
        info.Environment.Remove("PGPASSWORD");
        // Two spinning threads per core are ten times slower than one; libgomp reads this variable when it is loaded.
        info.Environment.TryAdd("OMP_WAIT_POLICY", "PASSIVE");
        info.Environment.TryAdd("DOTNET_ROOT", Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")));
    }

    /// <summary>The command for an executable or .dll, whether it exists or not.</summary>
    internal static string[] Start(string file) => file.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? ["dotnet", file] : [file];
}
